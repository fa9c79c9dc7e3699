"""The variables of JavaScript and bash: what cells have set, without running anything of it."""

import time

from driver import SandboxTest


class Variables(SandboxTest):
    language = ""

    def variables(self) -> dict[str, dict]:
        answer = self.answered("variables", language=self.language)
        self.assertEqual(answer["more"], 0)
        return {told["name"]: told for told in answer["variables"]}

    def shown(self, *keys: str) -> dict[str, tuple]:
        return {name: tuple(told[key] for key in keys) for name, told in self.variables().items()}

    def value(self, name: str) -> dict:
        return self.answered("variableValue", {"name": name}, language=self.language)

    def anew(self) -> None:
        self.sandbox.connection.send({"op": "restart", "id": f"anew {self.language}"})
        self.sandbox.connection.until("restarted")

    def took_ms(self) -> int:
        began_at = time.monotonic()
        self.assertGreaterEqual(len(self.variables()), 500)
        return round((time.monotonic() - began_at) * 1000)


class OfJavaScript(Variables):
    language = "javascript"

    def test_what_cells_declared_and_nothing_else(self):
        self.anew()
        self.ok("javascript", "const n = 10n, text = 'two\\nlines'; let list = [1, 'two', { three: 3 }]; var nothing = null\nfunction add(a, b) { return a + b }\nimplicit = -0")
        self.ok("javascript", "class Point { x = 1; get y() { return 2 } }\nlet point = new Point(), table = new Map([['k', [1]]]), bytes = Buffer.from('abc'), numbers = new Float64Array(1000), when = new Date(0)")
        self.assertEqual(self.shown("type", "shape", "bytes", "preview"), {
            "n": ("bigint", None, None, "10n"),
            "text": ("string", "9", None, '"two\\nlines"'),
            "list": ("Array", "3", None, '[1, "two", Object]'),
            "nothing": ("null", None, None, "null"),
            "add": ("function", None, None, "function add(a, b) { return a + b }"),
            "implicit": ("number", None, None, "-0"),
            "Point": ("class", None, None, "class Point { x = 1; get y() { return 2 } }"),
            "point": ("Point", None, None, "{x: 1}"),
            "table": ("Map", "1", None, '{"k" => Array(1)}'),
            "bytes": ("Buffer", "3", 3, "[97, 98, 99]"),
            "numbers": ("Float64Array", "1,000", 8000, "[" + "0, " * 39 + "0…"),
            "when": ("Date", None, None, "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)"),
        })  # fmt: skip
        self.assertEqual(self.value("text")["text"], "two\nlines")
        self.assertEqual(self.value("add")["text"], "function add(a, b) { return a + b }")
        self.assertIn("no variable gone", self.sandbox.query("variableValue", {"name": "gone"}, language="javascript")["problem"])
        self.assertEqual(self.sandbox.query("variableValue", {"name": "add(1)"}, language="javascript")["reason"], "refused")

    def test_nothing_of_the_users_runs(self):
        self.ok("javascript", """
globalThis.ran = [];
const seen = (what, value) => { ran.push(what); return value };
const hostile = { get a() { return seen('getter', 1) }, get [Symbol.toStringTag]() { return seen('tag', 'x') },
  [Symbol.for('nodejs.util.inspect.custom')]() { return seen('inspect', 'x') }, toString() { return seen('text', 'x') },
  toJSON() { return seen('json', 1) } };
const trap = new Proxy({}, new Proxy({}, { get(_, name) { return () => seen(name) } }));
Object.defineProperty(globalThis, 'accessor', { get() { return seen('accessor', 1) }, configurable: true, enumerable: true });
String.prototype.slice = String.prototype.toString = () => seen('string', 'x');
Array.prototype.map = Array.prototype.filter = Array.prototype.toJSON = () => seen('array', []);
RegExp.prototype.exec = () => seen('expression', null);
Object.getOwnPropertyNames = Reflect.getOwnPropertyDescriptor = Reflect.ownKeys = () => seen('object', []);
let globalThis_ = 1, Symbol_ = 'a text';
""")
        told = self.variables()
        before = (told["ran"], self.value("ran"))
        self.assertEqual(told["trap"]["preview"], "Proxy(Object)")
        self.assertIn("a: (getter)", told["hostile"]["preview"])
        self.assertEqual(told["Symbol_"]["preview"], '"a text"')
        self.assertNotIn("accessor", told)
        for name in ("hostile", "trap", "Symbol_"):
            self.value(name)
        # What the cell itself has run is there already.
        self.assertEqual((self.variables()["ran"], self.value("ran")), before)

    def test_a_cell_that_failed_half_way_and_huge_values(self):
        self.run_cell("javascript", "let early = 1, late = (() => { throw new Error('stop') })()")
        self.ok("javascript", "const huge = 'x'.repeat(100_000_000), many = new Array(5_000_000).fill(7)")
        told = self.variables()
        self.assertEqual((told["huge"]["shape"], told["many"]["shape"]), ("100,000,000", "5,000,000"))
        self.assertEqual((told["early"]["preview"], told["late"]["type"]), ("1", "uninitialized"))
        self.assertEqual(len(self.value("huge")["text"]), 123)

    def test_500_variables(self):
        self.ok("javascript", "for (let n = 0; n < 500; n++) globalThis[`v${n}`] = [n, { n }, `text ${n}`, [n]][n % 4]")
        print("ms:", [self.took_ms() for _ in range(3)])

    def test_a_cell_waits_for_no_query_and_gets_its_own_answer(self):
        self.ok("javascript", "for (let n = 0; n < 4000; n++) globalThis[`w${n}`] = { n }")
        for _ in range(3):
            query = self.sandbox.ask("variables", language="javascript")
            cell = self.sandbox.start("javascript", "6 * 7")
            # Whichever comes first, each is answered once.
            answers = [self.sandbox.connection.until("answered", id=query)["result"]]
            self.assertIn(answers[0].get("reason"), ("cancelled", "busy", None))
            self.assertEqual(self.sandbox.wait(cell).result, "42")


