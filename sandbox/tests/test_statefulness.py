"""Cells of one language see what earlier cells did; languages do not see each other's variables."""

from driver import SandboxTest


#: Says whether it came before the imports; `seen`: were the cell's filters in force in each of them.
FILTER_WATCH = """
import sys, warnings
seen = []
strict = ("error", None, ImportWarning, None, 0)
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("matplotlib."):
            seen.append(strict in warnings.filters)
sys.meta_path.insert(0, Watch())
warnings.simplefilter("error", ImportWarning)
"matplotlib" not in sys.modules
"""


class Python(SandboxTest):
    def test_variables_and_functions_persist(self):
        self.ok("python", "x = 41\ndef f(n): return n + 1")
        self.assertEqual(self.ok("python", "f(x)").result, "42")

    def test_execution_count_rises_by_one(self):
        first = self.ok("python", "1").done["executionCount"]
        self.assertEqual(self.ok("python", "2").done["executionCount"], first + 1)

    def test_top_level_await(self):
        run = self.ok("python", "import asyncio\nawait asyncio.sleep(0.01)\nawait asyncio.gather(*[asyncio.sleep(0, n) for n in range(3)])")
        self.assertEqual(run.result, "[0, 1, 2]")

    def test_magics(self):
        self.assertIn("per loop", self.ok("python", "%timeit -n1 -r1 1+1").text())
        self.assertEqual(self.ok("python", "%%bash\necho from magic").text(), "from magic\n")

    def test_shell_escape_keeps_streams_apart_and_in_the_cell(self):
        run = self.ok("python", "!echo out; echo err >&2\nprint('after')\n_exit_code")
        self.assertEqual(run.text(), "out\nafter\n")
        self.assertEqual(run.text("stderr"), "err\n")
        self.assertEqual(run.result, "0")
        self.assertEqual(self.ok("python", "n = 3\nlines = !seq {n}\nlen(lines)").result, "3")

    def test_output_of_children_belongs_to_their_cell(self):
        for number in range(5):
            run = self.ok("python", f"import subprocess; _ = subprocess.run(['echo', 'child {number}'])")
            self.assertEqual(run.text(), f"child {number}\n")

    def test_an_error_is_data_and_the_state_survives(self):
        run = self.run_cell("python", "y = 7\n1/0")
        self.assertEqual((run.status, run.enames, run.done["stateLost"]), ("error", ["ZeroDivisionError"], False))
        self.assertEqual(self.ok("python", "y").result, "7")

    def test_exit_ends_the_cell_not_the_kernel(self):
        self.ok("python", "kept = 1")
        for code in ("exit()", "quit()", "import sys; sys.exit(3)"):
            run = self.run_cell("python", code)
            self.assertEqual((run.status, run.enames), ("error", ["SystemExit"]))
        self.assertEqual(self.ok("python", "kept").result, "1")

    def test_input_fails_at_once_with_a_clear_message(self):
        for code in ("input('name? ')", "import getpass; getpass.getpass()"):
            run = self.run_cell("python", code, timeout_s=5)
            self.assertEqual((run.status, run.enames), ("error", ["StdinNotImplementedError"]))
            self.assertIn("nobody can type into a running cell", run.errors[0]["evalue"])

    def test_what_is_imported_ahead_does_not_meet_the_cells_filters(self):
        for _ in range(10):
            self.sandbox.connection.send({"op": "restart", "id": "r"})
            self.sandbox.connection.until("restarted", id="r")
            if self.ok("python", FILTER_WATCH).result == "True":
                break
        else:
            self.fail("the imports were always done before the cell")
        loaded = "while 'matplotlib.pyplot' not in sys.modules: await __import__('asyncio').sleep(0.05)"
        self.ok("python", loaded)
        self.assertEqual(self.ok("python", "strict in warnings.filters, set(seen)").result, "(True, {False})")

    def test_the_namespace_is_clean(self):
        names = self.ok("python", "sorted(n for n in dir() if not n.startswith('_'))").result
        for name in ("pandas", "pd", "np", "plt", "numpy"):
            self.assertNotIn(f"'{name}'", names)

    def test_multiprocessing_and_threads_work(self):
        run = self.ok("python", "from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor(4).map(str, range(4)))")
        self.assertEqual(run.result, "['0', '1', '2', '3']")
        code = "import multiprocessing\ndef double(n): return 2 * n\nwith multiprocessing.Pool(2) as pool: doubled = pool.map(double, range(3))\ndoubled"
        self.assertEqual(self.ok("python", code).result, "[0, 2, 4]")
        code = "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(2) as pool: doubled = list(pool.map(double, range(3)))\ndoubled"
        self.assertEqual(self.ok("python", code).result, "[0, 2, 4]")
        run = self.ok("python", "from joblib import Parallel, delayed\nParallel(2)(delayed(abs)(-n) for n in range(4))")
        self.assertEqual(run.result, "[0, 1, 2, 3]")

    def test_where_a_cell_finds_itself(self):
        run = self.ok("python", "import os, getpass, pathlib\nos.getcwd(), pathlib.Path.home().is_dir(), getpass.getuser(), os.getuid()")
        self.assertEqual(run.result, "('/outputs', True, 'sandbox', 54321)")


