"""Looks at a figure while its picture is drawn: only then each text is where it is saved, and at no other cost."""

import contextlib
import functools
import os

import matplotlib
import numpy as np
from matplotlib.text import Text

from python_figures import looks
from python_figures.texts import drawn_text


def _unnamed(function):
    """
    Matplotlib's warnings name the first place outside of its folder. That must go on to be the place that it was
    without us, so our functions count as being in there.
    """
    place = os.path.join(os.path.dirname(matplotlib.__file__), "drawing")
    function.__code__ = function.__code__.replace(co_filename=place)
    return function


@contextlib.contextmanager
def proofread(figure, findings):
    """To `findings` a list is added for each time that the figure was drawn into a picture made of pixels."""
    original = figure.draw
    wrapped = functools.partial(_draw, figure, original, findings)
    figure.draw = wrapped
    try:
        yield
    finally:
        if vars(figure).get("draw") is wrapped:
            del figure.draw


@_unnamed
def _draw(figure, original, findings, renderer):
    # Drawing that only finds out the layout has an inner function in place of this one.
    if "draw_text" in vars(renderer) or not hasattr(renderer, "buffer_rgba"):
        return original(renderer)
    drawn = []
    try:
        with _texts_noted(figure, drawn):
            return original(renderer)
    finally:
        with contextlib.suppress(Exception), np.errstate(all="ignore"):
            findings.append(looks.findings(figure, drawn, renderer))


@contextlib.contextmanager
def _texts_noted(figure, drawn):
    draw, lay_out = Text.draw, Text._get_layout
    laid_out = [None, None]

    @_unnamed
    def noted_layout(self, renderer):
        answer = lay_out(self, renderer)
        laid_out[:] = self, answer
        return answer

    @_unnamed
    def noted(self, renderer, *arguments, **options):
        laid_out[0] = None
        answer = draw(self, renderer, *arguments, **options)
        if laid_out[0] is self and self.get_visible() and self.get_figure(root=True) is figure:
            with contextlib.suppress(Exception):
                one = drawn_text(self, laid_out[1])
                if one is not None:
                    drawn.append(one)
        return answer

    Text.draw, Text._get_layout = noted, noted_layout
    try:
        yield
    finally:
        Text.draw, Text._get_layout = draw, lay_out
