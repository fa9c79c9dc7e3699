"""Variables and tables as the user sees them: types, pages, orders, filters, and objects that do their worst."""

import time

from driver import SandboxTest
from test_queries import HOSTILE

FRAME = "application/vnd.code-interpreter.frame+json"
ALL = {"row": 0, "rows": 100, "column": 0, "columns": 50}
PREPARE = """
import pandas as pd, numpy as np, pyarrow as pa, datetime
from os.path import join
df = pd.DataFrame({"n": [3, 1, None, 2], "s": ["x", "y", None, "x"], "t": pd.to_datetime(["2024-01-01", "2024-02-01", None, "2023-01-01"]),
                   "c": pd.Categorical(["u", "v", "u", "u"]), "b": [True, False, True, True]})
"""


class Data(SandboxTest):
    def rows(self, filters=(), sorts=(), **params) -> list[str]:
        """The labels of the rows that a view of `df` has."""
        view = {
            "filters": [{"column": column, "op": op, "values": values} for column, op, *values in filters],
            "sorts": [{"column": column, "descending": descending} for column, descending in sorts],
        }
        return self.answered("tablePage", {"name": "df", **ALL, "view": view, **params})["labels"]

    def variables(self) -> dict[str, dict]:
        return {told["name"]: told for told in self.answered("variables")["variables"]}

    def test_variables_are_the_users_own(self):
        self.ok("python", PREPARE + "text, num, nest = 'hallo', 3**50, {'a': [1, (2, 3)]}\ndef double(x): return 2 * x\nprint(join('a'))\n7")
        told = self.variables()
        self.assertLessEqual({"df", "text", "num", "nest", "double"}, told.keys())
        self.assertFalse({"pd", "np", "join", "In", "Out", "_", "_7", "exit", "get_ipython"} & told.keys())
        self.assertEqual((told["df"]["shape"], told["df"]["type"], told["df"]["table"]), ("4 × 5", "DataFrame", True))
        self.assertEqual((told["text"]["shape"], told["text"]["preview"], told["text"]["table"]), ("5", "'hallo'", False))
        self.assertEqual(told["nest"]["preview"], "{'a': [1, (2, 3)]}")

    def test_objects_that_do_their_worst_are_listed_by_class(self):
        self.ok("python", HOSTILE + """
import pandas as pd
listed = [dying, sleeping]
cells = pd.DataFrame({"o": [dying, sleeping, stubborn, "text"] * 3})
class Frame(pd.DataFrame):
    @property
    def _constructor(self): raise SystemExit
    def __len__(self): time.sleep(60)
mine = Frame({"a": [1, 2]})
""")
        began_at = time.monotonic()
        told = self.variables()
        self.assertLess(time.monotonic() - began_at, 3)
        self.assertEqual((told["dying"]["type"], told["dying"]["preview"]), ("Hostile", "<Hostile>"))
        self.assertEqual(told["listed"]["preview"], "[<Hostile>, <Hostile>]")
        value = self.answered("variableValue", {"name": "dying"})
        self.assertEqual(value["tree"], {"<Hostile>": {"act": "die"}})
        view = {"filters": [{"column": 0, "op": "contains", "values": ["hostile"]}], "sorts": [{"column": 0, "descending": True}]}
        page = self.answered("tablePage", {"name": "cells", **ALL, "view": view})
        self.assertEqual((page["matched"], page["cells"][0]), (9, ["<Hostile>"]))
        self.assertEqual(self.answered("columnSummary", {"name": "cells", "column": 0})["top"][0], {"value": "<Hostile>", "count": 9})
        self.assertEqual(self.answered("tablePage", {"name": "mine", **ALL})["cells"], [["1"], ["2"]])
        run = self.ok("python", "1")
        self.assertEqual((run.text() + run.text("stderr"), run.done["stateLost"]), ("", False))

    def test_pages_are_cut_out_of_the_table_and_missing_is_null(self):
        self.ok("python", PREPARE)
        page = self.answered("tablePage", {"name": "df", "row": 1, "rows": 2, "column": 0, "columns": 2})
        self.assertEqual((page["rowCount"], page["columnCount"], page["row"]), (4, 5, 1))
        self.assertEqual([(c["name"], c["kind"]) for c in page["columns"]], [("n", "number"), ("s", "text")])
        self.assertEqual((page["labels"], page["cells"]), (["1", "2"], [["1.0", "y"], [None, None]]))

    def test_orders_are_stable_with_missing_values_last(self):
        self.ok("python", PREPARE)
        self.assertEqual(self.rows(sorts=[(0, False)]), ["1", "3", "0", "2"])
        self.assertEqual(self.rows(sorts=[(0, True)]), ["0", "3", "1", "2"])
        self.assertEqual(self.rows(sorts=[(1, False), (0, True)]), ["0", "3", "1", "2"])
        self.assertEqual(self.rows(sorts=[(2, False)]), ["3", "0", "1", "2"])
        self.assertEqual(self.rows(sorts=[(3, True)]), ["1", "0", "2", "3"])

    def test_filters_hold_together(self):
        self.ok("python", PREPARE)
        for filters, labels in (
            ([(0, "greater", "1")], ["0", "3"]), ([(0, "between", "1", "2")], ["1", "3"]), ([(1, "contains", "X")], ["0", "3"]),
            ([(0, "equals", "2"), (1, "equals", "x")], ["3"]), ([(2, "less", "2024-01-15")], ["0", "3"]), ([(0, "missing")], ["2"]),
            ([(1, "present")], ["0", "1", "3"]), ([(3, "in", "v", "w")], ["1"]), ([(4, "equals", "false")], ["1"]),
        ):  # fmt: skip
            self.assertEqual(self.rows(filters=filters), labels, filters)
        self.assertEqual(self.rows(filters=[(1, "equals", "x")], sorts=[(0, False)]), ["3", "0"])
        view = {"filters": [{"column": 0, "op": "less", "values": ["abc"]}], "sorts": []}
        self.assertEqual(self.sandbox.query("tablePage", {"name": "df", **ALL, "view": view})["problem"], "'abc' is not a number.")

    def test_filters_of_texts_that_come_again_find_the_same_as_one_by_one(self):
        """Such a column is looked at by its distinct texts, in chunks; texts of classes of one's own, and mixed ones, never."""
        self.ok("python", """
import pandas as pd
class Odd(str):
    def __hash__(self): raise RuntimeError("asked for a hash")
names = ["North", "South", None, "Übersee"] * 60_000
df = pd.DataFrame({"s": names, "all": [f"id {n}" for n in range(240_000)], "mixed": [1, True, "1", None] * 60_000,
                   "odd": [Odd("North"), "South", None, "East"] * 60_000})
""")
        for column, op, values, remainder in (
            (0, "contains", ["OU"], 1), (0, "equals", ["Übersee"], 3), (0, "between", ["N", "O"], 0), (0, "less", ["O"], 0),
            (2, "in", ["True"], 1), (3, "contains", ["sou"], 1),
        ):  # fmt: skip
            view = {"filters": [{"column": column, "op": op, "values": values}], "sorts": []}
            told = self.answered("tablePage", {"name": "df", **ALL, "row": 59_900, "view": view}, timeout_s=60)
            self.assertEqual(told["matched"], 60_000, (column, op))
            self.assertEqual(told["labels"][-1], str(4 * 59_999 + remainder), (column, op))
        self.assertEqual(self.rows(filters=[(1, "contains", "ID 23999")])[:2], ["23999", "239990"])

    def test_an_order_is_made_anew_after_a_cell(self):
        self.ok("python", PREPARE)
        self.assertEqual(self.rows(sorts=[(0, False)])[0], "1")
        self.ok("python", "df.loc[3, 'n'] = -5")
        self.assertEqual(self.rows(sorts=[(0, False)])[0], "3")

    def test_summaries(self):
        self.ok("python", PREPARE)
        number = self.answered("columnSummary", {"name": "df", "column": 0})
        self.assertEqual([number[key] for key in ("rows", "missing", "distinct", "min", "max", "mean")], [4, 1, 3, "1.0", "3.0", "2.0"])
        self.assertEqual(sum(number["bins"]), 3)
        self.assertEqual(self.answered("columnSummary", {"name": "df", "column": 1})["top"][0], {"value": "x", "count": 2})

    def test_tables_of_every_kind(self):
        self.ok("python", PREPARE + """
tables = dict(series=df.n, array=np.arange(6).reshape(2, 3), arrow=pa.table({"x": [1, None]}), dicts=[{"k": 1}, {"j": "b"}],
              short=np.array([0.1], dtype="float32"), levels=df.groupby(["s", "b"]).agg({"n": ["min", "max"]}))
globals().update(tables)
""")
        cells = {name: self.answered("tablePage", {"name": name, **ALL})["cells"] for name in ("series", "array", "arrow", "dicts", "short")}
        self.assertEqual(cells["series"][1], ["1.0"])
        self.assertEqual(cells["array"], [["0", "1", "2"], ["3", "4", "5"]])
        self.assertEqual(cells["arrow"], [["1"], [None]])
        self.assertEqual(cells["dicts"], [["1.0", None], [None, "b"]])
        self.assertEqual(cells["short"], [["0.1"]])
        levels = self.answered("tablePage", {"name": "levels", **ALL})
        self.assertEqual((levels["columns"][0]["name"], levels["labels"][0]), ("n / min", "x / True"))

    def test_an_output_names_its_live_table_until_it_is_gone(self):
        run = self.ok("python", PREPARE + "display(df)\ndisplay(df.head(1))")
        kept, gone = [bundle["handle"] for bundle in run.bundles(FRAME)]
        self.ok("python", "df['new'] = 1")
        page = self.answered("tablePage", {"handle": kept, **ALL})
        self.assertEqual((page["names"], page["columnCount"]), (["df"], 6))
        for handle in (gone, "of-another-kernel"):
            self.assertEqual(self.sandbox.query("tablePage", {"handle": handle, **ALL})["reason"], "refused")

    def test_500_variables_and_10_million_rows(self):
        """The figures are printed; what is asserted is what does not depend on the machine's load."""
        self.ok("python", """
import numpy as np, pandas as pd
for k in range(500): globals()[f"v{k}"] = [k, str(k), list(range(k)), {"a": k}, np.arange(k), pd.DataFrame({"a": range(k)}), k * 1.5][k % 7]
rows = 10_000_000
big = pd.DataFrame({"i": np.arange(rows), "f": np.random.default_rng(0).random(rows), "s": np.tile(np.array(["alpha", "beta"], dtype=object), rows // 2)})
""")
        figures = {}

        def took(what: str, query: str, **params):
            began_at = time.monotonic()
            answer = self.answered(query, params, timeout_s=60)
            figures[what] = round((time.monotonic() - began_at) * 1000)
            return answer

        self.assertGreaterEqual(len(took("500 variables", "variables")["variables"]), 500)
        before = self.memory()
        page = {**ALL, "row": 5_000_000, "rows": 300}
        self.assertEqual(took("page", "tablePage", name="big", **page)["cells"][0][0], "5000000")
        self.assertLess(self.memory() - before, 50, "a page must not copy the table")
        by_f = {"sorts": [{"column": 1, "descending": True}], "filters": []}
        took("sort", "tablePage", name="big", **page, view=by_f)
        took("page of the sorted", "tablePage", name="big", **{**page, "row": 9_999_900}, view=by_f)
        few = {"sorts": [], "filters": [{"column": 1, "op": "less", "values": ["0.01"]}]}
        self.assertLess(took("filter of numbers", "tablePage", name="big", **{**page, "row": 0}, view=few)["matched"], 110_000)
        text = {"sorts": [], "filters": [{"column": 2, "op": "contains", "values": ["ALPHA"]}]}
        self.assertEqual(took("filter of text", "tablePage", name="big", **{**page, "row": 0}, view=text)["matched"], 5_000_000)
        self.assertLess(self.memory() - before, 400, "an order is 80 MB of positions")
        print("ms:", figures, "MB of the kernel:", before, self.memory())

    def memory(self) -> int:
        """Resident MB of the kernel's process."""
        return int(self.ok("python", "int(open('/proc/self/statm').read().split()[1]) * 4096 // 10**6").result)
