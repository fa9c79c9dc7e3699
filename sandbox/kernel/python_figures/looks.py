"""What is wrong with the looks of a figure that was just drawn, in plain words with what to do about it."""

from matplotlib import legend as legends

from python_figures import legend_cover, nothing_drawn
from python_figures.data import plotted_axes
from python_figures.names import Names, quoted
from python_figures.texts import Drawn, depth, gap_along, meet, missing_glyphs, outside

MAX_FINDINGS = 12
#: Of the checks of texts among each other, whose number grows with the square.
MAX_TEXTS = 600
#: Height of the letters, in pixels of the picture.
LEAST_TICK_PIXELS = 5.0
#: Of the height of a text: what may be covered, and what may lie outside.
OVERLAP_SHARE = 0.12
OUTSIDE_SHARE = 0.15


def findings(figure, drawn: list[Drawn], renderer) -> list[dict]:
    """`drawn`: the texts of this drawing, in order; where they are in the picture's pixels."""
    names = Names(figure, plotted_axes(figure))
    found_legends = _legends(figure)
    found = [
        *_ticks(drawn, names),
        *_overlaps(drawn, names, found_legends),
        *_clipped(drawn, names, renderer),
        *nothing_drawn.findings(names),
        *_glyphs(drawn, names),
        *legend_cover.findings(found_legends, names),
    ]
    return found[:MAX_FINDINGS]


def _legends(figure) -> list:
    found = [*figure.legends, *(legend for sub in figure.subfigs for legend in sub.legends)]
    for axes in figure.axes:
        found += [one for one in (axes.get_legend(), *axes.artists) if isinstance(one, legends.Legend)]
    return [one for at, one in enumerate(found) if one.get_visible() and one not in found[:at]]


def _ticks(drawn, names) -> list[dict]:
    by_axis = {}
    for one in drawn:
        place = names.tick_of(one.text)
        if place is not None:
            by_axis.setdefault(place, []).append(one)
    found = []
    for place, labels in by_axis.items():
        touched = set()
        labels = [one for one in names.in_order(place, labels)]
        for a, b in zip(labels, labels[1:]):
            height = min(a.height, b.height)
            if depth(a, b) > OVERLAP_SHARE * height or gap_along(a, b) < 0.1 * height:
                touched.update((id(a), id(b)))
        if touched and not _same_place(labels):
            remedy = "rotate them, show fewer" if place.axis == "x" else "show fewer, make the figure higher"
            found.append(
                names.finding(
                    "ticks",
                    place.axes,
                    f"{len(touched)} of {len(labels)} tick labels of {names.axis(place)} overlap: {remedy}, or make the font smaller.",
                )
            )
        elif labels and max(one.height for one in labels) < LEAST_TICK_PIXELS:
            found.append(
                names.finding(
                    "ticks",
                    place.axes,
                    f"The {len(labels)} tick labels of {names.axis(place)} are too small to be read: make the font larger, or the figure smaller.",
                )
            )
    return found


def _same_place(labels) -> bool:
    return len({(one.words, one.bounds) for one in labels}) == 1


def _overlaps(drawn, names, found_legends) -> list[dict]:
    boxes = [(one, one.get_frame().get_bbox().extents) for one in found_legends]
    of_legends = {id(text): legend for legend in found_legends for text in (*legend.get_texts(), legend.get_title())}
    free = [one for one in drawn if id(one.text) not in of_legends]
    others = [one for one in free if names.tick_of(one.text) is None][:MAX_TEXTS]
    pairs = {}
    for at, a in enumerate(others):
        for b in others[at + 1 :]:
            if meet(a.bounds, b.bounds) and _covers(a, b):
                pairs.setdefault(names.pair(a.text, b.text), []).append((a, b))
    ticks = [one for one in free if names.tick_of(one.text) is not None]
    for a in others:
        for b in ticks:
            if meet(a.bounds, b.bounds) and _covers(a, b):
                pairs.setdefault(names.pair(a.text, b.text), []).append((a, b))
    _ticks_of_neighbours(ticks, names, pairs)
    found = [names.overlap(pair, texts) for pair, texts in pairs.items()]
    found += _on_neighbours(free, names)
    for legend, box in boxes:
        covered = [one for one in free if meet(one.bounds, box) and outside(one.bounds, box) < 0.7]
        if covered:
            what = names.of(covered[0].text) if len(covered) == 1 else f"{len(covered)} texts, for example {quoted(covered[0].words)}"
            found.append(
                names.finding("overlap", legend.axes, f"The legend lies over {what}: move it, for example outside of the axes.")
            )
    return found


