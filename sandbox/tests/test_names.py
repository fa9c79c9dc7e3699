"""The names that a cell's code reads and sets: by static analysis in the live kernel, and nothing of it runs."""

from driver import SandboxTest

CASES = [
    # code, uses, sets, imports
    ("import pandas as pd\ndf = pd.read_csv('x')", "", "df pd", "pd"),
    ("from os import path as p, sep", "", "p sep", "p sep"),
    ("df['a'] = df.b * 2", "df", "df", ""),
    ("df.loc[0, 'a'] = k", "df k", "df", ""),
    ("clean = df.dropna()\nclean.sort_values('a', inplace=True)", "df", "clean", ""),
    ("rows.append(3); rows.index(3)", "rows", "rows", ""),
    ("rows.index(3)", "rows", "", ""),
    ("for i in rows:\n  total += i\nprint(i, total)", "rows total", "i total", ""),
    ("x = [y * k for y in ys if y > limit for z in y]", "k limit ys", "x", ""),
    ("def f(a):\n  global g\n  g = 1\n  return a + h + f(a)\nf(1)", "h", "f g", ""),
    ("f = lambda a, b=c: a + d", "c d", "f", ""),
    ("class A(B):\n  q = w\n  def m(self): return self.q + e", "B e w", "A", ""),
    ("if c:\n  v = 1\nelse:\n  v = 2\nprint(v)", "c", "v", ""),
    ("if c:\n  v = 1\nprint(v)", "c v", "v", ""),
    ("del x, y['k']", "x y", "x y", ""),
    ("match p:\n  case {'a': q, **r}: print(q, r)", "p", "q r", ""),
    ("z = (n := 5) + n + await go(x)", "go x", "n z", ""),
    ("with open(path) as fh: data = fh.read()\nprint(data)", "path", "data fh", ""),
    ("print(f'{name!r:>{width}}')", "name width", "", ""),
    # Magics
    ("%matplotlib inline\nax = df.plot()", "df", "ax", ""),
    ("%time model = fit(df)", "df fit", "model", ""),
    ("%%time\nmodel = fit(df)", "df fit", "model", ""),
    ("%timeit -n 3 -r 2 once = fit(df)", "df fit", "", ""),
    ("%%capture shown\nx = y", "y", "shown x", ""),
    ("files = !ls {folder} $other", "folder other", "files", ""),
    ("%%bash\nx=1; echo $y", "y", "", ""),
    ("df?", "", "", ""),
]


class Names(SandboxTest):
    def names(self, *codes: str) -> list:
        return self.answered("names", {"cells": list(codes)})["cells"]

    def test_what_code_reads_and_sets(self):
        found = self.names(*(code for code, *_ in CASES))
        for (code, *wanted), names in zip(CASES, found, strict=True):
            with self.subTest(code=code):
                self.assertEqual([" ".join(names[key]) for key in ("uses", "sets", "imports")], wanted)

    def test_a_method_of_a_module_changes_no_variable(self):
        self.ok("python", "import numpy as np\nlist_of_mine = [1]")
        code = "np.append(a, 1); np.random.seed(1); list_of_mine.append(2)"
        self.assertEqual(self.names(code), [{"uses": ["a", "list_of_mine", "np"], "sets": ["list_of_mine"], "imports": []}])

    def test_what_is_no_python_has_no_names(self):
        deep = "(" * 5000 + ")" * 5000
        self.assertEqual(self.names("(", "x = ", "\0", deep, "y"), [None, None, None, None, {"uses": ["y"], "sets": [], "imports": []}])

    def test_nothing_of_the_code_runs_and_the_users_transformers_do_not_either(self):
        self.ok("python", "ran = []\nget_ipython().input_transformers_post.append(lambda lines: ran.append(1) or lines)")
        self.ok("python", "ran.clear()")
        self.names("ran.append(2)\nx_of_nobody = 1\n!touch /outputs/ran")
        code = "import os; (len(ran), 'x_of_nobody' in globals(), os.path.exists('/outputs/ran'))"
        self.assertEqual(self.ok("python", code).result, "(1, False, False)")
