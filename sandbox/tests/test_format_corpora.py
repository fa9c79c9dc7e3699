"""`open_table` on corpora of all formats but separated text, beside the readers that people would use instead."""

import json
import os
import shutil

from driver import OfficeTest, SandboxTest

SEED = 1
HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = ("_corpus.py", "_score.py", "_writer.py", "_variants.py", "_book.py", "_books.py")
LEAST_FILES = {"spreadsheets": 60, "xls": 60, "JSON": 40}
#: SAS transport files hold numbers as IBM did; what is written is not always what is read.
LEAST_RECALL = {"SAS transport": 0.99}


class Corpora:
    """The modules that write the files, in the workspace, and what is asked of each kind."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for name in os.listdir(HERE):
            if name.endswith(MODULES):
                shutil.copy(os.path.join(HERE, name), cls.sandbox.workspace)
                os.chmod(os.path.join(cls.sandbox.workspace, name), 0o644)

    def printed(self, *command: str) -> str:
        done = self.sandbox.exec("python3", *command)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    def reads_better_than_its_peers(self, kinds: int, *flags: str) -> None:
        told = json.loads(self.printed("/workspace/format_score.py", str(SEED), "--json", *flags).splitlines()[-1])
        self.assertEqual(len(told), kinds)
        for kind, result in told.items():
            print(f"\n{result['files']} files: {kind} ({result['seconds']} s); recall, precision, files not read", end="")
            for name, one in result["scores"].items():
                print(f"\n  {name:<42} {one['recall']:7.2%} {one['precision']:8.2%} {one['failed']:5}", end="")
        print()
        for kind, result in told.items():
            with self.subTest(kind):
                scores = result["scores"]
                ours = scores.pop("open_table")
                self.assertGreaterEqual(result["files"], LEAST_FILES.get(kind, 20))
                self.assertEqual(result["silent"], [])
                self.assertEqual(ours["failed"], 0)
                self.assertGreaterEqual(ours["recall"], LEAST_RECALL.get(kind, 0.999))
                self.assertGreaterEqual(ours["precision"], LEAST_RECALL.get(kind, 0.999))
                self.assertTrue(scores)
                for name, one in scores.items():
                    # A peer that reads nothing would be no peer.
                    self.assertGreater(one["recall"], 0.03, name)
                    self.assertGreater(ours["recall"], one["recall"], name)
                    self.assertGreater(ours["precision"], one["precision"], name)


class OldBooks(Corpora, OfficeTest):
    def test_what_libreoffice_saves_as_xls_is_read_better_than_by_pandas(self):
        self.reads_better_than_its_peers(1, "--office")

    def test_a_binary_workbook_is_read_sheet_by_sheet(self):
        self.ok("python", """
import sys; sys.path.insert(0, "/workspace")
import binary_book
from analyst import open_table
binary_book.write("b.xlsb", {
    "Data": [["Place", "Count", "Open"], ["Ost", 3.5, True], ["Straße", 4, False], ["West", None, True]],
    "More": [["x", "y"], [1, 2], [3, 4]],
})
table = open_table("b.xlsb")""")
        run = self.ok("python", "[list(table.frame.columns), *table.frame.astype(object).where(table.frame.notna(), None).values.tolist()]")
        self.assertEqual(run.result.replace("\n", ""), "[['Place', 'Count', 'Open'], ['Ost', 3.5, True], ['Straße', 4.0, False], ['West', None, True]]")
        self.assertEqual(self.ok("python", "open_table('b.xlsb', table='More').frame.values.tolist()").result, "[[1, 2], [3, 4]]")
        self.assertIn("by way of LibreOffice", self.ok("python", "print(table.reading)").text())
        run = self.run_cell("python", "open('c.xlsb', 'wb').write(open('b.xlsb', 'rb').read()[:-400]); open_table('c.xlsb')")
        self.assertIn("zip directory", run.errors[0]["evalue"])


class FormatCorpora(Corpora, SandboxTest):
    def test_the_helper_reads_every_format_better_than_its_usual_reader_and_says_what_it_left_out(self):
        self.reads_better_than_its_peers(17)

    def test_the_corpora_are_the_same_for_the_same_seed(self):
        code = (
            "import sys; sys.path.insert(0, '/workspace')\n"
            "import format_corpus\n"
            "print([[(what, draft.names, draft.rows) for what, draft in kind.drafts({})] for kind in format_corpus.kinds()])"
        )
        first, again, other = (self.printed("-c", code.replace("{}", str(seed))) for seed in (SEED, SEED, SEED + 1))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertGreater(len(first), 100_000)
