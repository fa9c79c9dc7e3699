"""What cells print and show arrives whole and in order, or bounded and counted."""

import base64
import struct
import time

from driver import SandboxTest


def png_size(data: str) -> tuple[int, int]:
    return struct.unpack(">II", base64.b64decode(data)[16:24])


class Displays(SandboxTest):
    def test_figures_show_at_the_end_each_once_in_order(self):
        code = """
import matplotlib.pyplot as plt
for size in (3, 4, 5):
    plt.figure(figsize=(size, size)); plt.plot([1, 2])
print('text')
"""
        run = self.ok("python", code)
        widths = [png_size(image)[0] for image in run.bundles("image/png")]
        self.assertEqual(len(widths), 3)
        self.assertEqual(widths, sorted(widths))
        kinds = [output["output_type"] for output in run.outputs]
        self.assertEqual(kinds, ["stream", "display_data", "display_data", "display_data"])
        self.assertEqual(self.ok("python", "1").bundles("image/png"), [])

    def test_show_in_the_middle_keeps_the_order(self):
        run = self.ok("python", "print('a')\nplt = __import__('matplotlib.pyplot').pyplot\nplt.plot([1]); plt.show()\nprint('b')\nplt.plot([2]); plt.show()\nprint('c')")
        kinds = [output["output_type"] for output in run.outputs]
        self.assertEqual(kinds, ["stream", "display_data"] * 2 + ["stream"])
        self.assertEqual(run.text(), "a\nb\nc\n")

    def test_a_huge_figure_is_made_smaller(self):
        run = self.ok("python", "import matplotlib.pyplot as plt\nplt.figure(figsize=(60, 30)); plt.plot([1])")
        width, height = png_size(run.bundles("image/png")[0])
        self.assertLessEqual(max(width, height), 2050)
        run = self.ok("python", "plt.plot([1])")
        self.assertGreater(png_size(run.bundles("image/png")[0])[0], 600)

    def test_seaborn_and_pandas_plots_show_too(self):
        run = self.ok("python", "import seaborn as sns, pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3], 'b': [3, 1, 2]})\nsns.scatterplot(df, x='a', y='b')\nNone")
        self.assertEqual(len(run.bundles("image/png")), 1)
        self.assertEqual(len(self.ok("python", "df.plot()\nNone").bundles("image/png")), 1)

    def test_no_glyph_is_missing(self):
        code = """
import matplotlib.pyplot as plt
plt.plot([-1, 1]); plt.title('Größe Ελλάδα Привет 日本語 中文 한국어 😀 📈 ✓ −1 €'); plt.xlabel('中文 한국어'); plt.ylabel('😀')
"""
        run = self.ok("python", code)
        self.assertEqual((len(run.bundles("image/png")), run.text("stderr")), (1, ""))

    def test_pages_of_help_and_loaded_code_are_shown_after_the_rest(self):
        run = self.ok("python", "def greet():\n    'Says hello.'\nprint('first')\nprint?\ngreet?")
        self.assertEqual([output["output_type"] for output in run.outputs], ["stream", "display_data"])
        self.assertIn("Says hello.", run.bundles("text/plain")[0])
        self.ok("python", "_ = open('/tmp/loaded.py', 'w').write('x = 1\\n')")
        self.assertIn("x = 1", self.ok("python", "%load /tmp/loaded.py").bundles("text/plain")[0])
        run = self.ok("python", "get_ipython().payload_manager.write_payload({'source': 'page', 'data': 5})\nprint('alive')")
        self.assertIn("could not be read", run.text("stderr"))

    def test_dataframes_have_html(self):
        run = self.ok("python", "import pandas as pd; pd.DataFrame({'a': [1]})")
        self.assertIn("<table", run.bundles("text/html")[0])

    def test_tables_tell_their_shape_types_and_gaps(self):
        mime = "application/vnd.code-interpreter.frame+json"
        frame = "import pandas as pd\ndf = pd.DataFrame({'n': [1.5, None, 3], ('a', 'b'): ['x', 'y', None]})\n"
        run = self.ok("python", f"{frame}df")
        described = run.bundles(mime)[0]
        self.assertEqual((described["rows"], described["columnCount"]), (3, 2))
        self.assertEqual(described["columns"][0], {"name": "n", "dtype": "float64", "missing": 1})
        self.assertEqual((described["columns"][1]["name"], described["columns"][1]["missing"]), ("('a', 'b')", 1))
        self.assertEqual(run.bundles("text/html")[0], self.ok("python", "print(df._repr_html_(), end='')").text())
        series = self.ok("python", "df['n']").bundles(mime)[0]
        self.assertRegex(series.pop("handle"), r"^[0-9a-f]{8}-\d+$")
        self.assertEqual(series, {"rows": 3, "columnCount": 1, "columns": [{"name": "n", "dtype": "float64", "missing": 1}]})
        wide = self.ok("python", "from IPython.display import display\ndisplay(pd.DataFrame([range(300)]), pd.DataFrame(columns=['a', 'a']))")
        self.assertEqual([(len(b["columns"]), b["columnCount"], b["rows"]) for b in wide.bundles(mime)], [(200, 300, 1), (2, 2, 0)])
        self.assertEqual(self.ok("python", "[1, {'a': 2}]").bundles(mime), [])

    def test_counting_gaps_does_not_hold_up_a_table(self):
        slow = "import time, pandas as pd\nisna = pd.Series.isna\npd.Series.isna = lambda s: (time.sleep(0.4), isna(s))[1]\n"
        run = self.ok("python", f"{slow}began = time.monotonic()\ndisplay(pd.DataFrame([range(100)]))\nprint(time.monotonic() - began)\npd.Series.isna = isna")
        missing = [column["missing"] for column in run.bundles("application/vnd.code-interpreter.frame+json")[0]["columns"]]
        self.assertEqual((missing[0], missing[-1], len(missing)), (0, None, 100))
        self.assertLess(float(run.text()), 4)

    def test_tables_of_polars_tell_the_same(self):
        if self.run_cell("python", "import polars").status != "ok":
            self.skipTest("polars is not in this image")
        run = self.ok("python", "import polars as pl\npl.DataFrame({'a': [1, None], 'b': ['x', 'y']})")
        described = run.bundles("application/vnd.code-interpreter.frame+json")
        self.assertEqual(described, [{"rows": 2, "columnCount": 2, "columns": [{"name": "a", "dtype": "Int64", "missing": 1}, {"name": "b", "dtype": "String", "missing": 0}]}])

    def test_plotly_is_json(self):
        for code in ("px.bar(x=[1, 2], y=[3, 4])", "px.bar(x=[1, 2], y=[3, 4]).show()"):
            run = self.ok("python", f"import plotly.express as px\n{code}")
            bundle = run.bundles("application/vnd.plotly.v1+json")[0]
            self.assertEqual((len(bundle["data"]), "layout" in bundle), (1, True))

    def test_altair_is_vega_lite_json(self):
        run = self.ok("python", "import altair as alt, pandas as pd\nalt.Chart(pd.DataFrame({'a': [1], 'b': [2]})).mark_bar().encode(x='a', y='b')")
        kinds = [mime for output in run.outputs for mime in output.get("data", {})]
        self.assertTrue(any(mime.startswith("application/vnd.vegalite.v") for mime in kinds), kinds)

    def test_display_ids_and_clear_output(self):
        run = self.ok("python", "from IPython.display import display, clear_output\nh = display('a', display_id='d1')\nh.update('b')\nclear_output(wait=True)\ndisplay('c')")
        kinds = [output["output_type"] for output in run.outputs]
        self.assertEqual(kinds, ["display_data", "update_display_data", "clear_output", "display_data"])
        self.assertEqual(run.outputs[1]["transient"], {"display_id": "d1"})

    def test_numbers_that_json_lacks_become_null(self):
        run = self.ok("python", "from IPython.display import display\ndisplay({'application/json': {'n': float('nan'), 'i': [float('inf')]}}, raw=True)")
        self.assertEqual(run.bundles("application/json"), [{"n": None, "i": [None]}])

    def test_an_oversized_display_becomes_a_placeholder(self):
        run = self.ok("python", "from IPython.display import display\ndisplay({'text/html': 'x' * 30_000_000, 'text/plain': 'p'}, raw=True)\nprint('after')")
        text = run.bundles("text/plain")[0]
        self.assertIn("left out", text)
        self.assertEqual(run.text(), "after\n")
        self.assertEqual([t["stream"] for t in run.done["truncated"]], ["display"])
        self.assertGreater(run.done["truncated"][0]["droppedBytes"], 30_000_000)


