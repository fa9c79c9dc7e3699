"""The things drawn in axes, each with its points as matplotlib holds them: what was computed to be drawn."""

from typing import NamedTuple

import numpy as np
from matplotlib import collections, colors, container, contour, lines, patches, quiver

from python_figures import boxes
from python_figures.scale import text

#: Sizes, levels and the like are joined only as far as they can be shown.
MAX_JOINED = 20_000
MAX_GROUPED = 200_000


class Column(NamedTuple):
    name: str
    #: An array of numbers, or a list of texts.
    values: object
    #: Which axis tells the values: `x`, `y`; None: they are numbers or texts as they are.
    axis: str | None = None


class Series(NamedTuple):
    label: str
    kind: str
    columns: list
    points: int


def series_of(axes) -> list[Series]:
    names = ("angle", "radius") if axes.name == "polar" else ("x", "y")
    groups = _Groups(axes)
    found, taken = [], set()
    for one in axes.containers:
        if isinstance(one, container.BarContainer):
            found.append(_bars(one))
            taken.update(map(id, one.patches))
        elif isinstance(one, container.ErrorbarContainer):
            found.append(_errorbar(one))
            data_line, caps, bars = one.lines
            taken.update(map(id, [*([] if data_line is None else [data_line]), *caps, *bars]))
        elif isinstance(one, container.StemContainer):
            found.append(_line(one.markerline, axes, names, one.get_label(), "other"))
            taken.update(map(id, (one.markerline, one.stemlines, one.baseline)))
    box = boxes.boxes_of([line for line in axes.lines if id(line) not in taken])
    if box is not None:
        values, members = box
        place = "x" if values.vertical else "y"
        columns = [Column(place, values.table[:, 0], place)]
        value_axis = "y" if values.vertical else "x"
        columns += [Column(name, values.table[:, at + 1], value_axis) for at, name in enumerate(boxes.NAMES)]
        found.append(Series("", "box", columns, len(values.table)))
        taken.update(map(id, members))
    single, bars = [line for line in axes.lines if id(line) not in taken], _bare_bars(axes, taken)
    if bars is not None:
        found.append(bars[0])
        single = [line for line in single if id(line) not in bars[1]]
    found += [_line(line, axes, names, line.get_label(), None, groups) for line in single]
    for one in axes.collections:
        if id(one) not in taken:
            found += _collection(one, axes, names, groups)
    found += _patches([patch for patch in axes.patches if id(patch) not in taken], axes)
    found += [_image(one) for one in axes.images]
    # Lines without points are there for the legend.
    return [one for one in found if one is not None and one.points > 0]


def label_of(label) -> str:
    """Names that begin with an underscore are matplotlib's own."""
    name = text(label or "")
    return "" if name.startswith("_") else name


class _Groups:
    """Names by colour, from the legend: seaborn gives them to nothing else."""

    def __init__(self, axes):
        self._names = []
        legend = axes.get_legend()
        for handle, words in zip(legend.legend_handles, legend.get_texts()) if legend is not None else ():
            colour = _colour_of(handle)
            if colour is not None:
                self._names.append((colour, text(words.get_text())))

    def name(self, colour) -> str:
        names = self.names(np.array([colour])) if colour is not None else None
        return names[0] if names is not None else ""

    def names(self, shown) -> list | None:
        """One for each colour (RGBA); None when some have no name, or when all have the same."""
        if not self._names:
            return None
        known = np.array([colour for colour, _ in self._names])[:, :3]
        distances = np.abs(np.asarray(shown)[:, None, :3] - known).max(axis=2)
        nearest = distances.argmin(axis=1)
        if (distances.min(axis=1) > 0.004).any() or len({tuple(colour) for colour in known.round(3).tolist()}) < len(known):
            return None
        return [self._names[at][1] for at in nearest.tolist()]


