"""
`python3 format_score.py [SEED] [KIND…]`, in the sandbox: reads the files of all corpora but the one of separated text
with the helper and with what people would use instead, and prints cell-exact recall and precision of each, kind by kind.
`--office`: the kinds that only LibreOffice writes, in an image that has it. `--lost` names the files where the helper misses cells, or does not say what it must; `--json` prints for a program.
Scores count as in `table_score.py`.
"""

import io
import json
import os
import re
import sys
import tempfile
import time
import warnings

import format_corpus
import table_score
from format_corpus import Draft, Further, Kind
from table_score import HELPER, Score


def _failed(table: Draft | Further) -> Score:
    return Score(0, sum(map(len, table.rows)) + sum(name is not None for name in table.names), 0, 1)


def _peer(read, path: str, draft: Draft) -> Score:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return table_score.score(draft, read(path, draft))
        except Exception:  # each reader has errors of its own; what it cannot read it has not found
            return _failed(draft)


def _helper(path: str, draft: Draft) -> tuple[Score, list[str]]:
    """The score, and what is missing from the report or among the further tables."""
    from analyst import open_table

    try:
        table = open_table(path)
    except Exception as error:
        return _failed(draft), [f"{type(error).__name__}: {error}"]
    report = table.reading.report()
    told = "\n".join([str(table.reading), *(f"{one['first_line']} {one['why']} {one['text']}" for one in report["skipped"]), json.dumps(report["assumptions"])])
    missing = [f"does not say “{pattern}”" for pattern in draft.said if not re.search(pattern, told)]
    for further in draft.further:
        scores = [table_score.score(further, open_table(path, table=name).frame) for name in report["tables"]]
        if not any(one.found == one.wanted == one.given for one in scores):
            missing.append(f"table {further.names} cannot be had of {report['tables']}")
    return table_score.score(draft, table.frame), missing


def _duckdb(kind: Kind, files: list[tuple[str, str, Draft]]):
    queries = {path: kind.duckdb(path, draft) for path, _, draft in files}
    return table_score.duckdb_all(queries)


def evaluate(kind: Kind, seed: int, folder: str, lost: bool) -> dict:
    files = []
    for number, (what, draft) in enumerate(kind.drafts(seed)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            files.append((kind.write(draft, os.path.join(folder, f"{kind.name}-{number:02}")), what, draft))
    peers = dict(kind.peers)
    if kind.duckdb is not None:
        read = _duckdb(kind, files)
        peers["DuckDB"] = lambda path, _: read(path)
    scores = {HELPER: Score(), **{name: Score() for name in peers}}
    silent = []
    for path, what, draft in files:
        one, missing = _helper(path, draft)
        scores[HELPER].add(one)
        silent += [f"{kind.name}, {what}: {words}" for words in missing]
        if lost and (missing or one.found < max(one.wanted, one.given)):
            print(f"{os.path.basename(path)} {what}: {one.found} of {one.wanted}, {one.given} given; {'; '.join(missing)}")
        for name, peer in peers.items():
            scores[name].add(_peer(peer, path, draft))
    return {"files": len(files), "silent": silent, "scores": {name: {**vars(one), "recall": one.recall, "precision": one.precision} for name, one in scores.items()}}


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    seed = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 1
    result = {}
    for kind in format_corpus.kinds("--office" in sys.argv):
        if arguments and kind.name not in arguments:
            continue
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            result[kind.name] = evaluate(kind, seed, folder, "--lost" in sys.argv)
        result[kind.name]["seconds"] = round(time.monotonic() - begun, 1)
        if "--json" not in sys.argv:
            print(text({kind.name: result[kind.name]}), flush=True)
    if "--json" in sys.argv:
        print(json.dumps(result))


def text(result: dict) -> str:
    """One line for each reader of each kind."""
    out = io.StringIO()
    for name, told in result.items():
        silent = len(told["silent"])
        print(f"{told['files']} {name} ({told['seconds']} s)" + (f", {silent} not said" if silent else ""), file=out)
        for reader, one in told["scores"].items():
            print(f"  {reader:<42} {one['recall']:7.2%} {one['precision']:8.2%} {one['failed']:5}", file=out)
    return out.getvalue().rstrip()


if __name__ == "__main__":
    main()