class Bash(SandboxTest):
    def test_variables_functions_and_folder_persist(self):
        self.ok("bash", "x='a b'; export Y=2; cd /tmp; greet() { echo \"hello $1\"; }; shopt -s nullglob")
        run = self.ok("bash", 'echo "$x" $Y "$PWD"; greet you; shopt nullglob')
        self.assertEqual(run.text().split(), ["a", "b", "2", "/tmp", "hello", "you", "nullglob", "on"])
        self.ok("bash", "cd /outputs")

    def test_streams_are_apart_and_stdin_is_empty(self):
        run = self.ok("bash", "echo out; echo err >&2; cat; read -r line || echo no input")
        self.assertEqual((run.text(), run.text("stderr")), ("out\nno input\n", "err\n"))

    def test_a_status_other_than_0_is_an_error(self):
        run = self.run_cell("bash", "(exit 3)")
        self.assertEqual(run.status, "error")
        self.assertEqual((run.errors[0]["ename"], run.errors[0]["evalue"]), ("BashError", "exit status 3"))
        self.assertFalse(run.done["stateLost"])

    def test_a_syntax_error_is_an_error(self):
        run = self.run_cell("bash", "if true; then echo x")
        self.assertEqual(run.status, "error")
        self.assertIn("syntax error", run.text("stderr"))
        self.ok("bash", "true")

    def test_exit_ends_the_shell_and_says_so(self):
        self.ok("bash", "gone=1")
        run = self.run_cell("bash", "echo before; exit 3; echo never")
        self.assertEqual((run.status, run.done["stateLost"], run.text()), ("error", True, "before\n"))
        self.assertIn("exit status 3; the shell ended", run.errors[0]["evalue"])
        self.assertEqual(run.text("stderr"), "")
        self.assertEqual(self.ok("bash", 'echo "[$gone]"').text(), "[]\n")
        run = self.ok("bash", "exit 0")
        self.assertTrue(run.done["stateLost"])

    def test_strict_mode_reports_the_failing_status(self):
        run = self.run_cell("bash", "set -euo pipefail\nfalse\necho never")
        self.assertEqual((run.status, run.text(), run.done["stateLost"]), ("error", "", True))
        self.assertEqual(self.ok("bash", "false; echo still here").text(), "still here\n")

    def test_the_end_of_a_cell_cannot_be_faked_by_output(self):
        run = self.ok("bash", "echo 0; { printf '0\\n' >&240; } 2>/dev/null; sleep 0.2; echo end")
        self.assertEqual(run.text(), "0\nend\n")
        self.assertEqual(self.run_cell("bash", "PROMPT_COMMAND=").status, "error")
        self.ok("bash", "true")

    def test_background_jobs_do_not_hold_the_cell(self):
        run = self.ok("bash", "sleep 30 & echo started")
        self.assertEqual(run.text(), "started\n")
        self.assertLess(run.done["durationMs"], 5000)
        self.ok("bash", "kill $!")

    def test_redirecting_the_shell_lasts_for_one_cell(self):
        self.ok("bash", "exec >/tmp/log 2>&1; echo hidden")
        self.assertEqual(self.ok("bash", "echo seen; cat /tmp/log").text(), "seen\nhidden\n")

    def test_heredocs_and_quotes(self):
        run = self.ok("bash", "cat <<'EOF'\n$not 'quoted' \"here\"\nEOF\necho $'tab\\there'")
        self.assertEqual(run.text(), "$not 'quoted' \"here\"\ntab\there\n")

    def test_exclamation_marks_are_plain(self):
        self.assertEqual(self.ok("bash", 'echo "wow!!" !x').text(), "wow!! !x\n")


