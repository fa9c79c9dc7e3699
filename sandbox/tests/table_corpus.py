"""
A corpus of separated text as it comes: clean tables, made from a seed, written with each defect of `DEFECTS` alone and
with two of them together. What a reader should find in a file is known exactly, since it was there before the defect.
"""

import csv
import datetime
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

WORDS = {
    "ascii": ["North", "South", "Harbour", "Mill Lane", "Old Bridge", "Station", "Green Park", "Airport", "Castle", "Market"],
    "western": ["Köln", "Düsseldorf", "Besançon", "Málaga", "São Paulo", "Århus", "Zürich", "Nîmes", "Coruña", "Fußgönheim"],
    "cyrillic": ["Москва", "Казань", "Нижний Новгород", "Самара", "Тула", "Воронеж", "Пермь", "Ростов", "Псков", "Уфа"],
    "japanese": ["東京都", "大阪府", "北海道", "ひらがな", "カタカナ", "京都市", "横浜", "名古屋市", "福岡", "神戸"],
    "chinese": ["广东省", "上海", "北京市", "四川", "浙江省", "湖南", "陕西省", "重庆", "深圳", "南京市"],
}  # fmt: skip
NAMES = {
    "ascii": ["Place", "Opened", "Amount", "Visitors", "Rate"],
    "western": ["Läden", "Eröffnet am", "Umsätze", "Gäste", "Größe"],
    "cyrillic": ["Город", "Открыт", "Сумма", "Посетители", "Доля"],
    "japanese": ["場所", "開業日", "金額", "人数", "割合"],
    "chinese": ["地点", "开业日期", "金额", "人数", "比例"],
}


@dataclass
class File:
    """A table and how it is written. Defects change it; `bytes_of` writes it; `clean` is what is to be found."""

    names: list[str | None]
    rows: list[list]
    seed: int
    encoding: str = "utf-8"
    bom: bytes = b""
    delimiter: str = ","
    quote: str = '"'
    quote_all: bool = False
    escape: str | None = None
    line_end: str = "\n"
    decimal: str = "."
    thousands: str = ""
    before: str = ""
    after: str = ""
    date: str = "%Y-%m-%d"
    null: str = ""
    #: Rows of text: before the header, between it and the first row, and behind the last one.
    preamble: list[str] = field(default_factory=list)
    units: list[str] | None = None
    footer: list[str] = field(default_factory=list)
    #: What stands in the file for the header; None: the names.
    header: list[list[str]] | None = None
    #: Row → lines that stand before it.
    between: dict[int, list[str]] = field(default_factory=dict)
    #: Row → its line, written by the defect itself.
    raw: dict[int, str] = field(default_factory=dict)
    #: Row → values less or more than the header.
    uneven: dict[int, int] = field(default_factory=dict)
    trailing: bool = False
    aligned: bool = False
    #: Bad rows (numbers from 0) that a report must name.
    bad: set[int] = field(default_factory=set)

    def rng(self) -> random.Random:
        return random.Random(self.seed)


def clean(seed: int, script: str = "ascii", rows: int = 30) -> File:
    rng = random.Random(seed)
    words = WORDS[script]
    start = datetime.date(2021, 1, 28) + datetime.timedelta(days=rng.randrange(300))
    data = []
    for index in range(rows):
        data.append([
            f"{rng.choice(words)} {rng.choice(words)}" if rng.random() < 0.3 else rng.choice(words),
            start + datetime.timedelta(days=index * rng.choice([7, 11])),
            round(rng.uniform(-900, 9000), 2),
            rng.randrange(1, 60_000),
            round(rng.uniform(0, 99.9), 1),
        ])  # fmt: skip
    data[rng.randrange(rows)][2] = 1234567.89
    for position in (2, 3):
        data[rng.randrange(5, rows)][position] = None
    return File(list(NAMES[script]), data, seed)


def _number(file: File, value: float) -> str:
    text = f"{abs(value):,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{abs(value):,}"
    text = text.replace(",", "\0").replace(".", file.decimal).replace("\0", file.thousands)
    return ("-" if value < 0 else "") + text


