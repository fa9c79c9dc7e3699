"""
Where tables stand and lines run. Graphviz's dot is asked twice: first it says what stands left of what; then each line leaves a table at the row of its column, on the side where the other table is, so
that none runs through a table.
"""

import json
import math
import subprocess
from dataclasses import dataclass, field

from code_interpreter import _schema_labels as labels
from code_interpreter._schema_joins import Join
from code_interpreter._schema_source import Schema

#: Each has a contrast of at least 4.5 to 1 to the white page.
COLOURS = (
    "#0b5fa5", "#c2410c", "#00704f", "#a3218e", "#6d3fc0", "#8a5a00", "#c21f3a", "#00707f",
    "#5a5a5a", "#7a3e12", "#3d7a00", "#d0007a", "#2233dd", "#6b6e00",
)  # fmt: skip
FONT = "DejaVu Sans"
#: Lines nearer than this (points) have colours of their own, but for the last bit before an end that they share.
NEAR_PT, SHARED_END_PT = 9, 40
TIME_LIMIT_S = 240
#: More leaves than this stand on both sides of a hub, and in more than one column.
LEAVES_IN_COLUMN = 6

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class DrawingError(Exception):
    """What graphviz said."""


@dataclass
class Line:
    """
    A drawn join, as cubic Bézier curves in points of the page; `start` and `end` are the tips of its ends. One from a
    table to itself has two: there and back.
    """

    join: int
    start: Point
    controls: list[Point]
    end: Point

    def points(self, steps: int = 24) -> list[Point]:
        """Along the line, from tip to tip."""
        points = [self.start]
        for first in range(0, len(self.controls) - 3, 3):
            a, b, c, d = self.controls[first : first + 4]
            for step in range(steps):
                t = step / steps
                weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
                points.append((sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)), sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True))))
        return [*points, self.controls[-1], self.end]


@dataclass
class Layout:
    """In points of the page; y goes up."""

    lines: list[Line] = field(default_factory=list)
    #: Name of the node → left, bottom, right, top.
    boxes: dict[str, Box] = field(default_factory=dict)
    width_pt: float = 0
    height_pt: float = 0


