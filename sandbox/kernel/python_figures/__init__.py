"""
Beside each picture of a matplotlib figure: the plotted points, taken from the drawing, and what is wrong with its
looks. Nothing of the figure is changed, and a failure in here costs this description only, never the picture.
Matplotlib is imported by the modules beside this one, which are loaded with the first figure.
"""

import importlib
import sys
import weakref

from IPython.core import pylabtools
from IPython.core.formatters import BaseFormatter
from traitlets import ObjectName, Unicode

FIGURE_MIME = "application/vnd.code-interpreter.figure+json"

#: Figures whose picture was made and whose description was not asked for yet, with what was found.
_pictured = weakref.WeakKeyDictionary()


def describe_figures(shell) -> None:
    """Adds FIGURE_MIME to every display of a figure that has a picture."""
    original = pylabtools.print_figure

    def print_figure(fig, *arguments, **options):
        findings = []
        with _proofread(fig, findings):
            picture = original(fig, *arguments, **options)
        if picture is not None:
            _pictured[fig] = findings[-1] if findings else _pictured.get(fig)
        return picture

    pylabtools.print_figure = print_figure
    shell.display_formatter.formatters[FIGURE_MIME] = _FigureFormatter(parent=shell.display_formatter)


def _proofread(fig, findings):
    return _module("watch").proofread(fig, findings)


def _module(name):
    return importlib.import_module(f"{__name__}.{name}")


class _FigureFormatter(BaseFormatter):
    """Called after the formatters of pictures, since it was added after them."""

    format_type = Unicode(FIGURE_MIME)
    print_method = ObjectName("_repr_code_interpreter_figure_")
    _return_type = dict

    def __call__(self, obj):
        figure = sys.modules.get("matplotlib.figure")
        if figure is None or not isinstance(obj, figure.Figure) or obj not in _pictured:
            return None
        try:
            return _module("data").described(obj, _pictured.pop(obj))
        except Exception:
            return None
