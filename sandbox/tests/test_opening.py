"""`open_table` on a corpus of polluted text, beside the readers that people would use instead; and what it reports."""

import json
import os
import shutil

import table_corpus
from driver import SandboxTest

SEED = 1
PAIRS = 3
HERE = os.path.dirname(os.path.abspath(__file__))


def place(sandbox, name: str, content: bytes) -> str:
    """Puts a file into the workspace of a sandbox; its path there."""
    path = os.path.join(sandbox.workspace, name)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o644)
    return f"/workspace/{name}"


class PollutedText(SandboxTest):
    def test_the_helper_finds_more_cells_and_gives_fewer_wrong_ones_than_any_other_reader(self):
        for name in ("table_corpus.py", "table_score.py"):
            shutil.copy(os.path.join(HERE, name), self.sandbox.workspace)
            os.chmod(os.path.join(self.sandbox.workspace, name), 0o644)
        done = self.sandbox.exec("python3", "/workspace/table_score.py", str(SEED), str(PAIRS), "--json")
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        told = json.loads(done.stdout.splitlines()[-1])
        scores = told["scores"]
        print(f"\n{told['files']} files of separated text: recall, precision, files not read")
        for name, one in scores.items():
            print(f"  {name:<42} {one['recall']:7.2%} {one['precision']:8.2%} {one['failed']:5}")
        ours = scores.pop("open_table")
        self.assertGreaterEqual(told["files"], 400)
        self.assertGreaterEqual(len(scores), 8)
        for name, one in scores.items():
            # A peer that reads nothing would be no peer.
            self.assertGreater(one["recall"], 0.3, name)
            self.assertGreater(ours["recall"], one["recall"], name)
            self.assertGreater(ours["precision"], one["precision"], name)
        self.assertGreater(ours["recall"], 0.995)
        self.assertGreater(ours["precision"], 0.998)
        self.assertEqual(ours["failed"], 0)

    def test_the_corpus_is_the_same_for_the_same_seed(self):
        first, again = ([(name, table_corpus.bytes_of(file)) for name, file in table_corpus.corpus(SEED, 1)] for _ in range(2))
        self.assertEqual(first, again)
        self.assertNotEqual(first[0], next((name, table_corpus.bytes_of(file)) for name, file in table_corpus.corpus(SEED + 1, 1)))
        self.assertGreater(len({content for _, content in first}), 200)


class Reports(SandboxTest):
    def report(self, *defects: str, table: str | None = None) -> dict:
        content = table_corpus.bytes_of(table_corpus.polluted(5, defects))
        path = place(self.sandbox, "-".join(name.replace(" ", "_") for name in defects) + ".csv", content)
        argument = "" if table is None else f", table={table!r}"
        run = self.ok("python", f"import json\nfrom code_interpreter import open_table\nt = open_table({path!r}{argument})\nprint(json.dumps({{'rows': len(t.frame), **t.reading.report()}}))")
        return json.loads(run.text())

    def test_bad_rows_are_named_by_their_lines(self):
        for defect in ("ragged rows", "overlong rows", "unquoted delimiters"):
            file = table_corpus.polluted(5, (defect,))
            told = self.report(defect)
            self.assertEqual([row["line"] for row in told["bad_rows"]], sorted(index + 2 for index in file.bad), defect)
            self.assertEqual(told["bad_row_count"], len(file.bad))
            self.assertTrue(any(f"line {min(file.bad) + 2}" in note for note in told["notes"]), told["notes"])
        self.assertEqual([row["text"] for row in self.report("overlong rows")["bad_rows"]], ["extra 0", "extra 0,extra 1"])

    def test_what_is_not_in_the_table_is_told_with_its_lines(self):
        for defect, lines, why in (
            ("preamble and blank line", [(1, 2)], "before the table"), ("comment lines between", [(12, 12), (23, 23)], "comment"),
            ("headers again", [(17, 17)], "header again"), ("total row", [(32, 32)], "after the table"),
            ("a second table below", [(34, 37)], "other table"), ("sep line", [(1, 1)], "names the delimiter"),
        ):  # fmt: skip
            told = self.report(defect)
            self.assertEqual([(one["first_line"], one["last_line"]) for one in told["skipped"]], lines, defect)
            self.assertEqual({one["why"] for one in told["skipped"]}, {why})
            self.assertEqual(told["rows"], 30, defect)

    def test_the_other_table_of_a_file_can_be_had(self):
        told = self.report("a second table below")
        self.assertEqual(told["tables"], ["table 1", "table 2"])
        self.assertEqual(self.report("a second table below", table="table 2")["rows"], 3)

    def test_assumptions_have_a_confidence(self):
        sure = {one["what"]: one["confidence"] for one in self.report("utf-8 BOM")["assumptions"]}
        self.assertEqual(sure["encoding"], 1)
        guessed = {one["what"]: one for one in self.report("koi8-r", "semicolon")["assumptions"]}
        self.assertEqual((guessed["encoding"]["value"], guessed["delimiter"]["value"]), ("KOI8-R (Cyrillic)", "semicolon"))
        self.assertLess(guessed["encoding"]["confidence"], 1)
        self.assertGreater(guessed["encoding"]["confidence"], 0.5)
        self.assertGreater(guessed["header"]["confidence"], 0.9)