class Drawing:
    """The tables are the nodes `t0`, `t1`… in the order of the schema, the joins the edges `join0`…"""

    def __init__(self, schema: Schema, joins: list[Join], title: str, max_columns: int):
        self.schema, self.joins, self.title, self.max_columns = schema, joins, title, max_columns
        self._numbers = {table.name: index for index, table in enumerate(schema.tables)}
        self._left_to_right = [True] * len(joins)
        self._lengths = [1] * len(joins)
        self._groups = self._joined_groups()
        grouped = {number for group in self._groups for number in group}
        # By length: tables in one row grow as high as its highest.
        self._alone = sorted((number for number in range(len(schema.tables)) if number not in grouped), key=lambda number: len(schema.tables[number].columns))
        self._spread_leaves()
        self._turn_lines()
        self.layout = read_layout(call_dot(self.dot(), "-Tjson0"))
        self._colour()

    def render(self, kind: str, dpi: float = 72) -> bytes:
        """`svg`, `png` or `pdf`."""
        format = {"svg": "svg", "png": "png:cairo", "pdf": "pdf:cairo"}[kind]
        return call_dot(self.dot(), f"-T{format}", *([f"-Gdpi={dpi:g}"] if kind == "png" else []))

    def dot(self) -> str:
        """The text for graphviz."""
        # The more lines, the more room between the columns of tables.
        spread = 1.2 + min(1.6, len(self.joins) / 40)
        lines = [
            "digraph schema {",
            f'graph [rankdir=LR, bgcolor=white, pad=0.3, nodesep=0.35, ranksep={spread:.2f}, splines=true, fontname="{FONT}", fontsize=11, labelloc=b, labeljust=l, label=<{self._below()}>];',
            f'node [shape=plain, fontname="{FONT}", fontsize=11, fontcolor="{labels.INK}"];',
            "edge [dir=both, penwidth=1.6, arrowsize=0.8];",
            f'subgraph cluster_joined {{ pencolor=white; margin=12; labelloc=t; labeljust=l; label=<{labels.heading(self.title)}>;',
        ]
        for group in self._groups:
            lines += [f"t{number} [label=<{self._label(number)}>];" for number in group]
        for index, join in enumerate(self.joins):
            lines += self._edges(index, join)
        if not self._groups:
            lines.append('nothing [label=""];')
        return "\n".join([*lines, "}}"])

    def _below(self) -> str:
        """Tables without joins, and the legend."""
        columns = max(4, round(math.sqrt(2 * len(self._alone))), round(math.sqrt(len(self.schema.tables))))
        return labels.below([self._label(number) for number in self._alone], columns, labels.legend(self.joins))

    def _label(self, number: int) -> str:
        return labels.table_label(self.schema.tables[number], self.joins, self.max_columns)

    def _joined_groups(self) -> list[list[int]]:
        import networkx

        graph = networkx.Graph((self._numbers[join.table], self._numbers[join.to_table]) for join in self.joins)
        return sorted((sorted(group) for group in networkx.connected_components(graph)), key=len, reverse=True)

    def _turn_lines(self) -> None:
        """Every line goes from left to right: none turns back around a table."""
        boxes = read_layout(call_dot(self.dot(), "-Tjson0")).boxes
        for index, join in enumerate(self.joins):
            here, there = (sum(boxes[f"t{self._numbers[name]}"][::2]) for name in (join.table, join.to_table))
            if here != there:
                self._left_to_right[index] = here < there

    def _spread_leaves(self) -> None:
        """Tables that only one other is joined to stand around it: left and right, and in more than one column."""
        neighbours: dict[str, set[str]] = {}
        for join in self.joins:
            neighbours.setdefault(join.table, set()).add(join.to_table)
            neighbours.setdefault(join.to_table, set()).add(join.table)
        leaves: dict[str, list[int]] = {}
        for index, join in enumerate(self.joins):
            for leaf, hub in ((join.table, join.to_table), (join.to_table, join.table)):
                if neighbours[leaf] == {hub} and len(neighbours[hub]) > 1:
                    leaves.setdefault(hub, []).append(index)
        for hub, around in leaves.items():
            if len(around) <= LEAVES_IN_COLUMN:
                continue
            columns = math.ceil(len(around) / 2 / LEAVES_IN_COLUMN)
            for place, index in enumerate(around):
                self._left_to_right[index] = (self.joins[index].to_table == hub) == (place % 2 == 0)
                self._lengths[index] = 1 + place // 2 % columns

    def _edges(self, index: int, join: Join) -> list[str]:
        ends = [
            (self._numbers[join.table], join.columns[0], labels.foot(join.unique, join.to_optional)),
            (self._numbers[join.to_table], join.to_columns[0], labels.foot(join.to_unique, join.optional)),
        ]
        if not self._left_to_right[index]:
            ends.reverse()
        (left, left_row, left_foot), (right, right_row, right_foot) = ((number, self._row(number, column), foot) for number, column, foot in ends)
        look = f'style={"solid" if join.declared else "dashed"}, color="{join.colour or labels.INK}"'
        start = f"t{left}:r{left_row}:e"
        if left != right:
            return [f'{start} -> t{right}:l{right_row}:w [id="join{index}", arrowtail={left_foot}, arrowhead={right_foot}, {look}, minlen={self._lengths[index]}];']
        # dot draws a line from a table to itself over the neighbours: it goes to a point beside it and back.
        turn = f"turn{index}"
        return [
            f'{turn} [shape=circle, fixedsize=true, width=0.16, penwidth=1.6, label="", color="{join.colour or labels.INK}"];',
            f'{start} -> {turn} [id="join{index}", dir=back, arrowtail={left_foot}, {look}];',
            f't{right}:r{right_row}:e -> {turn} [id="join{index}", dir=back, arrowtail={right_foot}, {look}];',
        ]

    def _row(self, number: int, column: str) -> int:
        return next(row for row, one in enumerate(self.schema.tables[number].columns) if one.name == column)

    def _colour(self) -> None:
        """Gives each line a colour that no line near it has. Colours move nothing."""
        near = near_lines(self.layout)
        given: dict[int, str] = {}
        for index in sorted(near, key=lambda one: -len(near[one])):
            used = [given[other] for other in near[index] if other in given]
            total = list(given.values())
            # What is not near, then what is rare: neighbours on a page differ, too.
            given[index] = min(COLOURS, key=lambda colour: (used.count(colour), total.count(colour), COLOURS.index(colour)))
        for index, colour in given.items():
            self.joins[index].colour = colour


