"""What a figure holds, as JSON: its texts, and for each thing drawn the points that were plotted, bounded."""

import numpy as np

from python_figures import series as readers
from python_figures.scale import Scale, numbers, text

MAX_POINTS = 20_000
MAX_BYTES = 1_000_000
MAX_AXES = 100
MAX_SERIES = 200
#: As JSON: a double's digits with sign, point, exponent and comma.
NUMBER_BYTES = 22


def described(figure, findings) -> dict:
    """`findings`: null when the figure was not looked at."""
    shown = plotted_axes(figure)
    budget = _Budget()
    axes = [_axes(one, budget) for one in shown[:MAX_AXES]]
    title = _text_of(getattr(figure, "_suptitle", None)) or (axes[0]["title"] if len(axes) == 1 else "")
    width, height = (float(inches) for inches in figure.get_size_inches())
    return {"title": title, "axes": axes, "findings": findings, "size": {"widthInches": width, "heightInches": height}}


def plotted_axes(figure) -> list:
    """Without colour bars, which only explain another axes' colours."""
    return [axes for axes in figure.axes if axes.get_visible() and getattr(axes, "_colorbar", None) is None]


class _Budget:
    def __init__(self):
        self.bytes_left = MAX_BYTES

    def rows(self, columns, count: int) -> int:
        """How many rows of these fit; they are taken off."""
        row_bytes = NUMBER_BYTES * max(len(columns), 1)
        rows = min(count, MAX_POINTS, max(self.bytes_left, 0) // row_bytes)
        self.bytes_left -= rows * row_bytes
        return rows

    def texts(self, values) -> None:
        self.bytes_left -= sum(len(value) + 3 - NUMBER_BYTES for value in values if isinstance(value, str) and len(value) > NUMBER_BYTES)


def _axes(axes, budget) -> dict:
    scales = {"x": Scale(axes.xaxis), "y": Scale(axes.yaxis)}
    found = readers.series_of(axes)
    told = [_series(one, scales, budget) for one in found[:MAX_SERIES]]
    titles = (_text_of(getattr(axes, name)) for name in ("title", "_left_title", "_right_title"))
    return {
        "title": next(filter(None, titles), ""),
        "xLabel": _text_of(axes.xaxis.label),
        "yLabel": _text_of(axes.yaxis.label),
        "xScale": scales["x"].name,
        "yScale": scales["y"].name,
        "series": told,
        "moreSeries": max(0, len(found) - MAX_SERIES),
    }


def _series(one, scales, budget) -> dict:
    rows = budget.rows(one.columns, one.points) if one.columns else 0
    snap = one.kind in ("bar", "box", "heatmap")
    columns = []
    for column in one.columns:
        values = column.values[:rows]
        if column.axis is not None:
            told = scales[column.axis].told(values, snap)
        elif isinstance(values, np.ndarray):
            told = numbers(values)
        else:
            told = [text(value) for value in values]
        budget.texts(told)
        columns.append({"name": column.name, "values": told})
    return {"label": one.label, "kind": one.kind, "columns": columns, "points": one.points, "shown": rows}


def _text_of(artist) -> str:
    return "" if artist is None else text(artist.get_text())
