"""The names that a cell's code reads and sets: by static analysis, and nothing of it runs."""

import time

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
        check = "import os; (len(ran), 'x_of_nobody' in globals(), os.path.exists('/outputs/ran'))"
        self.ok("python", "ran.clear()")
        without = self.ok("python", check).result
        self.ok("python", "ran.clear()")
        self.names("ran.append(2)\nx_of_nobody = 1\n!touch /outputs/ran")
        self.assertEqual(self.ok("python", check).result, without)
        self.assertIn("False, False", without)


JAVASCRIPT = [
    # code, uses, sets, imports
    ("const a = b + 1; let {c, d: [e, ...f], g = h} = i", "b h i", "a c e f g", ""),
    ("var j; j", "j", "", ""),
    ("var j; j = 1; j", "", "j", ""),
    ("function k(l) { return l + m }", "m", "k", ""),
    ("class N extends O { static p = q; r() { return this.s + t } }", "O q t", "N", ""),
    ("x = 1; y = x", "", "x y", ""),
    ("total = total + 1; n += 1; k++", "k n total", "k n total", ""),
    ("a = b = c; a; b", "c", "a b", ""),
    ("if (a) { b = 1 }\nc = b", "a b", "b c", ""),
    ("rows.push(3); rows.indexOf(3)", "rows", "rows", ""),
    ("rows.indexOf(3); rows.slice().sort()", "rows", "", ""),
    ("w.a.b = 2; delete v['q']; u[0]++; a?.b.push(k)", "a k u v w", "a u v w", ""),
    ("({a, b: c.d, ...e} = f); [g[0], h] = k", "c f g k", "a c e g h", ""),
    ("const x = 1; { const rows = []; rows.push(x) } (rows) => rows.push(1)", "", "x", ""),
    ("function q(rows) { y = 1; rows.length = 0; cache.clear() }", "cache", "cache q y", ""),
    ("for (const r of rows) { s += r.value }", "rows s", "s", ""),
    ("const fs = require('fs'), { join } = await import('node:path')\nimport z, { q as r } from 'm'", "", "fs join r z", "fs join r z"),
    ("fs.appendFileSync(await path, JSON.stringify({ y, z: 1 }), `${t}`)", "fs path t y", "", ""),
    ("Object.assign(cfg, extra); globalThis.tot = 3; globalThis.read; globalThis['q'] += 1", "cfg extra q read", "cfg q tot", ""),
    ("try { a } catch (e) { e } label: for (;;) { break label }", "a", "", ""),
    ("console.log(Math.max(...x)); console = 3", "x", "console", ""),
    ("async function f() { await g() } await f()", "g", "f", ""),
]

BASH = [
    ("x=5; echo $x $z", "z", "x", ""),
    ("x=$((y + 1)); (( n++, m = k )); let w+=1", "k n w y", "m n w x", ""),
    ("a=1 b=$a", "", "a b", ""),
    ("a=1 b=$c tool $d", "c d tool()", "", ""),
    ("arr=(1 $two); arr+=(3); other[i]=5; echo ${arr[@]} ${#len} ${x:-$y} ${p:=4} ${!q}", "len other p q two x y", "arr other p", ""),
    ("export A=1 B; declare -A m; unset v", "B m v", "A B m v", ""),
    ("f() { local a=1; b=$c; echo $a $1 $@; }\nf\ng", "c g()", "b f()", ""),
    ("alias ll='ls -l'; ll", "", "ll()", ""),
    ("for i in $l; do echo $i $q; done; echo $i", "l q", "i", ""),
    ("for ((i = 0; i < lim; i++)); do :; done", "lim", "i", ""),
    ("while read -r l rest; do n=$l; done < $file; echo $n", "file n", "l n rest", ""),
    ("if grep -q $p f; then a=1; else a=2; fi; echo $a", "a grep() p", "a", ""),
    ("case $x in a) y=1;; esac; [[ $s == t ]] && c=1", "s x", "c y", ""),
    ("(s=1; echo $s); v=1 | w=$u; q=$(r=1; echo $r $t); z=1 & e=2", "t u", "e q", ""),
    ("printf -v out %s $k; mapfile -t lines < f; read -a parts", "k", "lines out parts", ""),
    ("read <$f; read -ra all", "f", "REPLY all", ""),
    ("cat <<EOF\n$x `echo $y` $((k + 1))\nEOF", "cat() k x y", "", ""),
    ("cat <<'EOF'\n$x\nEOF\necho 'a $b' # $c", "cat()", "", ""),
]