def _ticks_of_neighbours(ticks, names, pairs) -> None:
    """Tick labels of different axes, such as of subplots that stand too close."""
    by_axis = {}
    for one in ticks:
        by_axis.setdefault(names.tick_of(one.text), []).append(one)
    groups = list(by_axis.items())
    for at, (place, labels) in enumerate(groups[:MAX_TEXTS]):
        box = _around(labels)
        for other, others in groups[at + 1 :]:
            if not meet(box, _around(others)):
                continue
            met = [(a, b) for a in labels for b in others if meet(a.bounds, b.bounds) and _covers(a, b)]
            if met:
                pairs.setdefault(names.pair(met[0][0].text, met[0][1].text), []).append(met[0])


def _on_neighbours(free, names) -> list[dict]:
    """What stands around axes, but over the drawing of others."""
    areas = [(axes, axes.bbox.extents) for axes in names.plotted if axes.patch.get_visible()]
    met = {}
    for one in free:
        own = names.axes_of(one.text)
        if own is None or names.is_inside(one.text):
            continue
        for axes, area in areas:
            if axes is own or not meet(one.bounds, area) or meet(own.bbox.extents, _shrunk(area)):
                continue
            if outside(one.bounds, area) < 0.7:
                met.setdefault(names.role(one.text), []).append((one, axes))
    return [names.on_neighbour(texts) for texts in met.values()]


def _shrunk(area):
    return area[0] + 1, area[1] + 1, area[2] - 1, area[3] - 1


def _around(labels):
    left, bottom, right, top = zip(*(one.bounds for one in labels))
    return min(left), min(bottom), max(right), max(top)


def _covers(a: Drawn, b: Drawn) -> bool:
    if a.words == b.words and abs(a.bounds[0] - b.bounds[0]) < 1 and abs(a.bounds[1] - b.bounds[1]) < 1:
        # The same at the same place, as axes over each other write it: it reads as one.
        return False
    return depth(a, b) > max(1.0, OVERLAP_SHARE * min(a.height, b.height))


def _clipped(drawn, names, renderer) -> list[dict]:
    picture = (0, 0, renderer.width, renderer.height)
    by_axes = {}
    for one in drawn:
        limit = max(1.5, OUTSIDE_SHARE * one.height)
        left, bottom, right, top = one.bounds
        clip = one.text.get_clip_box() if one.text.get_clip_on() else None
        clipped = clip is not None and outside(one.bounds, clip.extents) > 0.1
        cut = not clipped and (left < -limit or bottom < -limit or right > picture[2] + limit or top > picture[3] + limit)
        if cut or clipped:
            by_axes.setdefault(names.axes_of(one.text), []).append((one, cut))
    found = []
    for axes, texts in by_axes.items():
        one, cut = texts[0]
        what = names.of(one.text) if len(texts) == 1 else f"{len(texts)} texts, for example {quoted(one.words)}"
        verb = "is" if len(texts) == 1 else "are"
        edge = "picture" if cut else "axes"
        remedy = "shorten it, break it into lines, or use layout='constrained'" if cut else "move it inside, or set clip_on=False"
        found.append(names.finding("clipped", axes, f"{what[0].upper()}{what[1:]} {verb} cut off by the edge of the {edge}: {remedy}."))
    return found


def _glyphs(drawn, names) -> list[dict]:
    missing, axes = set(), None
    for one in drawn:
        if not one.words.isascii():
            new = missing_glyphs(one.text)
            if new and not missing:
                axes = names.axes_of(one.text)
            missing |= new
    if not missing:
        return []
    shown = ", ".join(f"U+{ord(character):04X}" for character in sorted(missing)[:5])
    return [
        names.finding(
            "glyphs",
            axes,
            f"{'1 character' if len(missing) == 1 else f'{len(missing)} characters'} of no font ({shown}), drawn as boxes: write it otherwise, or use a font that has it.",
        )
    ]
