"""Looks at a figure while its picture is drawn: only then each text is where it is saved, and at no other cost."""

import contextlib
import functools

import numpy as np
from matplotlib.text import Text

from python_figures import looks
from python_figures.texts import drawn_text


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
    draw = Text.draw

    def noted(self, renderer, *arguments, **options):
        answer = draw(self, renderer, *arguments, **options)
        if self.get_visible() and self.get_figure(root=True) is figure:
            with contextlib.suppress(Exception):
                one = drawn_text(self, renderer)
                if one is not None:
                    drawn.append(one)
        return answer

    Text.draw = noted
    try:
        yield
    finally:
        Text.draw = draw