def _colour_of(handle):
    if isinstance(handle, lines.Line2D):
        colour = handle.get_color() if handle.get_linestyle() != "None" else handle.get_markerfacecolor()
        return colors.to_rgba(colour) if colors.is_color_like(colour) else None
    found = handle.get_facecolor() if hasattr(handle, "get_facecolor") else None
    found = np.atleast_2d(np.asarray(found, dtype=float)) if found is not None and len(found) else None
    return tuple(found[0]) if found is not None and found.shape[1] == 4 else None


def _line(line, axes, names, label, kind, groups=None) -> Series | None:
    if hasattr(line, "get_data_3d"):
        points = [np.ma.asarray(values, dtype=float) for values in line.get_data_3d()]
        columns = [Column(name, values) for name, values in zip("xyz", points)]
        return Series(label_of(label), "line", columns, len(points[0]))
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    apart = line.get_transform().contains_branch_seperately(axes.transData)
    if not any(apart):
        return None
    if not all(apart):
        # A line across the axes, at one value.
        column = Column(names[0], x[:1], "x") if apart[0] else Column(names[1], y[:1], "y")
        return Series(label_of(label), "other", [column], 1)
    if kind is None:
        kind = "scatter" if line.get_linestyle() in ("None", "", " ") else "line"
    name = label_of(label) or (groups.name(_colour_of(line)) if groups is not None and len(x) > 2 else "")
    polar = axes.name == "polar"
    return Series(name, kind, [Column(names[0], x, None if polar else "x"), Column(names[1], y, None if polar else "y")], len(x))


def _bars(bars) -> Series | None:
    if not bars.patches:
        return None
    table = np.array([(bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()) for bar in bars.patches], dtype=float)
    upright = bars.orientation != "horizontal"
    place, value = ("x", "y") if upright else ("y", "x")
    left, base, width, height = table[:, [0, 1, 2, 3] if upright else [1, 0, 3, 2]].T
    label = label_of(bars.get_label()) or label_of(bars.patches[0].get_label())
    has_base = bool(np.any(base != 0))
    stacked = [Column("base", base, value)] if has_base else []
    joined = len(left) > 1 and np.allclose(left[1:], (left + width)[:-1], rtol=0, atol=1e-6 * max(np.abs(width).max(), 1e-300))
    if joined:
        columns = [Column("from", left, place), Column("to", left + width, place), Column("count", height)]
        return Series(label, "histogram", columns + stacked, len(left))
    # A length is told as a number where a date or a name is its base.
    length = Column(value, height, None if has_base else value)
    return Series(label, "bar", [Column(place, left + width / 2, place), length, *stacked], len(left))


def _bare_bars(axes, taken) -> tuple[Series, set] | None:
    """The lines by which seaborn shows how certain the ends of bars are."""
    if not any(isinstance(one, container.BarContainer) for one in axes.containers):
        return None
    pairs = [line for line in axes.lines if id(line) not in taken and len(line.get_xdata()) == 2 and not label_of(line.get_label())]
    for at, (place, value) in enumerate((("x", "y"), ("y", "x"))):
        table = [np.asarray(line.get_xydata(), dtype=float) for line in pairs if all(line.get_transform().contains_branch_seperately(axes.transData))]
        if table and all(points[0, at] == points[1, at] for points in table):
            ends = np.array(table)
            columns = [Column(place, ends[:, 0, at], place), Column("low", ends[:, :, 1 - at].min(axis=1), value), Column("high", ends[:, :, 1 - at].max(axis=1), value)]
            return Series("", "errorbar", columns, len(ends)), set(map(id, pairs))
    return None


def _errorbar(bars) -> Series | None:
    data_line, _, collections_of_bars = bars.lines
    columns, points = [], 0
    if data_line is not None:
        columns = [Column("x", data_line.get_xdata(orig=False), "x"), Column("y", data_line.get_ydata(orig=False), "y")]
        points = len(columns[0].values)
    directions = [*(["x"] if bars.has_xerr else []), *(["y"] if bars.has_yerr else [])]
    for axis, one in zip(directions, collections_of_bars):
        segments = np.array([segment for segment in one.get_segments() if len(segment) == 2], dtype=float)
        if len(segments) == 0 or (points and len(segments) != points):
            continue
        at = 0 if axis == "x" else 1
        if not columns:
            other = "y" if axis == "x" else "x"
            columns.append(Column(other, segments[:, 0, 1 - at], other))
        points = points or len(segments)
        both = "" if len(directions) == 1 else axis
        columns += [Column(f"{both}low", segments[:, 0, at], axis), Column(f"{both}high", segments[:, 1, at], axis)]
    return Series(label_of(bars.get_label()), "errorbar", columns, points) if points else None


