"""
`python3 -I check_files.py`, confined as cells are and apart from them: what is wrong with files that a cell made.
Standard input: a JSON list of names below /outputs. Standard output: one JSON line for each file as soon as it is read,
`{"name", "findings": [{"cell", "kind", "sentence"}]}`, so that what came before a time limit counts.
"""

import json
import os
import sys

sys.path.insert(0, "/opt/code-interpreter/lib")

MAX_FINDINGS = 20
MAX_CHARACTERS = 300


def findings(path: str) -> list[dict]:
    from code_interpreter._workbooks import check_workbook

    try:
        found = check_workbook(path)[:MAX_FINDINGS]
    except Exception as error:
        return [{"cell": "", "kind": "not-readable", "sentence": _short(f"the file cannot be opened as a workbook ({error}).")}]
    return [{"cell": _short(f"{sheet}!{cell}"), "kind": kind, "sentence": _short(sentence)} for sheet, cell, kind, sentence in found]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def main() -> None:
    for name in json.load(sys.stdin):
        print(json.dumps({"name": name, "findings": findings(os.path.join("/outputs", name))}), flush=True)


if __name__ == "__main__":
    main()
