"""The lines between host and bridge. The contract is `src/kernel/wire.ts`; this is its other end."""

import base64
import json
import math
from dataclasses import dataclass
from typing import NamedTuple

from kernel.packages import MAX_PACKAGES, is_package

PROTOCOL_VERSION = 3
MAX_LINE_BYTES = 64 * 1024 * 1024
#: Abstract: it lies in no folder, so no cell can remove it or put a link in its place.
SOCKET_NAME = "code-interpreter-bridge"
LANGUAGES = ("python", "bash", "javascript")
EDIT_COMMANDS = ("view", "create", "str_replace", "insert", "restore", "attach")


@dataclass(frozen=True)
class Hello:
    after_seq: int


@dataclass(frozen=True)
class Execute:
    id: str
    language: str
    code: str
    timeout_s: float
    output_limit_bytes: int


@dataclass(frozen=True)
class Interrupt:
    pass


@dataclass(frozen=True)
class Restart:
    id: str


@dataclass(frozen=True)
class Edit:
    """One command of the editor; what a command has no use for keeps its default."""

    id: str
    command: str
    path: str
    #: First and last line; -1 as the last: to the end.
    range: tuple[int, int] | None = None
    limit_chars: int = 0
    text: str = ""
    old: str = ""
    new: str = ""
    line: int = 0
    data: bytes = b""


class Stamp(NamedTuple):
    """A file as it was; `modified` in milliseconds since the epoch."""

    path: str
    bytes: int
    modified: int


@dataclass(frozen=True)
class Schemas:
    """What these data files are made of; without paths those below the roots. Without `values`: names, types and counts."""

    id: str
    paths: tuple[str, ...]
    roots: tuple[str, ...]
    limit_files: int
    timeout_s: float
    values: bool
    known: tuple[Stamp, ...]
    #: Beside cells, and behind them in everything.
    background: bool


class Package(NamedTuple):
    manager: str
    name: str
    version: str


@dataclass(frozen=True)
class Install:
    """These packages in these versions."""

    id: str
    packages: tuple[Package, ...]
    timeout_s: float


@dataclass(frozen=True)
class Query:
    """Something the live kernel is asked between cells."""

    id: str
    language: str
    name: str
    params: dict
    timeout_s: float


@dataclass(frozen=True)
class Cancel:
    """Ends this query, if it is not answered yet."""

    id: str


Operation = Hello | Execute | Interrupt | Restart | Edit | Schemas | Install | Query | Cancel


class WireError(Exception):
    """A line that is not one of ours. `id` is the operation's, when it had a usable one."""

    def __init__(self, message: str, id: str | None = None):
        super().__init__(message)
        self.id = id


def _number(fields: dict, name: str, least: float) -> float:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < least:
        raise WireError(f"{name} must be a number of at least {least:g}.", _id_of(fields))
    return value


def _text(fields: dict, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise WireError(f"{name} must be a string.", _id_of(fields))
    return value


def _texts(fields: dict, name: str) -> tuple[str, ...]:
    value = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) and item and "\0" not in item for item in value):
        raise WireError(f"{name} must be a list of strings that are not empty.", _id_of(fields))
    return tuple(value)


def _id_of(fields: dict) -> str | None:
    value = fields.get("id")
    return value if isinstance(value, str) and value else None