def _collection(one, axes, names, groups) -> list:
    label = label_of(one.get_label())
    if isinstance(one, contour.ContourSet):
        return [_contour(one, label)]
    if isinstance(one, collections.QuadMesh):
        return [_mesh(one, label)]
    if isinstance(one, quiver.Quiver):
        columns = [Column("x", one.X, "x"), Column("y", one.Y, "y"), Column("u", np.ravel(one.U)), Column("v", np.ravel(one.V))]
        return [Series(label, "other", columns, len(one.X))]
    if hasattr(one, "_offsets3d"):
        columns = [Column(name, np.ma.ravel(values)) for name, values in zip("xyz", one._offsets3d)]
        return [Series(label, "scatter", columns, len(columns[0].values))]
    if isinstance(one, collections.LineCollection):
        return [_segments(one, label)]
    offsets = one.get_offsets()
    values = one.get_array()
    if isinstance(one, collections.PathCollection) or (values is not None and len(offsets) == np.size(values) > 1):
        return [_scatter(one, axes, names, label, offsets, values, groups)]
    if isinstance(one, collections.PolyCollection):
        return [_area(one, label)]
    count = len(one.get_paths())
    return [Series(label, "other", [], count)] if count else []


def _scatter(one, axes, names, label, offsets, values, groups) -> Series | None:
    offsets = np.ma.asarray(offsets, dtype=float)
    count = len(offsets)
    if count == 0:
        return None
    polar = axes.name == "polar"
    columns = [Column(names[0], offsets[:, 0], None if polar else "x"), Column(names[1], offsets[:, 1], None if polar else "y")]
    if values is not None and np.size(values) == count:
        columns.append(Column("value", np.ma.ravel(values)))
    shown = one.get_facecolor()
    if values is None and len(shown) == count and count <= MAX_GROUPED and len(np.unique(shown, axis=0)) > 1:
        names_of_groups = groups.names(shown)
        if names_of_groups is not None:
            columns.append(Column("group", names_of_groups))
    elif values is None and not label and len(shown) > 0:
        label = groups.name(tuple(shown[0]))
    sizes = one.get_sizes() if hasattr(one, "get_sizes") else ()
    if len(sizes) == count > 1 and np.ptp(sizes) > 0:
        columns.append(Column("size", np.asarray(sizes)))
    kind = "scatter" if isinstance(one, collections.PathCollection) else "heatmap"
    return Series(label, kind, columns, count)


def _area(one, label) -> Series | None:
    """`fill_between` draws (start, upper line, end, lower line backwards)."""
    sideways = getattr(one, "t_direction", "x") == "y"
    at, other = ("y", "x") if sideways else ("x", "y")
    parts, points = [], 0
    for path in one.get_paths():
        vertices = path.vertices[:-1] if len(path.vertices) % 2 else path.vertices
        count = (len(vertices) - 2) // 2
        if count < 1:
            continue
        points += count
        upper, lower = vertices[1 : count + 1], vertices[count + 2 :][::-1]
        if not isinstance(one, collections.FillBetweenPolyCollection) or not np.array_equal(upper[:, int(sideways)], lower[:, int(sideways)]):
            return Series(label, "other", [], len(one.get_paths()))
        parts.append(np.column_stack([upper[:, int(sideways)], lower[:, 1 - int(sideways)], upper[:, 1 - int(sideways)]]))
    if not parts:
        return None
    table = np.concatenate(parts)
    low, high = np.minimum(table[:, 1], table[:, 2]), np.maximum(table[:, 1], table[:, 2])
    columns = [Column(at, table[:, 0], at), Column("low", low, other), Column("high", high, other)]
    return Series(label, "area", columns, points)