def _text(file: File, value, column: int) -> str:
    if value is None:
        return file.null
    if isinstance(value, datetime.date):
        return value.strftime(file.date)
    if isinstance(value, Bracketed) and value < 0:
        return f"({_number(file, float(-value))})"
    if isinstance(value, (int, float)):
        number = _number(file, value)
        return file.before + number + file.after if column == 2 else number
    return value


def _line(file: File, cells: list[str]) -> str:
    if len(file.delimiter) > 1:
        return file.delimiter.join(cells)
    out = io.StringIO()
    csv.writer(
        out, delimiter=file.delimiter, quotechar=file.quote, lineterminator="", doublequote=file.escape is None,
        escapechar=file.escape, quoting=csv.QUOTE_ALL if file.quote_all else csv.QUOTE_MINIMAL,
    ).writerow(cells)  # fmt: skip
    return out.getvalue()


def text_of(file: File) -> str:
    body = [[_text(file, value, column) for column, value in enumerate(row)] for row in file.rows]
    header = file.header if file.header is not None else [[name or "" for name in file.names]]
    if file.aligned:
        return file.line_end.join([*file.preamble, *_aligned([*header, *([file.units] if file.units else []), *body]), *file.footer]) + file.line_end
    end = file.delimiter if file.trailing else ""
    lines = [*file.preamble, *(_line(file, row) + end for row in header)]
    if file.units is not None:
        lines.append(_line(file, file.units) + end)
    for index, row in enumerate(body):
        lines += file.between.get(index, [])
        more = file.uneven.get(index, 0)
        row = row[:more] if more < 0 else [*row, *(f"extra {n}" for n in range(more))]
        lines.append(file.raw.get(index, _line(file, row) + end))
    return file.line_end.join([*lines, *file.footer]) + file.line_end


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) + 2 for column in range(len(rows[0]))]
    return ["".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def bytes_of(file: File) -> bytes:
    text = text_of(file)
    try:
        return file.bom + text.encode(file.encoding)
    except UnicodeEncodeError:
        # Not every encoding has a blank that does not break.
        return file.bom + text.replace("\u00a0", " ").encode(file.encoding)


# --- Defects: name → (group, change). Two of one group never meet. ---

DEFECTS: dict[str, tuple[str, Callable[[File], None]]] = {}
#: Pairs of groups or names that contradict each other.
APART: set[frozenset[str]] = set()


def defect(group: str, name: str, apart: str = ""):
    def add(change: Callable[[File], None]):
        DEFECTS[name] = (group, change)
        APART.update(frozenset((name, other)) for other in apart.split("; ") if other)
        return change

    return add


def setting(group: str, name: str, apart: str = "", script: str = "", **values) -> None:
    def change(file: File) -> None:
        if script:
            other = clean(file.seed, script)
            file.names, file.rows = other.names, other.rows
        for key, value in values.items():
            setattr(file, key, value)

    defect(group, name, apart)(change)


for _name, _codec, _bom, _script in (
    ("utf-8 with other letters", "utf-8", b"", "japanese"), ("utf-8 BOM", "utf-8", b"\xef\xbb\xbf", "western"),
    ("utf-16 LE BOM", "utf-16-le", b"\xff\xfe", "western"), ("utf-16 BE BOM", "utf-16-be", b"\xfe\xff", "cyrillic"),
    ("utf-16 LE without BOM", "utf-16-le", b"", "western"), ("cp1252", "cp1252", b"", "western"),
    ("latin-1", "latin-1", b"", "western"), ("mac-roman", "mac-roman", b"", "western"), ("cp850", "cp850", b"", "western"),
    ("cp1251", "cp1251", b"", "cyrillic"), ("koi8-r", "koi8-r", b"", "cyrillic"), ("cp866", "cp866", b"", "cyrillic"),
    ("shift-jis", "shift-jis", b"", "japanese"), ("euc-jp", "euc-jp", b"", "japanese"), ("gb18030", "gb18030", b"", "chinese"),
):  # fmt: skip
    setting("encoding", _name, script=_script, encoding=_codec, bom=_bom)

for _name, _sign in (
    ("semicolon", ";"), ("tab", "\t"), ("pipe", "|"), ("caret", "^"), ("tilde", "~"), ("colon", ":"), ("unit separator", "\x1f"),
    ("two pipes", "||"), ("two colons", "::"), ("tilde and pipe", "~|~"),
):  # fmt: skip
    setting("delimiter", _name, "quote; values" if len(_sign) > 1 else "", delimiter=_sign)
setting("delimiter", "aligned by spaces", "quote; uneven; lines; trailing; values; sep line; total row; Gesamt row", aligned=True)

setting("quote", "single quotes", quote="'", quote_all=True)
setting("quote", "all quoted", quote_all=True)
setting("ends", "CRLF", line_end="\r\n")
setting("ends", "CR alone", "embedded newlines", line_end="\r")
setting("trailing", "trailing delimiters", trailing=True)

setting("numbers", "decimal comma", decimal=",")
setting("numbers", "thousands comma", thousands=",")
setting("numbers", "decimal comma, thousands dot", decimal=",", thousands=".")
setting("numbers", "thousands space", thousands="\u00a0", decimal=",")
setting("numbers", "Swiss apostrophes", thousands="'")
setting("money", "dollars before", before="$")
setting("money", "euros behind", after=" EUR")
setting("money", "percent", after=" %")

for _name, _form in (
    ("day first, dots", "%d.%m.%Y"), ("day first, slashes", "%d/%m/%Y"), ("month first, slashes", "%m/%d/%Y"), ("day first, dashes", "%d-%m-%Y"),
    ("two-digit years", "%d.%m.%y"), ("month names", "%d %b %Y"), ("long month names", "%B %d, %Y"), ("compact dates", "%Y%m%d"),
    ("year first, slashes", "%Y/%m/%d"), ("times", "%Y-%m-%dT00:00:00"), ("zoned times", "%Y-%m-%d 00:00:00+00:00"), ("oracle dates", "%d-%b-%y"),
):  # fmt: skip
    setting("dates", _name, date=_form)

for _null in ("NA", "N/A", "null", "NULL", "None", "-", "n/a", "#N/A", "nan", ".", "?", "\\N", "(null)", "missing"):
    setting("nulls", f"nulls as {_null}", null=_null)


@defect("values", "embedded delimiters and quotes")
def _(file: File) -> None:
    for index in range(0, len(file.rows), 4):
        file.rows[index][0] = f'{file.rows[index][0]}, {file.rows[index][0]}; "so"'


@defect("values", "embedded newlines")
def _(file: File) -> None:
    for index in range(1, len(file.rows), 5):
        file.rows[index][0] = f"{file.rows[index][0]}\nsecond line"


@defect("values", "backslash escapes")
def _(file: File) -> None:
    file.escape = "\\"
    for index in range(0, len(file.rows), 3):
        file.rows[index][0] = f'{file.rows[index][0]} "big"'


@defect("values", "unescaped quotes", "quote; trailing; uneven")
def _(file: File) -> None:
    for index in range(2, len(file.rows), 6):
        row = file.rows[index]
        row[0] = f'{row[0]} "big" one'
        rest = _line(file, [_text(file, value, column) for column, value in enumerate(row)][1:])
        file.raw[index] = f'"{row[0]}"{file.delimiter}{rest}'


@defect("values", "blanks around values", "quote; uneven")
def _(file: File) -> None:
    for index, row in enumerate(file.rows):
        cells = [_text(file, value, column) for column, value in enumerate(row)]
        file.raw[index] = f"{file.delimiter} ".join(_line(file, [cell]) for cell in cells) + (file.delimiter if file.trailing else "")


setting("preamble", "one title line", preamble=["Quarterly report"])
setting("preamble", "preamble and blank line", preamble=["Report of the branch offices", "Created on 12 March 2024", ""])
setting("preamble", "key and value preamble", preamble=["Station: 4711", "Operator: somebody", "Period: 2021 to 2022", ""])
setting("preamble", "blank first lines", preamble=["", "", ""])
setting("preamble", "sep line", "delimiter; encoding; comments on top", preamble=["sep=,"])
setting("lines", "comments on top", "preamble", preamble=["# made by a program", "# version 2"])


@defect("lines", "comment lines between")
def _(file: File) -> None:
    file.between = {10: ["# checked until here"], 20: ["# a second remark"]}


@defect("lines", "blank lines between")
def _(file: File) -> None:
    file.between = {index: [""] for index in range(5, len(file.rows), 7)}


@defect("lines", "headers again")
def _(file: File) -> None:
    file.between = {15: [_line(file, [name or "" for name in file.names]) + (file.delimiter if file.trailing else "")]}


setting("footer", "source line", footer=["Source: the statistics office"])
setting("footer", "blank line and remarks", footer=["", "Figures are provisional.", "(c) somebody"])


def _total(file: File, label: str) -> None:
    sums = [label, "", *(round(sum(row[column] or 0 for row in file.rows), 2) for column in (2, 3)), ""]
    file.footer = [_line(file, [_text(file, value, column) if value != "" else "" for column, value in enumerate(sums)])]


@defect("footer", "total row")
def _(file: File) -> None:
    _total(file, "Total")


@defect("footer", "Gesamt row")
def _(file: File) -> None:
    _total(file, "Gesamt")


@defect("header", "no header", "headers again")
def _(file: File) -> None:
    file.header, file.names = [], [None] * len(file.names)


@defect("header", "two header rows", "headers again")
def _(file: File) -> None:
    top = ["Branch", "Branch", "Turnover", "Turnover", "Turnover"]
    file.header = [[top[0], "", top[2], "", ""], [name or "" for name in file.names]]
    file.names = [f"{group} {name}" for group, name in zip(top, file.names)]


@defect("header", "duplicate names")
def _(file: File) -> None:
    file.names[3] = file.names[2]


@defect("header", "an empty name")
def _(file: File) -> None:
    file.header = [["", *(name or "" for name in file.names[1:])]]
    file.names[0] = None


@defect("header", "units row")
def _(file: File) -> None:
    file.units = ["", "", "kg", "pcs", "%"]


@defect("header", "names with spaces and signs")
def _(file: File) -> None:
    file.names = [f"{name} (in 1,000)" if index > 1 else f" {name} " for index, name in enumerate(file.names)]


@defect("uneven", "ragged rows")
def _(file: File) -> None:
    for index, less in ((8, -2), (17, -1), (23, -3)):
        file.uneven[index] = less
        file.rows[index][less:] = [None] * -less
        file.bad.add(index)


@defect("uneven", "overlong rows")
def _(file: File) -> None:
    for index, more in ((6, 1), (19, 2)):
        file.uneven[index] = more
        file.bad.add(index)


@defect("uneven", "a second table below", "footer")
def _(file: File) -> None:
    other = File(["Code", "Meaning"], [["A", "open"], ["B", "closed"], ["C", "unknown"]], 0, delimiter=file.delimiter, quote=file.quote)
    file.footer = ["", "", *text_of(other).splitlines()]


@defect("uneven", "unquoted delimiters", "quote; trailing; blanks around values; embedded newlines; two pipes; two colons; tilde and pipe; numbers")
def _(file: File) -> None:
    for index in range(3, len(file.rows), 8):
        row = file.rows[index]
        row[0] = f"{row[0]}{file.delimiter}{row[0]}"
        file.raw[index] = row[0] + file.delimiter + _line(file, [_text(file, value, column) for column, value in enumerate(row)][1:])
        file.bad.add(index)


@defect("uneven", "a quote never closed", "quote; trailing; values; two pipes; two colons; tilde and pipe")
def _(file: File) -> None:
    row = file.rows[12]
    row[0] = f'"{row[0]}'
    file.raw[12] = row[0] + file.delimiter + _line(file, [_text(file, value, column) for column, value in enumerate(row)][1:])


@defect("uneven", "a second table of the same width", "footer; trailing; delimiter; quote")
def _(file: File) -> None:
    width = len(file.rows[0])
    file.footer = ["", "Summary", ",".join(f"Sum {n}" for n in range(width)), *(",".join([place, *["12"] * (width - 1)]) for place in ("Inland", "Coast"))]


@defect("extra", "leading zeros")
def _(file: File) -> None:
    rng = file.rng()
    _more(file, "Zip", [f"{rng.randrange(20_000):05}" for _ in file.rows])


@defect("extra", "19-digit ids")
def _(file: File) -> None:
    rng = file.rng()
    _more(file, "Post", [str(rng.randrange(10**18, 10**19)) for _ in file.rows])


@defect("extra", "gene names and codes")
def _(file: File) -> None:
    rng = file.rng()
    _more(file, "Gene", [rng.choice(["MARCH1", "SEPT2", "DEC1", "1E5", "2E10", "BRCA1"]) for _ in file.rows])


@defect("extra", "telephone numbers")
def _(file: File) -> None:
    rng = file.rng()
    _more(file, "Phone", [f"+49{rng.randrange(10**8, 10**10)}" for _ in file.rows])


@defect("extra", "versions and addresses")
def _(file: File) -> None:
    rng = file.rng()
    _more(file, "Host", [f"10.{rng.randrange(99)}.{rng.randrange(99)}.{rng.randrange(99)}" for _ in file.rows])


@defect("extra", "negative in brackets")
def _(file: File) -> None:
    rng = file.rng()
    values = [round(rng.uniform(-900, 900), 2) for _ in file.rows]
    _more(file, "Balance", values)
    file.rows = [[*row[:-1], Bracketed(row[-1])] for row in file.rows]


class Bracketed(float):
    """Written `(12.50)` when it is negative."""


def _more(file: File, name: str, values: list) -> None:
    two = file.header is not None and len(file.header) > 1
    file.names = [*file.names, f"Other {name}" if two else name]
    if file.header is not None:
        file.header = [[*row, "Other" if two and row is file.header[0] else name] for row in file.header]
    if file.units is not None:
        file.units = [*file.units, ""]
    file.rows = [[*row, value] for row, value in zip(file.rows, values)]


#: Defects that write lines themselves come last: they need to know how.
ORDER = [
    "encoding", "delimiter", "quote", "ends", "trailing", "numbers", "money", "dates", "nulls", "header", "extra", "values", "uneven", "preamble",
    "lines", "footer",
]  # fmt: skip


def polluted(seed: int, names: tuple[str, ...]) -> File:
    file = clean(seed)
    for name in sorted(names, key=lambda name: ORDER.index(DEFECTS[name][0])):
        DEFECTS[name][1](file)
    return file


def _together(first: str, second: str) -> bool:
    groups = DEFECTS[first][0], DEFECTS[second][0]
    if groups[0] == groups[1]:
        return False
    return not any(frozenset(pair) in APART for pair in ((first, second), (first, groups[1]), (groups[0], second)))


def corpus(seed: int = 1, pairs_of_groups: int = 4) -> Iterator[tuple[str, File]]:
    """(name, file): each defect alone, and `pairs_of_groups` random pairs for each two groups of defects. The same seed, the same bytes."""
    rng = random.Random(seed)
    yield "clean", clean(seed)
    for number, name in enumerate(DEFECTS):
        yield name, polluted(seed * 1000 + number, (name,))
    for position, first in enumerate(ORDER):
        for second in ORDER[position + 1 :]:
            pairs = [(a, b) for a in DEFECTS for b in DEFECTS if (DEFECTS[a][0], DEFECTS[b][0]) == (first, second) and _together(a, b)]
            for a, b in rng.sample(pairs, min(pairs_of_groups, len(pairs))):
                yield f"{a} + {b}", polluted(rng.randrange(10**6), (a, b))
