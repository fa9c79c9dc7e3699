"""Cells of a notebook begin where it lies: relative paths lead to its neighbours, and nothing of the workspace changes."""

import os

from driver import SandboxTest


class WorkFolder(SandboxTest):
    options = {"env": {"CI_WORK_FOLDER": "/workspace/nb/in"}}

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        root = cls.sandbox.workspace
        os.makedirs(f"{root}/nb/in/data")
        os.makedirs(f"{root}/raw")
        for name in ("nb/in/data/sales.csv", "nb/in/beside.csv", "raw/up.txt"):
            with open(f"{root}/{name}", "w") as file:
                file.write(name)
            # Not the rights of the file are what keeps it: the user of the sandbox may be its owner.
            os.chmod(f"{root}/{name}", 0o666)
        # The folder came after the start.
        cls.sandbox.connection.send({"op": "restart", "id": "r"})
        cls.sandbox.connection.until("restarted", id="r")

    def test_reads_beside_below_and_above_in_each_language(self):
        code = "[open(name).read() for name in ('beside.csv', 'data/sales.csv', '../../raw/up.txt')]"
        self.assertEqual(self.ok("python", code).result, "['nb/in/beside.csv', 'nb/in/data/sales.csv', 'raw/up.txt']")
        self.assertEqual(self.ok("bash", "cat data/sales.csv; pwd").text(), "nb/in/data/sales.csv/outputs/nb/in\n")
        javascript = "console.log(require('fs').readFileSync('beside.csv', 'utf8'), process.cwd())"
        self.assertEqual(self.ok("javascript", javascript).text(), "nb/in/beside.csv /outputs/nb/in\n")

    def test_leaves_no_trace_in_the_kernel(self):
        self.sandbox.connection.send({"op": "restart", "id": "trace"})
        self.sandbox.connection.until("restarted", id="trace")
        run = self.ok("python", "_i, _ii, _iii, In[:-1], Out")
        self.assertEqual((run.result, run.done["executionCount"]), ("('', '', '', [''], {})", 1))

    def test_new_files_are_artifacts_and_links_are_not_told(self):
        run = self.ok("python", "open('made.txt', 'w').write('x')")
        self.assertEqual((list(run.artifacts), run.refused), (["nb/in/made.txt"], {}))
        self.assertEqual(list(self.ok("python", "import os; os.symlink('/workspace/raw', 'link')").refused), ["nb/in/link"])
        self.ok("python", "os.unlink('link')")
        self.assertFalse(os.path.exists(f"{self.sandbox.workspace}/nb/in/made.txt"))

    def test_what_exists_cannot_be_changed_and_the_cell_says_so(self):
        for language, code in (
            ("python", "open('beside.csv', 'a').write('x')"),
            ("python", "open('data/new.csv', 'w')"),
            ("bash", "echo x >>beside.csv"),
            ("bash", "touch data/new.csv"),
            ("javascript", "require('fs').writeFileSync('data/new.csv', 'x')"),
        ):
            with self.subTest(code):
                run = self.run_cell(language, code)
                self.assertEqual((run.status, run.done["limits"]), ("error", [{"kind": "readOnly", "figure": None}]))
        with open(f"{self.sandbox.workspace}/nb/in/beside.csv") as file:
            self.assertEqual(file.read(), "nb/in/beside.csv")

    def test_sees_what_comes_and_goes_beside_the_notebook(self):
        path = f"{self.sandbox.workspace}/nb/in/later.csv"
        with open(path, "w") as file:
            file.write("late")
        run = self.ok("python", "open('later.csv').read()")
        self.assertEqual((run.result, run.refused), ("'late'", {}))
        os.unlink(path)
        self.assertEqual(self.ok("python", "import os; os.path.lexists('later.csv')").result, "False")

    def test_goes_back_there_after_a_restart_and_after_the_end_of_a_kernel(self):
        self.ok("python", "import os; os.chdir('/tmp')")
        self.sandbox.connection.send({"op": "restart", "id": "again"})
        self.sandbox.connection.until("restarted", id="again")
        self.assertEqual(self.ok("bash", "pwd").text(), "/outputs/nb/in\n")
        self.assertEqual(self.run_cell("python", "import os; os._exit(1)").status, "killed")
        self.assertEqual(self.ok("python", "import os; os.getcwd()").result, "'/outputs/nb/in'")

    def test_a_cell_can_neither_lead_it_away_nor_keep_it_from_starting(self):
        trap = "cd / && rm -rf /outputs/nb && mkdir -p /tmp/trap && ln -s /tmp/trap /outputs/nb"
        self.ok("bash", trap)
        self.ok("python", "1")
        self.assertEqual(self.ok("bash", "ls -A /tmp/trap").text(), "")
        self.ok("bash", "rm /outputs/nb")
        self.assertEqual(self.run_cell("python", "import os; os._exit(1)").status, "killed")
        self.assertEqual(self.ok("python", "open('beside.csv').read()").result, "'nb/in/beside.csv'")


class NoWorkFolder(SandboxTest):
    options = {"env": {"CI_WORK_FOLDER": "/workspace/../etc"}}

    def test_what_is_no_folder_of_the_workspace_is_none(self):
        self.assertEqual(self.ok("bash", "pwd; ls -A").text(), "/outputs\n")