class Streams(SandboxTest):
    def test_characters_split_over_writes_survive(self):
        text = "größe 日本語 😀"
        python = f"import os, time\nfor b in {text!r}.encode(): os.write(1, bytes([b])); time.sleep(0.002)"
        self.assertEqual(self.ok("python", python).text(), text)
        script = "import os,time\nfor b in bytes.fromhex('{}'): os.write(1, bytes([b])); time.sleep(0.002)".format(text.encode().hex())
        self.assertEqual(self.ok("bash", f'python3 -c "{script}"').text(), text)
        js = f"for (const b of Buffer.from({text!r})) {{ process.stdout.write(Buffer.from([b])); await new Promise((r) => setTimeout(r, 2)) }}"
        self.assertEqual(self.ok("javascript", js).text(), text)

    def test_the_beginning_of_a_character_is_no_part_of_the_next_cell(self):
        for language, code in (("bash", "printf 'a\\360\\237'"), ("javascript", "require('fs').writeSync(1, Buffer.from([97, 0xf0, 0x9f]))")):
            self.assertEqual(self.ok(language, code).text(), "a\ufffd")
            self.assertEqual(self.ok(language, "echo b" if language == "bash" else "console.log('b')").text(), "b\n")

    def test_bytes_that_are_not_utf8_are_replaced(self):
        self.assertEqual(self.ok("bash", r"printf 'a\xffb'").text(), "a\ufffdb")
        self.assertEqual(self.ok("python", r"print('lone \ud800 surrogate')").text(), "lone \ud800 surrogate\n")

    def test_output_comes_while_the_cell_runs(self):
        for language, code in (("python", "print('early'); import time; time.sleep(3)"), ("bash", "echo early; sleep 3"),
                               ("javascript", "console.log('early'); await new Promise((r) => setTimeout(r, 3000))")):  # fmt: skip
            self.ok(language, "1" if language != "bash" else "true")
            began = time.monotonic()
            id = self.sandbox.start(language, code)
            line = self.sandbox.connection.until("output", id=id)
            self.assertLess(time.monotonic() - began, 2)
            self.assertEqual(line["output"]["text"], "early\n")
            self.sandbox.wait(id)

    def test_100_mb_are_bounded_counted_and_fast(self):
        cases = {
            "python": "for n in range(1_000_000): print(f'{n:099d}')",
            "bash": "seq -f '%099.0f' 0 999999",
            "javascript": "for (let n = 0; n < 1000; n++) { let s = ''; for (let m = 0; m < 1000; m++) s += String(n * 1000 + m).padStart(99, '0') + '\\n'; process.stdout.write(s) }\nundefined",
        }
        for language, code in cases.items():
            with self.subTest(language):
                began = time.monotonic()
                run = self.ok(language, code, limit=1_000_000, timeout_s=120)
                print(f"[100 MB of {language}: {time.monotonic() - began:.1f} s] ", end="", flush=True)
                text = run.text()
                self.assertTrue(text.startswith("0" * 99 + "\n"))
                self.assertTrue(text.endswith(f"{999_999:099d}\n"))
                self.assertLess(len(text), 600_000)
                (truncated,) = run.done["truncated"]
                self.assertEqual(truncated["stream"], "stdout")
                marker = f"[… {truncated['droppedBytes']:,} bytes of output left out …]"
                self.assertIn(marker, text)
                kept = len(text) - len(f"\n{marker}\n")
                self.assertEqual(kept + truncated["droppedBytes"], 100_000_000)

    def test_one_print_of_50_mb(self):
        run = self.ok("python", "print('x' * 50_000_000)", limit=1_000_000)
        self.assertGreater(run.done["truncated"][0]["droppedBytes"], 49_000_000)

    def test_a_flood_of_tiny_displays_is_bounded(self):
        run = self.ok("python", "from IPython.display import display\nfor n in range(20_000): display(n)\nprint('end')", limit=400_000)
        self.assertLess(len(run.lines), 3000)
        self.assertIn("end\n", run.text())
        self.assertIn("display", [t["stream"] for t in run.done["truncated"]])

    def test_a_chart_after_a_flood_still_shows(self):
        run = self.ok("python", "import matplotlib.pyplot as plt\nprint('x' * 5_000_000)\nplt.plot([1])", limit=1_000_000)
        self.assertEqual(len(run.bundles("image/png")), 1)

    def test_small_outputs_are_not_marked(self):
        self.assertEqual(self.ok("python", "print('x' * 100_000)").done["truncated"], [])
