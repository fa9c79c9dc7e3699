"""The one exception of this package: a file that cannot be opened as a table, and why."""

import unicodedata


class CannotOpen(Exception):
    """Raised by `open_table`. `code` is stable (kebab-case); `str(problem)` is one sentence for a person."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

    def __facts__(self) -> dict:
        return {"kind": "refusal", "code": self.code, "sentence": self.sentence}


def shown(text: object, limit: int = 80) -> str:
    """Text from a file or a file name, safe inside a sentence: one line, no control or direction marks."""
    kept = "".join(
        " " if ch in "\r\n\t" else ch
        for ch in str(text)
        if ch in "\r\n\t" or unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 row`, `2,301 rows`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
