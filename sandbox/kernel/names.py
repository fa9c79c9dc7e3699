"""Which names below `/outputs` can be used as relative paths on any host."""

import unicodedata

LARGEST_COMPONENT_BYTES = 255
LARGEST_PATH_BYTES = 1024
#: Not usable on Windows, whatever the extension.
RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789¹²³"
}
FORBIDDEN = set('\\:*?"<>|')


def reason_to_refuse(name: str) -> str | None:
    """Why this path (relative, `/` separated) is not a safe name; None when it is."""
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if len(encoded) > LARGEST_PATH_BYTES:
        return f"its path is longer than {LARGEST_PATH_BYTES} bytes"
    for component in name.split("/"):
        if component in ("", ".", ".."):
            return "its path is not a plain relative path"
        if any(unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in component):
            return "its name has control characters"
        if any(character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for character in component):
            return "its name has characters that change the reading direction"
        if bad := FORBIDDEN & set(component):
            return f"its name has {' '.join(sorted(bad))}, which other systems do not allow in names"
        if component[-1] in ". " or component[0] == " ":
            return "its name begins or ends with a space, or ends with a dot"
        if component.split(".")[0].rstrip().lower() in RESERVED:
            return "its name is reserved on Windows"
        if len(component.encode()) > LARGEST_COMPONENT_BYTES:
            return f"its name is longer than {LARGEST_COMPONENT_BYTES} bytes"
    return None


def printable(name: str) -> str:
    """The name as it can be shown: what is not printable is escaped."""
    text = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
    shown = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    return shown if len(shown) <= 300 else f"{shown[:299]}…"
