"""Beside the picture of a figure: the points that were plotted, and what is wrong with its looks."""

import ast
import json
import os
from collections import Counter

from driver import SandboxTest

FIGURE_MIME = "application/vnd.code-interpreter.figure+json"
HEAD = "import matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns\n"


class Points(SandboxTest):
    def figure(self, code: str) -> dict:
        run = self.ok("python", HEAD + code)
        self.assertEqual(len(run.bundles("image/png")), 1)
        figures = run.bundles(FIGURE_MIME)
        self.assertEqual(len(figures), 1, run.outputs)
        return figures[0]

    def series(self, code: str) -> list[dict]:
        (axes,) = self.figure(code)["axes"]
        return axes["series"]

    def table(self, series: dict) -> dict[str, list]:
        for column in series["columns"]:
            self.assertEqual(len(column["values"]), series["shown"])
        return {column["name"]: column["values"] for column in series["columns"]}

    def test_a_line_with_gaps_its_texts_and_the_size(self):
        figure = self.figure("plt.plot([1, 2, 3], [1.5, np.nan, np.inf], label='a'); plt.title('T'); plt.xlabel('X'); plt.ylabel('Y'); plt.yscale('log')")
        (axes,) = figure["axes"]
        self.assertEqual((figure["title"], axes["title"], axes["xLabel"], axes["yLabel"]), ("T", "T", "X", "Y"))
        self.assertEqual((axes["xScale"], axes["yScale"], axes["moreSeries"]), ("linear", "log", 0))
        self.assertEqual(figure["size"], {"widthInches": 8, "heightInches": 5})
        (line,) = axes["series"]
        self.assertEqual((line["label"], line["kind"], line["points"], line["shown"]), ("a", "line", 3, 3))
        self.assertEqual(self.table(line), {"x": [1, 2, 3], "y": [1.5, None, None]})

    def test_masked_points_and_colours_of_a_scatter(self):
        (scatter,) = self.series("plt.scatter(np.ma.masked_equal([1, 2, 3], 2), [4, 5, 6], c=[7, 8, 9], s=[1, 2, 3])")
        self.assertEqual(scatter["kind"], "scatter")
        # Matplotlib masks the whole point.
        self.assertEqual(self.table(scatter), {"x": [1, None, 3], "y": [4, None, 6], "value": [7, None, 9], "size": [1, 2, 3]})

    def test_dates_are_iso_text(self):
        line = self.series("plt.plot(pd.date_range('2024-02-28', periods=3), [1, 2, 3])")[0]
        self.assertEqual(self.table(line)["x"], ["2024-02-28", "2024-02-29", "2024-03-01"])
        line = self.series("plt.plot(pd.to_datetime(['2024-02-28 12:30', None]), [1, 2])")[0]
        self.assertEqual(self.table(line)["x"], ["2024-02-28T12:30:00", None])
        line = self.series("pd.Series([1, 2], index=pd.date_range('2024-02-28', periods=2)).plot()")[0]
        self.assertEqual(self.table(line)["x"], ["2024-02-28", "2024-02-29"])
        line = self.series("plt.plot(pd.date_range('2024-07-01', periods=2, tz='Europe/Berlin'), [1, 2])")[0]
        self.assertEqual(self.table(line)["x"][0], "2024-07-01T00:00:00+02:00")
        (axes,) = self.figure("pd.Series([1, 2], index=pd.period_range('2024-01', periods=2, freq='M')).plot()")["axes"]
        self.assertEqual((axes["xScale"], self.table(axes["series"][0])["x"]), ("date", ["2024-01", "2024-02"]))

    def test_bars_have_the_names_of_their_categories(self):
        (bars,) = self.series("plt.bar(['a', 'b'], [1, 2])")
        self.assertEqual((bars["kind"], self.table(bars)), ("bar", {"x": ["a", "b"], "y": [1, 2]}))
        first, second = self.series("pd.DataFrame({'n': [1, 2], 'm': [3, 4]}, index=['p', 'q']).plot.bar()")
        self.assertEqual((first["label"], self.table(first)), ("n", {"x": ["p", "q"], "y": [1, 2]}))
        self.assertEqual((second["label"], self.table(second)), ("m", {"x": ["p", "q"], "y": [3, 4]}))
        (across,) = self.series("plt.barh(['a', 'b'], [1, 2])")
        self.assertEqual(self.table(across), {"y": ["a", "b"], "x": [1, 2]})
        upper = self.series("plt.bar([1, 3], [1, 2]); plt.bar([1, 3], [5, 6], bottom=[1, 2])")[1]
        self.assertEqual(self.table(upper), {"x": [1, 3], "y": [5, 6], "base": [1, 2]})

    def test_a_histogram_has_its_edges(self):
        (histogram,) = self.series("plt.hist([1, 1, 2, 4], bins=3, label='h')")
        self.assertEqual((histogram["label"], histogram["kind"]), ("h", "histogram"))
        self.assertEqual(self.table(histogram), {"from": [1, 2, 3], "to": [2, 3, 4], "count": [2, 1, 1]})
        (stairs,) = self.series("plt.stairs([5, 6], [0, 1, 2])")
        self.assertEqual((stairs["kind"], self.table(stairs)), ("histogram", {"from": [0, 1], "to": [1, 2], "count": [5, 6]}))

    def test_boxes_have_their_five_numbers(self):
        (boxes,) = self.series("plt.boxplot([[1, 2, 3, 4, 5], [2, 4, 6, 8, 10]], tick_labels=['a', 'b'])")
        self.assertEqual(boxes["kind"], "box")
        self.assertEqual(self.table(boxes), {"x": ["a", "b"], "low": [1, 2], "q1": [2, 4], "median": [3, 6], "q3": [4, 8], "high": [5, 10]})
        across = self.series("plt.boxplot([[1, 2, 3, 4, 5]], orientation='horizontal')")[0]
        self.assertEqual((across["kind"], self.table(across)["median"]), ("box", [3]))
        seaborn = self.series("sns.boxplot(pd.DataFrame({'g': list('aaabbb'), 'v': range(6)}), x='g', y='v')")[0]
        self.assertEqual((self.table(seaborn)["x"], self.table(seaborn)["median"]), (["a", "b"], [1, 4]))

    def test_heatmaps_pies_errors_areas_contours(self):
        (heat,) = self.series("sns.heatmap(pd.DataFrame([[1, 2], [3, 4]], index=['p', 'q'], columns=['a', 'b']))")
        self.assertEqual(heat["kind"], "heatmap")
        self.assertEqual(self.table(heat), {"x": ["a", "b", "a", "b"], "y": ["p", "p", "q", "q"], "value": [1, 2, 3, 4]})
        (image,) = self.series("plt.imshow([[1, 2, 3], [4, 5, 6]])")
        self.assertEqual(self.table(image), {"x": [0, 1, 2] * 2, "y": [0] * 3 + [1] * 3, "value": [1, 2, 3, 4, 5, 6]})
        (pie,) = self.series("plt.pie([1, 3], labels=['k', 'l'])")
        self.assertEqual((pie["kind"], self.table(pie)), ("pie", {"label": ["k", "l"], "share": [0.25, 0.75]}))
        (errors,) = self.series("plt.errorbar([1, 2], [5, 6], yerr=[1, 2])")
        self.assertEqual((errors["kind"], self.table(errors)), ("errorbar", {"x": [1, 2], "y": [5, 6], "low": [4, 4], "high": [6, 8]}))
        (area,) = self.series("plt.fill_between([1, 2, 3], [4, 5, 6], [1, 2, 3])")
        self.assertEqual((area["kind"], self.table(area)), ("area", {"x": [1, 2, 3], "low": [1, 2, 3], "high": [4, 5, 6]}))
        (contour,) = self.series("plt.contour(np.arange(9).reshape(3, 3), levels=[2, 4])")
        self.assertEqual((contour["kind"], set(self.table(contour)["level"])), ("contour", {2, 4}))
        line, = self.series("ax = plt.figure().add_subplot(projection='3d'); ax.plot([1, 2], [3, 4], [5, 6])")
        self.assertEqual(self.table(line), {"x": [1, 2], "y": [3, 4], "z": [5, 6]})
        level, = self.series("plt.axhline(7, label='limit')")
        self.assertEqual((level["kind"], level["label"], self.table(level)), ("other", "limit", {"y": [7]}))

    def test_groups_of_seaborn_have_their_names(self):
        frame = "df = pd.DataFrame({'x': range(4), 'y': range(4), 'g': list('abab')})\n"
        points = self.series(f"{frame}sns.scatterplot(df, x='x', y='y', hue='g')")
        self.assertEqual([self.table(one)["group"] for one in points], [list("abab")])
        lines = self.series(f"{frame}sns.lineplot(pd.concat([df, df.assign(x=df.x + 9)]), x='x', y='y', hue='g')")
        self.assertEqual([one["label"] for one in lines], ["a", "b"])

    def test_each_axes_without_the_colour_bar(self):
        figure = self.figure("fig, (a, b) = plt.subplots(1, 2, layout='constrained')\na.plot([1]); fig.colorbar(b.scatter([1, 2], [3, 4], c=[5, 6])); fig.suptitle('S')")
        self.assertEqual((figure["title"], [len(axes["series"]) for axes in figure["axes"]]), ("S", [1, 1]))

    def test_many_points_are_bounded_and_counted(self):
        (line,) = self.series("plt.plot(np.arange(300_000))")
        self.assertEqual((line["points"], line["shown"], len(line["columns"][0]["values"])), (300_000, 20_000, 20_000))
        figure = self.figure("for at in range(250): plt.plot(np.random.rand(2000))")
        (axes,) = figure["axes"]
        self.assertEqual((len(axes["series"]), axes["moreSeries"]), (200, 50))
        self.assertLess(len(json.dumps(figure)), 1_100_000)
        self.assertEqual((axes["series"][0]["shown"], axes["series"][-1]["points"], axes["series"][-1]["shown"]), (2000, 2000, 0))

    def test_points_do_not_take_the_room_of_pictures(self):
        code = HEAD + "for at in range(12):\n    plt.plot(np.random.rand(20_000)); plt.title(f'figure {at}'); plt.show()"
        run = self.ok("python", code, limit=4 * 1024 * 1024)
        figures = run.bundles(FIGURE_MIME)
        self.assertEqual((len(run.bundles("image/png")), len(figures), run.done["truncated"]), (12, 12, []))
        shown = [figure["axes"][0]["series"][0]["shown"] for figure in figures]
        self.assertEqual((shown[0], shown[-1]), (20_000, 0))
        self.assertEqual(figures[-1]["title"], "figure 11")

    def test_display_result_update_and_show_each_have_it(self):
        code = HEAD + "fig, ax = plt.subplots(); ax.plot([1, 2]); plt.close(fig)\nhandle = display(fig, display_id=True)\nax.plot([3, 4])\nhandle.update(fig)\nfig"
        run = self.ok("python", code)
        counts = [len(figure["axes"][0]["series"]) for figure in run.bundles(FIGURE_MIME)]
        self.assertEqual(([output["output_type"] for output in run.outputs], counts), (["display_data", "update_display_data", "execute_result"], [1, 2, 2]))
        self.assertEqual(self.ok("python", HEAD + "plt.figure()\nNone").bundles(FIGURE_MIME), [])
        svg = "from matplotlib_inline.backend_inline import set_matplotlib_formats as f\nf('svg')\nplt.plot([1]); plt.show()\nf('png')"
        (figure,) = self.ok("python", HEAD + svg).bundles(FIGURE_MIME)
        self.assertEqual((figure["findings"], figure["axes"][0]["series"][0]["points"]), (None, 1))

    def test_nothing_of_the_figure_is_changed(self):
        code = HEAD + """
import base64, hashlib, io, pickle
from IPython.core import pylabtools
def make():
    np.random.seed(1)
    fig, ax = plt.subplots(); ax.plot(np.random.rand(50), label='a'); ax.legend(); ax.set_title('日本'); plt.close(fig)
    return fig
def state(fig): return hashlib.sha256(pickle.dumps({name: value for name, value in vars(fig).items() if name != 'canvas'})).hexdigest()
plain = io.BytesIO(); make().savefig(plain, format='png', bbox_inches='tight', dpi=120)
fig = make()
shown = get_ipython().display_formatter.format(fig)[0]
keys = sorted(vars(fig))
again = io.BytesIO(); fig.savefig(again, format='png', bbox_inches='tight', dpi=120)
other = make(); other.savefig(io.BytesIO(), format='png', bbox_inches='tight', dpi=120)
from matplotlib.text import Text
print(base64.b64decode(shown['image/png']) == plain.getvalue() == again.getvalue(), keys == sorted(vars(other)), Text.draw.__qualname__, Text._get_layout.__qualname__)
"""
        self.assertEqual(self.ok("python", code).text(), "True True Text.draw Text._get_layout\n")

    def test_a_failure_in_it_costs_only_the_description(self):
        code = HEAD + "from matplotlib.lines import Line2D\nkept = Line2D.get_xdata\nplt.plot([1, 2])\n"
        code += "def broken(*a, **k): raise RuntimeError('broken')\nLine2D.get_xdata = broken\nplt.show()\nLine2D.get_xdata = kept"
        run = self.ok("python", code)
        self.assertEqual((len(run.bundles("image/png")), run.bundles(FIGURE_MIME), run.text("stderr")), (1, [], ""))

    def test_it_costs_little_of_the_time_that_the_picture_takes(self):
        code = HEAD + """
import statistics, time, python_figures
from python_figures import data, looks, watch
spent = []
def timed(module, name):
    inner = getattr(module, name)
    def outer(*arguments):
        began = time.thread_time()
        try: return inner(*arguments)
        finally: spent.append(time.thread_time() - began)
    setattr(module, name, outer)
for module, name in ((data, 'described'), (looks, 'findings'), (watch, 'drawn_text')): timed(module, name)
shares = []
rng = np.random.default_rng(1)
for _ in range(20):
    fig, ax = plt.subplots(); ax.set(title='Prices', xlabel='day', ylabel='EUR')
    for at in range(3): ax.plot(rng.random(200).cumsum(), label=f'series {at}')
    ax.legend(); plt.close(fig)
    spent.clear(); began = time.thread_time()
    get_ipython().display_formatter.format(fig)
    whole = time.thread_time() - began
    shares.append((sum(spent) / (whole - sum(spent)), whole))
print(statistics.median(share for share, _ in shares), statistics.median(whole for _, whole in shares))
"""
        share, whole = map(float, self.ok("python", code, timeout_s=120).text().split())
        print(f"\nfigures: {share:.1%} of the time for the picture ({whole * 1000:.0f} ms)")
        # The aim is 5 %; the machine of a test may be busy.
        self.assertLess(share, 0.08)


