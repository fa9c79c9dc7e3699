"""
`python3 -I check_files.py`, confined as cells are and apart from them: what is wrong with files that a cell made.
Standard input: a JSON list of names below /outputs. Standard output: one JSON line for each file as soon as it is read,
`{"name", "findings": [{"cell", "kind", "sentence"}]}`, so that what came before a time limit counts. Where the image has
LibreOffice a second one may replace it, with what only computing shows.
"""

import json
import os
import sys

sys.path.insert(0, "/opt/code-interpreter/lib")

MAX_FINDINGS = 20
MAX_CHARACTERS = 300
#: All files share the limit of the whole program.
COMPUTING_S = 8.0


def findings(path: str) -> list[dict]:
    """What reading the formulas shows."""
    from code_interpreter._workbooks import check_workbook

    try:
        found = check_workbook(path)
    except Exception as error:
        return [{"cell": "", "kind": "not-readable", "sentence": _short(f"the file cannot be opened as a workbook ({error}).")}]
    return [_finding(f"{sheet}!{cell}", kind, sentence) for sheet, cell, kind, sentence in found]


def computed(path: str, known: set[str]) -> list[dict]:
    """What computing them shows besides, of cells of which nothing is known yet; nothing without LibreOffice."""
    from code_interpreter._office import has_office

    if not has_office():
        return []
    from code_interpreter._recalculate import recalculate

    try:
        result = recalculate(path, timeout_s=COMPUTING_S)
    except Exception:
        # It may be anybody's file, and what reading it showed is told already.
        return []
    errors = [
        _finding(cell, "computed-error", f"{result.formulas[cell]} gives {error}.")
        for cell, error in result.errors.items()
        if cell not in known and not result.is_unknown_function(cell)
    ]
    wrong = [
        _finding(cell, "wrong-value", f"the file shows {saved}, but {result.formulas[cell]} gives {value}.")
        for cell, (saved, value) in result.differences.items()
        if cell not in known and cell not in result.errors and result.is_wrong(cell)
    ]
    return errors + wrong


def _finding(cell: str, kind: str, sentence: str) -> dict:
    return {"cell": _short(cell), "kind": kind, "sentence": _short(sentence)}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def main() -> None:
    names = json.load(sys.stdin)
    read = {}
    for name in names:
        read[name] = findings(os.path.join("/outputs", name))
        _tell(name, read[name])
    for name, found in read.items():
        if any(finding["kind"] == "not-readable" for finding in found):
            continue
        if more := computed(os.path.join("/outputs", name), {finding["cell"] for finding in found}):
            _tell(name, found + more)


def _tell(name: str, found: list[dict]) -> None:
    print(json.dumps({"name": name, "findings": found[:MAX_FINDINGS]}), flush=True)


if __name__ == "__main__":
    main()