def call_dot(text: str, *options: str) -> bytes:
    try:
        done = subprocess.run(["dot", *options], input=text.encode(), capture_output=True, timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise DrawingError(f"graphviz needs more than {TIME_LIMIT_S} s for so many tables; draw fewer with tables=[…].") from None
    if done.returncode != 0 or not done.stdout:
        raise DrawingError(f"graphviz failed: {done.stderr.decode(errors='replace').strip()[-400:] or done.returncode}")
    return done.stdout


def read_layout(output: bytes) -> Layout:
    told = json.loads(output.decode(errors="replace"))
    _, _, width, height = (float(part) for part in told["bb"].split(","))
    layout = Layout(width_pt=width, height_pt=height)
    for node in told.get("objects", []):
        if "pos" not in node:  # the group of all of them
            continue
        x, y = _point(node["pos"].split(","))
        half_width, half_height = float(node["width"]) * 36, float(node["height"]) * 36
        layout.boxes[node["name"]] = (x - half_width, y - half_height, x + half_width, y + half_height)
    for edge in told.get("edges", []):
        if not edge.get("id", "").startswith("join"):
            continue
        parts = [part.split(",") for part in edge["pos"].replace(";", " ").split()]
        tips = {part[0]: _point(part[1:]) for part in parts if part[0] in "se"}
        controls = [_point(part) for part in parts if part[0] not in "se"]
        layout.lines.append(Line(int(edge["id"].removeprefix("join")), tips.get("s", controls[0]), controls, tips.get("e", controls[-1])))
    return layout


def _point(fields: list[str]) -> Point:
    return (float(fields[0]), float(fields[1]))


def near_lines(layout: Layout, near_pt: float = NEAR_PT) -> dict[int, set[int]]:
    """Join → joins whose lines come nearer than that to it, crossings included."""
    import numpy as np
    from scipy.spatial import cKDTree

    near: dict[int, set[int]] = {line.join: set() for line in layout.lines}
    if len(near) < 2:
        return near
    dense = [_dense(line.points()) for line in layout.lines]
    ends = {join: np.array([tip for line in layout.lines if line.join == join for tip in (line.start, line.end)]) for join in near}
    owners = np.concatenate([np.full(len(points), line.join) for line, points in zip(layout.lines, dense, strict=True)])
    places = np.concatenate(dense)
    for one, other in cKDTree(places).query_pairs(near_pt, output_type="ndarray"):
        first, second = int(owners[one]), int(owners[other])
        if first == second or second in near[first]:
            continue
        if not _at_shared_end(places[one], ends[first], ends[second]):
            near[first].add(second)
            near[second].add(first)
    return near


def _dense(points: list[Point], step_pt: float = 4):
    import numpy as np

    line = np.array(points)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    wanted = np.linspace(0, along[-1], max(2, int(along[-1] / step_pt)))
    return np.column_stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)])


def _at_shared_end(place, ends, others) -> bool:
    """Lines that end at the same row come together there, and may."""
    import numpy as np

    return any(np.hypot(*(others - end).T).min() < 1 and np.hypot(*(place - end)) < SHARED_END_PT for end in ends)
