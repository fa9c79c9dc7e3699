"""Charts of a cell: sizes a panel can show, and JSON where a library would send a page with scripts."""

import importlib.util
import os
import sys

from IPython.core import pylabtools

LARGEST_FIGURE_PIXELS = 2000


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
