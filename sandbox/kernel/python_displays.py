"""
Displays of a cell: charts of a size that a panel can show, JSON where a library would send a page with scripts, and
beside each table its shape and column types.
"""

import importlib.util
import os
import sys
import time

import query_tables
from IPython.core import pylabtools
from IPython.core.formatters import BaseFormatter
from traitlets import ObjectName, Unicode

LARGEST_FIGURE_PIXELS = 2000
FRAME_MIME = "application/vnd.code-interpreter.frame+json"
MAX_COLUMNS = 200
MAX_NAME_CHARACTERS = 200
#: Counting what is missing in a huge table must not hold up its display.
COUNTING_S = 1.0


def prepare() -> None:
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")
    _limit_figure_size()
    sys.meta_path.insert(0, _AltairAsJson())


def _limit_figure_size() -> None:
    """Figures keep their resolution, unless that would make an image of absurd size."""
    original = pylabtools.print_figure

    def print_figure(fig, *arguments, **options):
        dpi = options.get("dpi", fig.dpi)
        if not isinstance(dpi, (int, float)):
            dpi = fig.dpi
        largest = max(fig.get_size_inches()) * dpi
        if largest > LARGEST_FIGURE_PIXELS:
            options["dpi"] = max(dpi * LARGEST_FIGURE_PIXELS / largest, 10)
        return original(fig, *arguments, **options)

    pylabtools.print_figure = print_figure


class _AltairAsJson:
    """Altair has no setting outside itself for charts as MIME bundles: it is told when a cell imports it."""

    def find_spec(self, name, path=None, target=None):
        if name != "altair":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                module.renderers.enable("mimetype")

            spec.loader.exec_module = exec_module
        return spec


def describe_frames(shell) -> None:
    """Adds FRAME_MIME to every display of a table; what is displayed otherwise stays as it is."""
    formatter = _FrameFormatter(parent=shell.display_formatter)
    # Pandas from 3 on names its public module, older ones the inner.
    for module in ("pandas", "pandas.core.frame"):
        formatter.for_type_by_name(module, "DataFrame", _named(_pandas_frame))
    for module in ("pandas", "pandas.core.series"):
        formatter.for_type_by_name(module, "Series", _named(lambda series: _pandas_frame(series.to_frame())))
    formatter.for_type_by_name("polars.dataframe.frame", "DataFrame", _named(_polars_frame))
    formatter.for_type_by_name("polars.series.series", "Series", _named(lambda series: _polars_frame(series.to_frame())))
    for name in ("Table", "RecordBatch"):
        formatter.for_type_by_name("pyarrow.lib", name, _named(_arrow_table))
    shell.display_formatter.formatters[FRAME_MIME] = formatter


def _named(describe):
    """With a handle by which the live object can be asked for while something holds it."""

    def described(table):
        told = describe(table)
        handle = None if told is None else query_tables.handles.add(table)
        return told if handle is None else {**told, "handle": handle}

    return described


class _FrameFormatter(BaseFormatter):
    format_type = Unicode(FRAME_MIME)
    print_method = ObjectName("_repr_code_interpreter_frame_")
    _return_type = dict


def _pandas_frame(frame):
    return _described(
        len(frame),
        [(frame.columns[at], frame.dtypes.iloc[at]) for at in range(min(frame.shape[1], MAX_COLUMNS))],
        frame.shape[1],
        lambda at: frame.iloc[:, at].isna().sum(),
    )


def _polars_frame(frame):
    return _described(
        frame.height,
        list(zip(frame.columns, frame.dtypes))[:MAX_COLUMNS],
        frame.width,
        lambda at: frame.to_series(at).null_count(),
    )


def _arrow_table(table):
    return _described(
        table.num_rows,
        [(table.schema.names[at], table.schema.types[at]) for at in range(min(table.num_columns, MAX_COLUMNS))],
        table.num_columns,
        lambda at: table.column(at).null_count,
    )


def _described(rows, columns, column_count, missing):
    deadline = time.monotonic() + COUNTING_S
    described = []
    try:
        for at, (name, dtype) in enumerate(columns):
            count = int(missing(at)) if time.monotonic() < deadline else None
            described.append({"name": str(name)[:MAX_NAME_CHARACTERS], "dtype": str(dtype)[:MAX_NAME_CHARACTERS], "missing": count})
    except Exception:
        # A table of some other making: it is shown without its description.
        return None
    return {"rows": rows, "columnCount": column_count, "columns": described}
