"""How the parts of a figure are called in findings."""

from typing import NamedTuple

MAX_QUOTED = 40
POLAR = {"x": "angles", "y": "radius"}


class Axis(NamedTuple):
    """One axis (`x`, `y`, `z`) of some axes."""

    axes: object
    axis: str


class Pair(NamedTuple):
    """Two texts that meet, as the roles in which they do."""

    first: tuple
    second: tuple


def quoted(words: str) -> str:
    words = " ".join(words.split())
    return '"' + (words if len(words) <= MAX_QUOTED else words[: MAX_QUOTED - 1] + "…") + '"'


class Names:
    def __init__(self, figure, plotted):
        self.plotted = plotted
        self._at = {id(axes): at for at, axes in enumerate(plotted)}
        self._ticks = {}
        self._order = {}
        self._roles = {}
        for part in (figure, *figure.subfigs):
            for name, role in (("_suptitle", "title"), ("_supxlabel", "x label"), ("_supylabel", "y label")):
                if getattr(part, name, None) is not None:
                    self._roles[id(getattr(part, name))] = (role, None)
        for axes in _all_axes(figure):
            self._name_texts(axes)

    def _name_texts(self, axes):
        for title in (axes.title, axes._left_title, axes._right_title):
            self._roles[id(title)] = ("title", axes)
        for name in ("x", "y", "z"):
            axis = getattr(axes, f"{name}axis", None)
            if axis is None:
                continue
            self._roles[id(axis.label)] = (f"{name} label", axes)
            self._roles[id(axis.offsetText)] = (f"{name} offset", axes)
            place = Axis(axes, name)
            # Not `get_major_ticks`, which would make ticks where none were drawn.
            for group in ("minorTicks", "majorTicks"):
                for at, tick in enumerate(vars(axis).get(group, ())):
                    for label in (tick.label1, tick.label2):
                        self._ticks[id(label)] = place
                        self._order[id(label)] = (label is tick.label2, tick.get_loc(), at)

    def tick_of(self, text) -> Axis | None:
        return self._ticks.get(id(text))

    def in_order(self, place, labels) -> list:
        """Along the axis; those at its other side after those at the first."""
        return sorted(labels, key=lambda one: self._order[id(one.text)])

    def axes_of(self, text):
        place = self.tick_of(text)
        if place is not None:
            return place.axes
        return self._roles.get(id(text), (None, text.axes))[1]

    def finding(self, kind, axes, sentence) -> dict:
        return {"kind": kind, "sentence": sentence, "axes": self._at.get(id(axes))}

    def axes_name(self, axes) -> str:
        """Empty where there is only one."""
        if axes is None or id(axes) not in self._at:
            return "the colour bar" if axes is not None else "the figure"
        if len(self.plotted) == 1:
            return ""
        title = axes.get_title() or axes.get_title("left")
        return f"subplot {self._at[id(axes)] + 1}" + (f" ({quoted(title)})" if title else "")

    def _of_axes(self, axes) -> str:
        name = self.axes_name(axes)
        return f" of {name}" if name else ""

    def axis(self, place: Axis) -> str:
        name = POLAR.get(place.axis) if place.axes.name == "polar" else f"{place.axis} axis"
        return f"the {name}{self._of_axes(place.axes)}"

    def of(self, text) -> str:
        place = self.tick_of(text)
        if place is not None:
            return f"the tick label {quoted(text.get_text())} of {self.axis(place)}"
        role, axes = self._roles.get(id(text), ("text", text.axes))
        if role == "text":
            return f"the text {quoted(text.get_text())}"
        if role.endswith("offset"):
            return f"the factor {quoted(text.get_text())} at the {role[0]} axis{self._of_axes(axes)}"
        if role.endswith("label"):
            return f"the label of the {role[0]} axis{self._of_axes(axes)}"
        return f"the title{self._of_axes(axes)}"

    def role(self, text) -> tuple:
        place = self.tick_of(text)
        if place is not None:
            return ("tick", place.axis)
        return (self._roles.get(id(text), ("text", None))[0], "")

    def is_inside(self, text) -> bool:
        """Texts that somebody has put somewhere: they may stand anywhere."""
        return self.role(text)[0] == "text"

    def pair(self, a, b) -> Pair:
        return Pair(*sorted((self.role(a), self.role(b))))

    def overlap(self, pair: Pair, texts) -> dict:
        a, b = texts[0]
        axes = self.axes_of(a.text)
        if pair.first[0] == pair.second[0] == "text":
            count = len({id(one) for both in texts for one in both})
            sentence = f"{count} texts in the chart overlap, for example {quoted(a.words)} and {quoted(b.words)}: move them apart, or show fewer."
            return self.finding("overlap", axes, sentence)
        first, second = self._side(a), self._side(b)
        apart = axes is not self.axes_of(b.text)
        remedy = "use layout='constrained', or leave more space between the axes" if apart else "move one of them, or leave more space"
        places = {(id(self.axes_of(one.text)), id(self.axes_of(other.text))) for one, other in texts}
        more = f", and so in {_counted(len(places) - 1, 'other place')}" if len(places) > 1 else ""
        return self.finding("overlap", axes, f"{first[0].upper()}{first[1:]} and {second} overlap{more}: {remedy}.")

    def on_neighbour(self, texts) -> dict:
        one, axes = texts[0]
        what = self._side(one)
        verb = "lie" if self.tick_of(one.text) is not None else "lies"
        sentence = f"{what[0].upper()}{what[1:]} {verb} over {self.axes_name(axes)}: use layout='constrained', or leave more space between the axes."
        return self.finding("overlap", self.axes_of(one.text), sentence)

    def _side(self, one) -> str:
        place = self.tick_of(one.text)
        return self.of(one.text) if place is None else f"tick labels of {self.axis(place)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _all_axes(figure) -> list:
    """Inner axes, too, which the figure does not list."""
    found = list(figure.axes)
    for axes in found:
        found += [child for child in axes.child_axes if child not in found]
    return found
