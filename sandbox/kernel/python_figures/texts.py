"""Where a drawn text is, as turned rectangles of its lines; how deep two texts reach into each other; missing glyphs."""

import math
from typing import NamedTuple

from matplotlib import font_manager
from matplotlib.text import Text

#: A line's box reaches from below the deepest letter to above the highest; what it holds rarely does.
DESCENT_SHARE = 0.5
ASCENT_SHARE = 0.95


class Rectangle(NamedTuple):
    """In pixels of the picture. (ux, uy): the direction of writing, of length 1."""

    x: float
    y: float
    ux: float
    uy: float
    half_width: float
    half_height: float

    def bounds(self) -> tuple[float, float, float, float]:
        dx = abs(self.ux) * self.half_width + abs(self.uy) * self.half_height
        dy = abs(self.uy) * self.half_width + abs(self.ux) * self.half_height
        return self.x - dx, self.y - dy, self.x + dx, self.y + dy


class Drawn(NamedTuple):
    text: Text
    words: str
    lines: list[Rectangle]
    bounds: tuple[float, float, float, float]
    #: Of a line of text, in pixels.
    height: float


def drawn_text(text, layout) -> Drawn | None:
    """For use at once after the text was drawn: some texts move afterwards. `layout`: what it was drawn by."""
    words = text.get_text()
    if not words.strip() or text.get_alpha() == 0:
        return None
    _, info, descent = layout[:3]
    x, y = text.get_transform().transform((float(text.convert_xunits(text._x)), float(text.convert_yunits(text._y)))).tolist()
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    angle = math.radians(text.get_rotation())
    ux, uy = math.cos(angle), math.sin(angle)
    lines = []
    for words_of_line, (width, height), left, base in info:
        if width <= 0 or not words_of_line.strip():
            continue
        low, high = -descent * DESCENT_SHARE, (height - descent) * ASCENT_SHARE
        middle = (low + high) / 2
        lines.append(
            Rectangle(
                x + left + ux * width / 2 - uy * middle,
                y + base + uy * width / 2 + ux * middle,
                ux,
                uy,
                width / 2,
                (high - low) / 2,
            )
        )
    if not lines:
        return None
    bounds = joined(line.bounds() for line in lines)
    if text.get_clip_on() and text.get_clip_box() is not None and outside(bounds, text.get_clip_box().extents) >= 1:
        return None
    return Drawn(text, words, lines, bounds, 2 * lines[0].half_height)


def joined(bounds) -> tuple[float, float, float, float]:
    left, bottom, right, top = zip(*bounds)
    return min(left), min(bottom), max(right), max(top)


def meet(a, b) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def outside(bounds, frame) -> float:
    """Which share of the bounds lies outside of the frame."""
    width = min(bounds[2], frame[2]) - max(bounds[0], frame[0])
    height = min(bounds[3], frame[3]) - max(bounds[1], frame[1])
    area = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
    return 1 - max(width, 0) * max(height, 0) / area if area > 0 else 0


def depth(a: Drawn, b: Drawn) -> float:
    """How many pixels one would have to move for them to be apart; negative: they are so far apart."""
    return max(_depth(one, other) for one in a.lines for other in b.lines)


def _depth(a: Rectangle, b: Rectangle) -> float:
    least = math.inf
    dx, dy = b.x - a.x, b.y - a.y
    for ux, uy in ((a.ux, a.uy), (-a.uy, a.ux), (b.ux, b.uy), (-b.uy, b.ux)):
        reach = 0.0
        for one in (a, b):
            reach += one.half_width * abs(one.ux * ux + one.uy * uy) + one.half_height * abs(-one.uy * ux + one.ux * uy)
        least = min(least, reach - abs(dx * ux + dy * uy))
    return least


def gap_along(a: Drawn, b: Drawn) -> float:
    """Between texts written one after the other on one line, in pixels; infinite when they are not."""
    one, other = a.lines[0], b.lines[0]
    dx, dy = other.x - one.x, other.y - one.y
    if abs(dy * one.ux - dx * one.uy) > one.half_height / 2 or one.ux * other.ux + one.uy * other.uy < 0.99:
        return math.inf
    return abs(dx * one.ux + dy * one.uy) - one.half_width - other.half_width


def missing_glyphs(text) -> set[str]:
    """Characters that matplotlib draws as boxes, since none of the text's fonts has them."""
    words, is_math = text._preprocess_math(text.get_text())
    unusual = {character for character in words if not " " <= character <= "~"} - {"\n", "\r"}
    if is_math or not unusual:
        return set()
    paths = font_manager.fontManager._find_fonts_by_props(text.get_fontproperties())
    fonts = [font_manager.get_font([path]) for path in paths]
    return {character for character in unusual if not any(font.get_char_index(ord(character)) for font in fonts)}
