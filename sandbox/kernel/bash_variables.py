"""What `declare -p` says of the shell's variables and functions, as the panel's list of variables has it."""

import codecs
import re

#: Names first: a value may be larger than all that is listed.
LIST = "builtin compgen -v; builtin declare -F; builtin declare -p"
MAX_VARIABLES, MAX_PREVIEW, MAX_TEXT, MAX_ITEMS = 5000, 120, 200_000, 5000
#: What bash itself changes, and what our own lines need.
OF_BASH = re.compile(
    r"BASH\w*|COMP_WORDBREAKS|DIRSTACK|EPOCH\w+|FUNCNAME|GROUPS|HISTCMD|LINENO|OLDPWD|OPTIND|PIPESTATUS|PPID|PWD|RANDOM"
    r"|REPLY|SECONDS|SHELLOPTS|SRANDOM|COLUMNS|LINES|PROMPT_COMMAND|_|__cell\w*"
)
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
FUNCTION = re.compile(r"[^\s$'\"`\\;&|<>(){}*?#!~-][^\s$'\"`\\;&|<>(){}*?]*")

_WORD = r"""(?:\$'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|'[^']*+'|\\.|[^\s"'\\()])*+"""
_KEY = _WORD.replace("()]", "()\\]]")
_ITEM = rf"\[(?P<key>{_KEY})\]=(?P<item>{_WORD})"
_ITEMS = re.compile(_ITEM, re.DOTALL)
_LIST = rf"\(\s*(?:\[{_KEY}\]={_WORD}\s*)*+\)"
_VARIABLE = re.compile(rf"declare -(?P<flags>[-\w]+) (?P<name>[A-Za-z_]\w*)(?:=(?P<value>{_LIST}|{_WORD}))?\n", re.DOTALL)
_FUNCTION = re.compile(r"declare -fx? (?P<name>\S+)\n")


def declared(text: str) -> dict[str, str]:
    """Name → its whole line. Functions are `name()`."""
    return {name: line for name, line, _, _ in _entries(text)}


def _entries(text: str):
    at = 0
    while at < len(text):
        if found := _FUNCTION.match(text, at):
            yield f"{found['name']}()", found[0], "f", None
        elif found := _VARIABLE.match(text, at):
            yield found["name"], found[0], found["flags"], found["value"]
        else:
            # Cut at the limit of what is listed, or of a kind that is not known: the next line may be one again.
            at = text.find("\n", at) + 1 or len(text)
            continue
        at = found.end()


def listed(text: str, at_start: dict[str, str]) -> dict:
    """What cells have set, as the query `variables` of the Python kernel tells it."""
    every = {name: (line, flags, value) for name, line, flags, value in _entries(text)}
    unread = (name for name in text.partition("declare -")[0].split("\n") if NAME.fullmatch(name) and name not in every)
    every.update((name, ("", "", None)) for name in list(unread) if name not in at_start)
    mine = ((name, *told) for name, told in every.items() if not OF_BASH.fullmatch(name))
    found = [(name, flags, value) for name, line, flags, value in mine if at_start.get(name) != line]
    shown = [_told(*one) for one in found[:MAX_VARIABLES]]
    return {"variables": shown, "more": max(len(found) - MAX_VARIABLES, 0)}


def _told(name: str, flags: str, value: str | None) -> dict:
    plain = _plain(flags, value)
    if isinstance(plain, dict):
        indexed = "a" in flags
        parts = (item if indexed else f"{key}: {item}" for key, item in plain.items())
        shape, preview = f"{len(plain):,}", _joined(parts)
    else:
        shape, preview = (None if plain is None or "f" in flags else f"{len(plain):,}"), plain or ""
    size = None if value is None else len(value.encode(errors="replace"))
    preview = " ".join(preview[: 4 * MAX_PREVIEW].split())
    preview = preview if len(preview) <= MAX_PREVIEW else f"{preview[: MAX_PREVIEW - 1]}…"
    return {"name": name[:200], "type": _type(flags), "shape": shape, "bytes": size, "preview": preview, "table": False}


def _joined(parts) -> str:
    text = ""
    for part in parts:
        text += f", {part}" if text else part
        if len(text) > 4 * MAX_PREVIEW:
            break
    return text


def _type(flags: str) -> str:
    if "f" in flags:
        return "function"
    kind = "array" if "a" in flags else "map" if "A" in flags else "integer" if "i" in flags else "string"
    return f"{kind}, exported" if "x" in flags else kind


def _plain(flags: str, value: str | None) -> str | dict[str, str] | None:
    if value is None:
        return None
    if "a" in flags or "A" in flags:
        return {_unquoted(found["key"]): _unquoted(found["item"]) for found in _ITEMS.finditer(value)}
    return _unquoted(value)


def _unquoted(word: str) -> str:
    if word.startswith("$'"):
        return codecs.escape_decode(word[2:-1].replace("\\E", "\\x1b").encode())[0].decode(errors="replace")
    if word.startswith('"'):
        return re.sub(r'\\([$`"\\])', r"\1", word[1:-1])
    return word


def of_one(name: str) -> str | None:
    """The command that tells one variable or function (`name()`); None: it is no name."""
    if name.endswith("()") and FUNCTION.fullmatch(name[:-2]):
        return f"builtin declare -f {name[:-2]}"
    return f"builtin declare -p {name}" if NAME.fullmatch(name) else None


def value(name: str, text: str) -> dict | None:
    """What that command has printed, as the query `variableValue` tells it; None: there is none."""
    if name.endswith("()"):
        return {"name": name, "type": "function", "text": text[:MAX_TEXT], "tree": None} if text else None
    for found, _, flags, quoted in _entries(text):
        if found == name:
            plain = _plain(flags, quoted)
            if isinstance(plain, dict):
                items = list(plain.items())[:MAX_ITEMS]
                tree = [item for _, item in items] if "a" in flags else dict(items)
                return {"name": name, "type": _type(flags), "text": None, "tree": tree}
            return {"name": name, "type": _type(flags), "text": (plain or "")[:MAX_TEXT], "tree": None}
    return None