def parse_line(line: bytes) -> Operation:
    """Raises WireError; never anything else."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(f"The line is not JSON: {str(error)[:200]}") from None
    if not isinstance(fields, dict):
        raise WireError("The line is not a JSON object.")
    op = fields.get("op")
    if op == "hello":
        protocol = int(_number(fields, "protocol", 0))
        if protocol != PROTOCOL_VERSION:
            raise WireError(f"This bridge speaks protocol {PROTOCOL_VERSION}, the host asked for {protocol}.")
        return Hello(int(_number(fields, "afterSeq", 0)))
    if op == "execute":
        id = _text(fields, "id")
        language = _text(fields, "language")
        if language not in LANGUAGES:
            raise WireError(f"There is no language {language[:40]!r}; there are {', '.join(LANGUAGES)}.", id)
        code = _text(fields, "code")
        timeout_s = _number(fields, "timeoutMs", 1) / 1000
        return Execute(id, language, code, timeout_s, int(_number(fields, "outputLimitBytes", 0)))
    if op == "edit":
        return _edit(fields)
    if op == "schemas":
        id, paths, roots = _text(fields, "id"), _texts(fields, "paths"), _texts(fields, "roots")
        limit_files = int(_number(fields, "limitFiles", 1))
        return Schemas(id, paths, roots, limit_files, _number(fields, "timeoutMs", 1) / 1000, fields.get("values") is True, _stamps(fields, id), fields.get("background") is True)
    if op == "install":
        id = _text(fields, "id")
        return Install(id, _packages(fields, id), _number(fields, "timeoutMs", 1) / 1000)
    if op == "query":
        id, language, params = _text(fields, "id"), _text(fields, "language"), fields.get("params")
        if not isinstance(params, dict):
            raise WireError("params must be an object.", id)
        return Query(id, language, _text(fields, "name"), params, _number(fields, "timeoutMs", 1) / 1000)
    if op == "cancel":
        return Cancel(_text(fields, "id"))
    if op == "interrupt":
        return Interrupt()
    if op == "restart":
        return Restart(_text(fields, "id"))
    raise WireError(f"There is no operation {str(op)[:40]!r}.", _id_of(fields))


def _stamps(fields: dict, id: str) -> tuple[Stamp, ...]:
    value = fields.get("known")
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise WireError("known must be a list of files.", id)
    return tuple(Stamp(_text(item, "path"), int(_number(item, "bytes", 0)), int(_number(item, "modified", 0))) for item in value)


def _packages(fields: dict, id: str) -> tuple[Package, ...]:
    value = fields.get("packages")
    if not isinstance(value, list) or len(value) > 2 * MAX_PACKAGES:
        raise WireError(f"packages must be a list of at most {2 * MAX_PACKAGES}.", id)
    packages = []
    for item in value:
        texts = [item.get(name) for name in Package._fields] if isinstance(item, dict) else []
        if not texts or not all(isinstance(text, str) for text in texts) or not is_package(*texts):
            raise WireError("A package is a manager, a name and a version.", id)
        packages.append(Package(*texts))
    return tuple(packages)


def _edit(fields: dict) -> Edit:
    id, command, path = _text(fields, "id"), _text(fields, "command"), _text(fields, "path")
    if command == "view":
        given = fields.get("range")
        if given is not None:
            if not isinstance(given, list) or len(given) != 2 or any(type(number) is not int for number in given):
                raise WireError("range must be null or two whole numbers.", id)
            given = (given[0], given[1])
        return Edit(id, command, path, range=given, limit_chars=int(_number(fields, "limitChars", 1)))
    if command == "create":
        return Edit(id, command, path, text=_text(fields, "text"))
    if command == "str_replace":
        return Edit(id, command, path, old=_text(fields, "old"), new=_text(fields, "new"))
    if command == "insert":
        return Edit(id, command, path, text=_text(fields, "text"), line=int(_number(fields, "line", 0)))
    if command in ("restore", "attach"):
        try:
            return Edit(id, command, path, data=base64.b64decode(_text(fields, "base64"), validate=True))
        except ValueError:
            raise WireError("base64 must be base64.", id) from None
    raise WireError(f"There is no command {command[:40]!r}; there are {', '.join(EDIT_COMMANDS)}.", id)


def _finite(value):
    """Numbers that JSON cannot express become null, as browsers do."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def to_json(value) -> bytes:
    """Valid JSON in valid UTF-8 for anything a kernel can send: NaN becomes null, lone surrogates are escaped."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), separators=(",", ":")).encode()


class LineSplitter:
    """Cuts a byte stream into lines; a line above the limit is skipped and reported once."""

    def __init__(self, limit_bytes: int = MAX_LINE_BYTES):
        self._limit = limit_bytes
        self._buffer = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> list[bytes | WireError]:
        lines: list[bytes | WireError] = []
        for part in chunk.splitlines(keepends=True) if b"\n" in chunk else (chunk,):
            # splitlines also cuts at \r, which is part of a line here.
            ends = part.endswith(b"\n")
            if not self._skipping:
                self._buffer += part
                if len(self._buffer) > self._limit:
                    lines.append(WireError(f"A line of more than {self._limit} bytes was skipped."))
                    self._buffer.clear()
                    self._skipping = True
            if ends:
                if not self._skipping and self._buffer.strip():
                    lines.append(bytes(self._buffer))
                self._buffer.clear()
                self._skipping = False
        return lines