class Proofreading(SandboxTest):
    """Precision and recall on a corpus of figures; `FIGURE_SEEDS` takes more of its data."""

    LEAST = {"ticks": 0.9, "overlap": 0.9, "clipped": 0.9, "empty": 0.9, "glyphs": 0.9, "legend": 0.8}

    def test_the_corpus(self):
        for half in ("figure_corpus.py", "figure_corpus_flaws.py"):
            with open(os.path.join(os.path.dirname(__file__), half), encoding="utf-8") as file:
                self.ok("python", file.read())
        names = self.ok("python", "print(*((name, *kinds) for name, (_, kinds) in FIGURES.items()), sep='\\n')").text()
        corpus = [ast.literal_eval(line) for line in names.splitlines()]
        self.assertGreaterEqual(min(Counter(name.split("_")[0] for name, *_ in corpus).values()), 40)
        right, false, missed, told = Counter(), Counter(), Counter(), []
        for seed in os.environ.get("FIGURE_SEEDS", "1").split(","):
            for name, *expected in corpus:
                figures = self.ok("python", f"draw({name!r}, {seed})\nplt.show()").bundles(FIGURE_MIME)
                findings = [finding for figure in figures for finding in figure["findings"]]
                found = {finding["kind"] for finding in findings}
                right.update(found & set(expected))
                false.update(found - set(expected))
                missed.update(set(expected) - found)
                if found != set(expected):
                    told.append(f"{name} {seed}: expected {expected}, found {[finding['sentence'] for finding in findings]}")
        for kind in sorted(self.LEAST):
            all_found, all_there = right[kind] + false[kind], right[kind] + missed[kind]
            print(f"\n{kind}: precision {right[kind] / max(all_found, 1):.3f}, recall {right[kind] / all_there:.3f} of {all_there}", end="")
            self.assertGreaterEqual(right[kind] / all_there, self.LEAST[kind], told)
            self.assertGreaterEqual(right[kind] / max(all_found, 1), 0.95, told)
        print("", *told, sep="\n")

    def test_the_sentences_say_where_and_what_to_do(self):
        code = HEAD + "fig, (a, b) = plt.subplots(2, layout='constrained')\na.bar([f'category {at}' for at in range(30)], range(30)); a.set_title('Sold')\nfig.text(0, 0, 'x'); plt.show()"
        (figure,) = self.ok("python", code).bundles(FIGURE_MIME)
        self.assertEqual(
            [(finding["kind"], finding["axes"], finding["sentence"]) for finding in figure["findings"]],
            [
                ("ticks", 0, '30 of 30 tick labels of the x axis of subplot 1 ("Sold") overlap: rotate them, show fewer, or make the font smaller.'),
                ("empty", 1, "Nothing is drawn in subplot 2: draw in it, or remove it."),
            ],
        )

    def test_warnings_of_matplotlib_name_the_places_that_they_name_without_it(self):
        draw = "import matplotlib.pyplot as plt\nplt.ioff(); fig, ax = plt.subplots(); ax.set_title('กข'); display(fig); plt.close(fig)"
        here = self.ok("python", draw)
        self.assertEqual([finding["kind"] for finding in here.bundles(FIGURE_MIME)[0]["findings"]], ["empty", "glyphs"])
        self.ok("python", "from IPython.core import pylabtools as p\nkept = p.print_figure\np.print_figure = p.print_figure.__closure__[0].cell_contents\nimport warnings; warnings.resetwarnings()")
        self.ok("python", "from matplotlib_inline.backend_inline import set_matplotlib_formats as f\nf('png')")
        plain = self.ok("python", draw)
        self.assertEqual(len(plain.bundles("image/png")), 1)
        self.assertEqual((here.text("stderr"), plain.bundles(FIGURE_MIME)), (plain.text("stderr"), []))
        self.assertIn("missing from font", here.text("stderr"))
        self.ok("python", "p.print_figure = kept\nf('png')")

    def test_what_it_computes_warns_of_nothing(self):
        run = self.ok("python", HEAD + "plt.plot([0, 1e300]); plt.yscale('log'); plt.legend(['a']); plt.show()")
        self.assertEqual((len(run.bundles(FIGURE_MIME)), run.text("stderr")), (1, ""))