def _joined(pieces, numbers_of_pieces):
    """Points of several lines below each other, with the number of the line (or its level) before them."""
    table, points, kept = [], 0, 0
    for number, piece in zip(numbers_of_pieces, pieces):
        points += len(piece)
        if kept < MAX_JOINED and len(piece):
            table.append(np.column_stack([np.full(len(piece), float(number)), np.asarray(piece, dtype=float)[:, :2]]))
            kept += len(piece)
    return (np.concatenate(table), points) if table else (None, 0)


def _segments(one, label) -> Series | None:
    pieces = one.get_segments()
    table, points = _joined(pieces, range(1, len(pieces) + 1))
    if table is None:
        return None
    columns = [Column("segment", table[:, 0]), Column("x", table[:, 1], "x"), Column("y", table[:, 2], "y")]
    return Series(label, "line", columns, points)


def _contour(one, label) -> Series | None:
    table, points = _joined([path.vertices for path in one.get_paths()], one.levels)
    if table is None:
        return None
    columns = [Column("level", table[:, 0]), Column("x", table[:, 1], "x"), Column("y", table[:, 2], "y")]
    return Series(label, "contour", columns, points)


def _mesh(one, label) -> Series | None:
    values = one.get_array()
    corners = one.get_coordinates()
    rows, columns = corners.shape[0] - 1, corners.shape[1] - 1
    if values is None or np.size(values) not in (rows * columns, (rows + 1) * (columns + 1)):
        return Series(label, "heatmap", [], rows * columns)
    if np.size(values) == rows * columns:
        corners = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    points = corners.reshape(-1, 2)
    return _heatmap(label, points[:, 0], points[:, 1], np.ma.ravel(values))


def _image(one) -> Series | None:
    values = one.get_array()
    if values is None or values.ndim != 2:
        # A picture: its colours are no data.
        return None if values is None else Series(label_of(one.get_label()), "other", [], int(values.shape[0] * values.shape[1]))
    rows, columns = values.shape
    left, right, bottom, top = one.get_extent()
    if one.origin == "upper":
        bottom, top = top, bottom
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return _heatmap(label_of(one.get_label()), np.tile(x, rows), np.repeat(y, columns), np.ma.ravel(values))


def _heatmap(label, x, y, values) -> Series:
    return Series(label, "heatmap", [Column("x", x, "x"), Column("y", y, "y"), Column("value", values)], len(x))


def _patches(found, axes) -> list:
    told = []
    wedges = [patch for patch in found if isinstance(patch, patches.Wedge)]
    if wedges:
        # Matplotlib keeps angles with seven digits.
        shares = np.round([(wedge.theta2 - wedge.theta1) / 360 for wedge in wedges], 7)
        columns = [Column("label", [label_of(wedge.get_label()) for wedge in wedges]), Column("share", shares)]
        told.append(Series("", "pie", columns, len(wedges)))
    others = 0
    for patch in found:
        if isinstance(patch, patches.StepPatch):
            edges, values = np.asarray(patch.get_data().edges, dtype=float), np.asarray(patch.get_data().values, dtype=float)
            upright = patch.orientation != "horizontal"
            columns = [Column("from", edges[:-1], "x" if upright else "y"), Column("to", edges[1:], "x" if upright else "y"), Column("count", values)]
            told.append(Series(label_of(patch.get_label()), "histogram", columns, len(values)))
        elif isinstance(patch, patches.Polygon) and all(patch.get_transform().contains_branch_seperately(axes.transData)):
            # Histograms as one outline, among others.
            points = np.asarray(patch.get_xy(), dtype=float)
            columns = [Column("x", points[:, 0], "x"), Column("y", points[:, 1], "y")]
            told.append(Series(label_of(patch.get_label()), "other", columns, len(points)))
        elif not isinstance(patch, (patches.Wedge, patches.FancyArrowPatch)) and all(patch.get_transform().contains_branch_seperately(axes.transData)):
            others += 1
    return [*told, *([Series("", "other", [], others)] if others else [])]
