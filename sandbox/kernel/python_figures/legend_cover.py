"""Data that a legend hides: the share of a line's length, of points, of the ends of bars."""

import numpy as np
from matplotlib import collections, container

#: Of one line, or of all points or bars of one call.
LINE_SHARE = 0.04
BAR_SHARE = 0.03
POINT_SHARE = 0.03
LEAST_POINTS = 3
#: Of many points a smaller share is enough.
LEAST_OF_MANY = 5
SHARE_OF_MANY = 0.01
MAX_POINTS = 4000
#: Along lines a point is looked at so often, in pixels.
STEP_PIXELS = 4.0
#: Of the legend's frame: what lies there is to be seen.
MARGIN_PIXELS = 3.0


def findings(legends, names) -> list[dict]:
    found = []
    for legend in legends:
        # Where it was drawn, in pixels.
        box = legend.get_frame().get_bbox()
        box = (box.x0 + MARGIN_PIXELS, box.y0 + MARGIN_PIXELS, box.x1 - MARGIN_PIXELS, box.y1 - MARGIN_PIXELS)
        for axes in names.plotted if legend.axes is None else [legend.axes, *_twins(legend.axes, names.plotted)]:
            what = _hidden(axes, box)
            if what is not None:
                found.append(names.finding("legend", axes, f"The legend covers {what}: move it, for example outside of the axes."))
                break
    return found


def _twins(axes, plotted) -> list:
    return [one for one in plotted if one is not axes and one.get_position().bounds == axes.get_position().bounds]


def _hidden(axes, box) -> str | None:
    if axes.name == "3d":
        return None
    left, bottom, right, top = axes.bbox.extents
    if box[2] < left or box[0] > right or box[3] < bottom or box[1] > top:
        return None
    view = (left, bottom, right, top)
    marks = []
    for line in axes.lines:
        if not line.get_visible() or line.get_alpha() == 0 or not all(line.get_transform().contains_branch_seperately(axes.transData)):
            continue
        points = _pixels(line.get_transform(), line.get_xydata())
        if line.get_linestyle() != "None":
            points = _along(points)
        hidden, seen = _inside(points, box, view)
        if line.get_linestyle() == "None":
            marks.append((hidden, seen))
        elif hidden > LINE_SHARE * seen and hidden >= LEAST_POINTS:
            return f"{hidden / seen:.0%} of {_called(line, 'a line')}"
    for one in axes.collections:
        if isinstance(one, collections.PathCollection) and one.get_visible():
            marks.append(_inside(_pixels(one.get_offset_transform(), one.get_offsets()), box, view))
        elif isinstance(one, collections.PolyCollection) and one.get_visible() and len(one.get_paths()) <= 50:
            for path in one.get_paths():
                hidden, seen = _inside(_along(_pixels(one.get_transform(), path.vertices)), box, view)
                if hidden > LINE_SHARE * seen and hidden >= LEAST_POINTS:
                    return f"the edge of {_called(one, 'an area')}"
    hidden, seen = sum(count for count, _ in marks), sum(count for _, count in marks)
    if (hidden >= LEAST_POINTS and hidden > POINT_SHARE * seen) or (hidden >= LEAST_OF_MANY and hidden > SHARE_OF_MANY * seen):
        return f"{hidden / seen:.0%} of the points"
    return _hidden_bars(axes, box)


def _hidden_bars(axes, box) -> str | None:
    for bars in axes.containers:
        if not isinstance(bars, container.BarContainer) or not bars.patches:
            continue
        corners = np.array([patch.get_bbox().extents for patch in bars.patches], dtype=float)
        low, high = (_pixels(axes.transData, corners[:, at : at + 2], keep=True) for at in (0, 2))
        upright = bars.orientation != "horizontal"
        along, across = (1, 0) if upright else (0, 1)
        ends = np.array([patch.get_height() if upright else patch.get_width() for patch in bars.patches], dtype=float)
        end = np.where(ends >= 0, high[:, along], low[:, along])
        width = np.minimum(high[:, across], box[2 + across]) - np.maximum(low[:, across], box[across])
        covered = (end > box[along]) & (end < box[2 + along]) & (width > 0.5 * (high[:, across] - low[:, across])) & (ends != 0)
        if covered.mean() > BAR_SHARE:
            return f"the ends of {covered.sum()} of {len(covered)} bars"
    return None


def _called(one, otherwise: str) -> str:
    label = str(one.get_label())
    return otherwise if not label or label.startswith("_") else f'"{label[:40]}"'


def _pixels(transform, points, keep: bool = False):
    """Of many points some, evenly; all with `keep`, in their order."""
    points = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)
    if not keep and len(points) > MAX_POINTS:
        points = points[:: len(points) // MAX_POINTS + 1]
    return transform.transform(points)


def _along(points):
    """Points on the way from each to the next."""
    if len(points) < 2:
        return points
    lengths = np.hypot(*np.diff(points, axis=0).T)
    lengths = np.where(np.isfinite(lengths), np.minimum(lengths, 1e5), np.nan)
    counts = np.where(np.isnan(lengths), 0, np.ceil(lengths / STEP_PIXELS)).astype(int)
    if counts.sum() == 0 or counts.sum() > 20 * MAX_POINTS:
        return points
    starts = np.repeat(np.arange(len(counts)), counts)
    parts = (np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)) / np.repeat(np.maximum(counts, 1), counts)
    return points[starts] + (points[starts + 1] - points[starts]) * parts[:, None]


def _inside(points, box, view):
    """How many are in the box, and in the view."""

    def within(frame):
        return (points[:, 0] > frame[0]) & (points[:, 0] < frame[2]) & (points[:, 1] > frame[1]) & (points[:, 1] < frame[3])

    return int((within(box) & within(view)).sum()), int(within(view).sum())