class OfBash(Variables):
    language = "bash"

    def test_what_cells_set_and_nothing_else(self):
        self.anew()
        self.ok("bash", ":")
        self.assertEqual(self.variables(), {})
        self.ok("bash", r"""a=1 empty=; text=$'two\nlines "q" $x'; multi='x
declare -- fake="1"'; export E=out; declare -i n=42; list=(one "two words" $'th\nree'); declare -A map=([k]=v ["a b"]='c]d'); declare later; greet() { echo hi; }""")
        self.ok("bash", "cd /tmp; unset a; PATH=$PATH:/tmp/bin")
        self.assertEqual(self.shown("type", "shape", "preview"), {
            "empty": ("string", "0", ""),
            "text": ("string", "16", 'two lines "q" $x'),
            "multi": ("string", "21", 'x declare -- fake="1"'),
            "E": ("string, exported", "3", "out"),
            "n": ("integer", "2", "42"),
            "list": ("array", "3", "one, two words, th ree"),
            "map": ("map", "2", "k: v, a b: c]d"),
            "later": ("string", None, ""),
            "greet()": ("function", None, ""),
            "PATH": ("string, exported", "51", "/usr/local/bin:/usr/bin:/bin:/packages/bin:/tmp/bin"),
        })  # fmt: skip
        self.assertEqual(self.value("list")["tree"], ["one", "two words", "th\nree"])
        self.assertEqual(self.value("map")["tree"], {"k": "v", "a b": "c]d"})
        self.assertEqual(self.value("text")["text"], 'two\nlines "q" $x')
        self.assertIn("echo hi", self.value("greet()")["text"])
        for name in ("a", "x;touch /outputs/ran", "$(touch /outputs/ran)", "f;touch /outputs/ran()"):
            self.assertEqual(self.sandbox.query("variableValue", {"name": name}, language="bash")["reason"], "refused", name)
        self.assertEqual(self.ok("bash", "ls /outputs; echo $n").text(), "42\n")

    def test_no_trap_or_function_of_a_cell_lists_and_the_next_cell_sees_nothing_of_it(self):
        self.ok("bash", "declare() { touch /outputs/ran; }; printf() { touch /outputs/ran; }; trap 'touch /outputs/trapped' EXIT; set -u; mine=1")
        self.assertEqual(self.variables()["mine"]["preview"], "1")
        self.assertEqual(self.ok("bash", "ls /outputs; echo \"$mine $?\"; trap - EXIT; unset -f declare printf; set +u").text(), "1 0\n")

    def test_a_huge_value_leaves_the_names_of_all(self):
        self.ok("bash", "huge=$(head -c 20000000 /dev/zero | tr '\\0' y); zlast=1")
        told = self.variables()
        self.assertLessEqual({"huge", "zlast"}, told.keys())
        self.assertEqual(self.ok("bash", "echo ${#huge}; unset huge").text(), "20000000\n")

    def test_500_variables(self):
        self.ok("bash", "for n in $(seq 500); do declare \"v$n=value $n\"; done")
        print("ms:", [self.took_ms() for _ in range(3)])