#: What makes parsers slow, deep or large; each below the limit of characters.
HOSTILE = {
    "javascript": ["(" * 100_000, "[" * 60_000 + "]" * 60_000, "a=>" * 50_000, "`${" * 60_000, "a?b:" * 40_000, "x=1;" * 49_000],
    "bash": ["$(" * 20_000 + ")" * 20_000, "<<A\n" * 30_000, "|" * 199_000, "f(){ " * 30_000, "(((" * 30_000, "x=1;" * 49_000],
}


class OtherNames(SandboxTest):
    """Of JavaScript and bash: by parsers in a process of its own."""

    def names(self, language: str, *codes: str, **options) -> list:
        return self.answered("names", {"cells": list(codes)}, language=language, **options)["cells"]

    def check(self, language: str, cases: list) -> None:
        for (code, *wanted), names in zip(cases, self.names(language, *(code for code, *_ in cases)), strict=True):
            with self.subTest(code=code):
                self.assertIsNotNone(names)
                self.assertEqual([" ".join(names[key]) for key in ("uses", "sets", "imports")], wanted)

    def test_what_javascript_reads_and_sets(self):
        self.check("javascript", JAVASCRIPT)

    def test_what_bash_reads_and_sets(self):
        self.check("bash", BASH)

    def test_what_cannot_be_read_is_unknown_and_the_others_are_not(self):
        wanted = {"uses": ["y"], "sets": ["x"], "imports": []}
        self.assertEqual(self.names("javascript", "(", "x = ", "\0", "x = y", " " * 200_001), [None, None, None, wanted, None])
        self.assertEqual(self.names("bash", "if", "x=( ; echo", "\0", "x=$y", " " * 200_001), [None, None, None, wanted, None])

    def test_code_made_to_be_slow_holds_nobody_up(self):
        for language, codes in HOSTILE.items():
            for code in codes:
                began_at = time.monotonic()
                result = self.sandbox.query("names", {"cells": ["x=y", code]}, language=language, timeout_s=8)
                with self.subTest(language=language, code=code[:9]):
                    self.assertLess(time.monotonic() - began_at, 10)
                    self.assertTrue(result["ok"], result)
                    self.assertIsNotNone(result["answer"]["cells"][0])
        # Of a limit that nothing can keep, too.
        self.assertEqual(self.sandbox.query("names", {"cells": ["x"]}, language="bash", timeout_s=0.001)["reason"], "timeout")
        self.assertNotIn("code_names", "\n".join(self.sandbox.processes()))

    def test_a_cell_that_comes_ends_it_and_a_running_one_comes_first(self):
        slow = ["|" * 190_000] * 50
        query = self.sandbox.ask("names", {"cells": slow}, language="bash", timeout_s=60)
        time.sleep(0.5)
        began_at = time.monotonic()
        self.assertEqual(self.ok("python", "6 * 7").result, "42")
        self.assertLess(time.monotonic() - began_at, 5)
        query = self.sandbox.ask("names", {"cells": slow}, language="bash", timeout_s=60)
        time.sleep(0.5)
        self.sandbox.connection.send({"op": "cancel", "id": query})
        self.assertEqual(self.sandbox.connection.until("answered", id=query)["result"]["reason"], "cancelled")
        id = self.sandbox.start("bash", "sleep 2")
        self.sandbox.connection.until("started", id=id)
        self.assertEqual(self.sandbox.query("names", {"cells": ["x"]}, language="javascript")["reason"], "busy")
        self.assertEqual(self.sandbox.wait(id).status, "ok")

    def test_nothing_of_the_code_runs_and_no_kernel_is_started(self):
        self.names("javascript", "require('fs').writeFileSync('/outputs/ran', '')")
        self.names("bash", "touch /outputs/ran; x=$(touch /tmp/ran)")
        self.assertEqual(self.sandbox.query("other", {}, language="javascript")["reason"], "gone")
        self.assertEqual(self.ok("bash", "ls /outputs/ran /tmp/ran 2>/dev/null || true").text(), "")

    def test_what_cells_have_installed_does_not_take_the_parsers_place(self):
        self.ok("bash", "m=/packages/lib/node_modules; for p in acorn eslint-scope web-tree-sitter; do rm -rf $m/$p; mkdir $m/$p; echo 'throw 1' >$m/$p/index.js; done")
        self.assertEqual([len(self.names(language, "x = y")) for language in ("javascript", "bash")], [1, 1])
        self.assertEqual(self.names("javascript", "x = y")[0]["uses"], ["y"])
