"""Axes in which nothing is to be seen: left over from a grid, or with data that is missing or out of view."""

import numpy as np
from matplotlib import collections, lines


def findings(names) -> list[dict]:
    found = []
    for axes in names.plotted:
        if not axes.axison or any(_shows(one) for one in _at_the_same_place(axes, names.plotted)):
            continue
        where = names.axes_name(axes) or "the axes"
        if _has_content(axes):
            sentence = f"Nothing is to be seen in {where}: the data is missing or lies outside of the limits of the axes."
        else:
            sentence = f"Nothing is drawn in {where}: draw in it, or remove it."
        found.append(names.finding("empty", axes, sentence))
    return found


def _at_the_same_place(axes, plotted) -> list:
    """With a second y axis (`twinx`) one of them may be empty."""
    bounds = axes.get_position().bounds
    return [one for one in plotted if np.allclose(one.get_position().bounds, bounds, atol=1e-3)]


def _has_content(axes) -> bool:
    return any((axes.lines, axes.patches, axes.collections, axes.images))


def _shows(axes) -> bool:
    if axes.texts or axes.tables or axes.artists or axes.images or axes.child_axes or axes.get_legend() is not None:
        return True
    if axes.name == "3d":
        return _has_content(axes)
    return any(one.get_visible() and _is_in_view(one, axes) for one in (*axes.lines, *axes.patches, *axes.collections))


def _is_in_view(one, axes) -> bool:
    """True where it is not certain."""
    if isinstance(one, lines.Line2D):
        points = one.get_xydata()
    elif isinstance(one, collections.PathCollection):
        points = one.get_offsets()
    else:
        return not isinstance(one, collections.Collection) or len(one.get_paths()) > 0
    points = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return False
    if not all(one.get_transform().contains_branch_seperately(axes.transData)) and isinstance(one, lines.Line2D):
        return True
    view = np.array([sorted(axes.get_xlim()), sorted(axes.get_ylim())])
    if axes.name != "rectilinear":
        return True
    # A line may cross the view between its points.
    return bool(((points.max(axis=0) >= view[:, 0]) & (points.min(axis=0) <= view[:, 1])).all())