class JavaScript(SandboxTest):
    def test_declarations_persist_and_may_be_repeated(self):
        self.ok("javascript", "const a = 1; let b = 2; class C { m() { return 3 } }\nfunction f() { return 4 }")
        self.assertEqual(self.ok("javascript", "[a, b, new C().m(), f()]").result, "[ 1, 2, 3, 4 ]")
        self.assertEqual(self.ok("javascript", "const a = 10; class C {}\na").result, "10")

    def test_top_level_await_persists(self):
        self.ok("javascript", "const later = await new Promise((r) => setTimeout(r, 20, 'v'))")
        self.assertEqual(self.ok("javascript", "later").result, "'v'")

    def test_console_goes_to_the_streams(self):
        run = self.ok("javascript", "console.log('out %d', 1, {a: 1}); console.error('err'); undefined")
        self.assertEqual((run.text(), run.text("stderr"), run.result), ("out 1 { a: 1 }\n", "err\n", None))

    def test_values_are_shown_as_node_shows_them(self):
        for code, shown in (("new Map([['k', {v: [1]}]])", "Map(1) { 'k' => { v: [ 1 ] } }"), ("10n ** 20n", "100000000000000000000n"),
                            ("Symbol('s')", "Symbol(s)"), ("NaN", "NaN"), ("null", "null"), ("-0", "-0"), ("'é😀'", "'é😀'")):  # fmt: skip
            self.assertEqual(self.ok("javascript", code).result, shown)

    def test_errors_have_name_message_and_stack(self):
        run = self.run_cell("javascript", "function deep() { throw new TypeError('bad') }\ndeep()")
        error = run.errors[0]
        self.assertEqual((run.status, error["ename"], error["evalue"]), ("error", "TypeError", "bad"))
        self.assertIn("at deep", "\n".join(error["traceback"]))
        self.assertNotIn("node:inspector", "\n".join(error["traceback"]))
        run = self.run_cell("javascript", "let = 5 +")
        self.assertEqual((run.status, run.enames), ("error", ["SyntaxError"]))
        run = self.run_cell("javascript", "throw 'text'")
        self.assertEqual((run.status, run.errors[0]["evalue"]), ("error", "'text'"))
        run = self.run_cell("javascript", "await Promise.reject(new RangeError('later'))")
        self.assertEqual((run.status, run.enames), ("error", ["RangeError"]))

    def test_packages_by_require_and_by_import(self):
        code = """
import fs, { readFileSync as read } from 'node:fs';
import * as docx from 'docx';
const { default: ExcelJS } = await import('exceljs');
const book = new ExcelJS.Workbook();
book.addWorksheet('S').addRow([1, 'ü']);
await book.xlsx.writeFile('book.xlsx');
await new (require('pptxgenjs'))().writeFile({ fileName: 'deck.pptx' });
fs.writeFileSync('letter.docx', await docx.Packer.toBuffer(new docx.Document({ sections: [{ children: [new docx.Paragraph('x')] }] })));
[read('letter.docx').length > 1000, fs.readFileSync === read]
"""
        run = self.ok("javascript", code)
        self.assertEqual(run.result, "[ true, true ]")
        self.assertEqual(set(run.artifacts), {"book.xlsx", "deck.pptx", "letter.docx"})

    def test_duckdb_in_node(self):
        code = """
const { DuckDBInstance } = require('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
(await connection.runAndReadAll('select 6 * 7 as answer')).getRowObjects()
"""
        self.assertEqual(self.ok("javascript", code).result, "[ { answer: 42 } ]")

    def test_import_of_a_file_beside_the_cell(self):
        self.ok("javascript", "require('fs').writeFileSync('lib.mjs', 'export const n = 5')")
        self.assertEqual(self.ok("javascript", "import { n } from './lib.mjs'; n").result, "5")

    def test_unhandled_rejections_and_late_errors_are_told_not_fatal(self):
        self.ok("javascript", "let kept = 1")
        run = self.ok("javascript", "void Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50)); 1")
        self.assertIn("Unhandled rejection: Error: lost", run.text("stderr"))
        run = self.ok("javascript", "setTimeout(() => { throw new Error('late') }); await new Promise((r) => setTimeout(r, 50)); 1")
        self.assertIn("Uncaught Error: late", run.text("stderr"))
        self.assertEqual(self.ok("javascript", "kept").result, "1")

    def test_hostile_values_are_shown_anyway(self):
        run = self.ok("javascript", "({ get a() { throw 1 }, [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') } })")
        self.assertIn("cannot be shown", run.result)


class Together(SandboxTest):
    def test_all_languages_share_the_folder_and_the_files(self):
        self.ok("python", "open('shared.txt', 'w').write('from python')")
        self.assertEqual(self.ok("bash", "cat shared.txt; pwd").text(), "from python/outputs\n")
        self.assertEqual(self.ok("javascript", "require('fs').readFileSync('shared.txt', 'utf8') + process.cwd()").result, "'from python/outputs'")

    def test_each_language_counts_for_itself(self):
        for language in ("bash", "javascript"):
            first = self.ok(language, "1 + 1" if language == "javascript" else "true").done["executionCount"]
            self.assertEqual(self.ok(language, "1" if language == "javascript" else "true").done["executionCount"], first + 1)

    def test_what_a_thread_prints_between_cells_comes_with_the_next(self):
        self.ok("python", "import threading, time\nthreading.Timer(0.3, lambda: print('late', flush=True)).start()")
        import time

        time.sleep(1.5)
        self.assertIn("late", self.ok("python", "pass").text())

    def test_restart_replaces_all_kernels_and_keeps_the_files(self):
        self.ok("python", "v = 1; open('kept.txt', 'w').write('x')")
        self.ok("bash", "v=1")
        self.ok("javascript", "let v = 1")
        self.sandbox.connection.send({"op": "restart", "id": "r1"})
        self.sandbox.connection.until("restarted", id="r1")
        self.assertEqual(self.run_cell("python", "v").enames, ["NameError"])
        self.assertEqual(self.ok("bash", 'echo "[$v]"; cat kept.txt').text(), "[]\nx")
        self.assertEqual(self.ok("javascript", "typeof v").result, "'undefined'")
