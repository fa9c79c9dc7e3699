"""How tables join: joins that are declared, joins that are inferred, and pictures whose lines can be followed."""

import json
import os
import sqlite3

import schema_corpus
from driver import SandboxTest

#: In the sandbox: what the geometry of a drawing breaks.
CHECKER = """
import itertools, json
from code_interpreter import schema_diagram
from code_interpreter._schema_layout import near_lines

def inside(box, x, y):
    left, bottom, right, top = box
    return left + 1 < x < right - 1 and bottom + 1 < y < top - 1

def faults(diagram):
    layout = diagram.layout
    through = [(line.join, name) for line in layout.lines for name, box in layout.boxes.items() if any(inside(box, x, y) for x, y in line.points(60))]
    over = [(one, other) for (one, a), (other, b) in itertools.combinations(layout.boxes.items(), 2) if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]
    near = near_lines(layout)
    alike = [(one, other) for one in near for other in near[one] if one < other and diagram._joins[one].colour == diagram._joins[other].colour]
    loose = [line.join for line in layout.lines if not any(box[0] - 2 <= line.start[0] <= box[2] + 2 and box[1] - 2 <= line.start[1] <= box[3] + 2 for box in layout.boxes.values())]
    return {"through": through, "over": over, "alike": alike, "loose": loose, "drawn": sorted({line.join for line in layout.lines}), "joins": diagram.joins.to_dict("records")}
"""

KEYLESS = {"table": "payments", "column": "order_id", "to_table": "orders", "to_column": "id"}


class SchemaDiagrams(SandboxTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = os.path.join(cls.sandbox.workspace, "shop.db")
        schema_corpus.write_shop(cls.shop)
        os.chmod(cls.shop, 0o644)

    def told(self, code: str, **options):
        """What the last line of the code gives, as JSON."""
        *lines, last = code.strip().splitlines()
        run = self.ok("python", "\n".join([CHECKER, *lines, f"print(json.dumps({last}))"]), **options)
        return json.loads(run.text().splitlines()[-1])

    def put(self, name: str, script: str) -> str:
        path = os.path.join(self.sandbox.workspace, name)
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.commit()
        connection.close()
        os.chmod(path, 0o644)
        return f"/workspace/{name}"

    def joins(self, found: list[dict]) -> set[tuple]:
        return {(join["table"], join["column"], join["to_table"], join["to_column"]) for join in found}

    def test_twenty_schemas_are_drawn_so_that_each_line_can_be_followed(self):
        for seed in range(20):
            path = os.path.join(self.sandbox.workspace, f"seed{seed}.db")
            made = schema_corpus.write(path, seed)
            os.chmod(path, 0o644)
            with self.subTest(seed=seed, tables=len(made.tables)):
                told = self.told(f"faults(schema_diagram('/workspace/seed{seed}.db'))", timeout_s=120)
                self.assertEqual({name: told[name] for name in ("through", "over", "alike", "loose")}, {"through": [], "over": [], "alike": [], "loose": []})
                self.assertEqual(self.joins(told["joins"]), made.joins)
                self.assertEqual(told["drawn"], list(range(len(made.joins))))
                self.assertEqual({join["kind"] for join in told["joins"]} - {"inferred" if seed % 3 == 0 else "declared"}, set())

    def test_the_checker_sees_what_is_wrong(self):
        told = self.told(
            "from code_interpreter._schema_layout import Layout, Line\n"
            "diagram = schema_diagram('/workspace/shop.db')\n"
            "for join in diagram._joins: join.colour = '#000000'\n"
            "line = diagram.layout.lines[0]\n"
            "box = next(iter(diagram.layout.boxes.values()))\n"
            "middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)\n"
            "line.controls = [middle] * 4\n"
            "diagram.layout.boxes['extra'] = box\n"
            "faults(diagram)"
        )
        for fault in ("through", "over", "alike"):
            self.assertNotEqual(told[fault], [], fault)

    def test_the_shop_of_22_mb(self):
        self.assertGreater(os.path.getsize(self.shop), 21_000_000)
        told = self.told("faults(schema_diagram('/workspace/shop.db'))", timeout_s=120)
        self.assertEqual((told["through"], told["over"], told["alike"], told["loose"]), ([], [], [], []))
        by_column = {(join["table"], join["column"]): join for join in told["joins"]}
        self.assertEqual(len(by_column), 25)
        payments = by_column["payments", "order_id"]
        self.assertEqual({name: payments[name] for name in KEYLESS}, KEYLESS)
        self.assertEqual((payments["kind"], payments["cardinality"]), ("inferred", "n:1"))
        # Every fiftieth payment is of an order that is gone.
        connection = sqlite3.connect(self.shop)
        [share] = connection.execute("SELECT avg(order_id IN (SELECT id FROM orders)) FROM (SELECT DISTINCT order_id FROM payments)").fetchone()
        connection.close()
        self.assertAlmostEqual(payments["share"], share)
        self.assertLess(share, 1)
        self.assertEqual(by_column["shipments", "order_id"]["cardinality"], "1:1")
        self.assertEqual(by_column["orders", "sold_by"]["cardinality"], "n:0..1")
        self.assertEqual(by_column["revenue", "customer_id"]["to_table"], "customers")
        self.assertEqual(by_column["customers", "referred_by"]["to_table"], "customers")

    def test_the_files_are_what_they_say(self):
        run = self.ok("python", "from code_interpreter import schema_diagram\nd = schema_diagram('/workspace/shop.db')\nfor end in ('pdf', 'png', 'svg'): d.save('joins.' + end)\nd", timeout_s=120)
        self.assertEqual(set(run.artifacts), {"joins.pdf", "joins.png", "joins.svg"})
        bundle = next(output["data"] for output in run.outputs if "data" in output)
        self.assertLessEqual({"image/svg+xml", "image/png", "text/plain"}, set(bundle))
        self.assertIn("payments.order_id → orders.id, n:1, inferred, ", bundle["text/plain"])
        told = self.told(
            "import subprocess, pypdf, PIL.Image\n"
            "from xml.etree import ElementTree\n"
            "pdf = pypdf.PdfReader('joins.pdf')\n"
            "text = subprocess.run(['pdftotext', 'joins.pdf', '-'], capture_output=True, text=True).stdout\n"
            "images = subprocess.run(['pdfimages', '-list', 'joins.pdf'], capture_output=True, text=True).stdout.splitlines()[2:]\n"
            "titles = [one.text for one in ElementTree.parse('joins.svg').iter('{http://www.w3.org/2000/svg}title')]\n"
            "[len(pdf.pages), text, len(images), PIL.Image.open('joins.png').size, titles]"
        )
        pages, text, images, (width, _), titles = told
        self.assertEqual((pages, images), (1, 0))
        for name in ("order_lines", "warehouse_id", "settings", "revenue", "shop.db"):
            self.assertIn(name, text)
        self.assertGreaterEqual(width, 2400)
        self.assertIn("orders.customer_id → customers.id, n:1, declared", titles)

    def test_names_alone_infer_nothing(self):
        path = self.put(
            "names.db",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, code TEXT, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, name TEXT);"
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, customer_id TEXT);"
            + "".join(f"INSERT INTO customers VALUES ({i}, 'c{i}', 'n{i % 7}'); INSERT INTO orders VALUES ({i}, {i * 1000}, 'n{i % 7}'); INSERT INTO visits VALUES ({i}, 'x{i}');" for i in range(1, 40)),
        )
        self.assertEqual(self.told(f"schema_diagram('{path}').joins.values.tolist()"), [])
        self.ok("python", f"import sqlite3, shutil\nshutil.copy('{path}', '/tmp/true.db')\nc = sqlite3.connect('/tmp/true.db')\nc.execute('UPDATE orders SET customer_id = id')\nc.commit()")
        self.assertEqual(self.told("schema_diagram('/tmp/true.db').joins.values.tolist()")[0][:5], ["orders", "customer_id", "customers", "id", "inferred"])
        self.assertEqual(self.told("schema_diagram('/tmp/true.db', infer=False).joins.values.tolist()"), [])

    def test_what_the_schema_says_wrongly_is_said(self):
        path = self.put("wrong.db", "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES gone(id), c_id INTEGER REFERENCES c(missing)); CREATE TABLE c (id INTEGER PRIMARY KEY); CREATE VIEW v AS SELECT * FROM missing;")
        notes = " ".join(self.told(f"schema_diagram('{path}').notes"))
        self.assertIn("“gone”", notes)
        self.assertIn("“c” does not have", notes)
        self.assertIn("“v” cannot be read", notes)

    def test_keys_of_two_columns_and_names_of_any_kind(self):
        long = "a_table_whose_name_is_so_long_that_nobody_can_read_it_in_a_picture"
        path = self.put(
            "odd.db",
            f'CREATE TABLE stock (warehouse INTEGER, part TEXT, PRIMARY KEY (warehouse, part)); CREATE TABLE "{long}" (id INTEGER PRIMARY KEY, w INTEGER, p TEXT, FOREIGN KEY (w, p) REFERENCES stock);'
            'CREATE TABLE "größe <b> & ""日本""" (id INTEGER PRIMARY KEY, "x y" TEXT);'
            f"INSERT INTO stock VALUES (1, 'a'), (1, 'b'); INSERT INTO \"{long}\" VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, 'a');",
        )
        told = self.told(f"(lambda d: [faults(d), d.svg])(schema_diagram('{path}'))")
        [join] = told[0]["joins"]
        self.assertEqual((join["column"], join["to_column"], join["cardinality"]), ("w, p", "warehouse, part", "n:1"))
        self.assertIn(f"<title>{long}: ", told[1])
        self.assertIn("größe &lt;b&gt; &amp; \"日本\"", told[1])

    def test_changes_in_a_log_beside_the_database_count(self):
        path = os.path.join(self.sandbox.workspace, "wal.db")
        connection = sqlite3.connect(path)
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE a (id INTEGER PRIMARY KEY);")
        connection.execute("CREATE TABLE later (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a(id))")
        connection.commit()
        try:
            for name in ("wal.db", "wal.db-wal", "wal.db-shm"):
                os.chmod(os.path.join(self.sandbox.workspace, name), 0o644)
            told = self.told("(lambda d: [d.joins.table.tolist(), d.notes])(schema_diagram('/workspace/wal.db'))")
        finally:
            connection.close()
        self.assertEqual(told[0], ["later"])
        self.assertIn("-wal", told[1][0])

    def test_duckdb_and_frames(self):
        self.ok("bash", "duckdb /tmp/d.duckdb \"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT); CREATE SCHEMA s; CREATE TABLE q (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p(id)); CREATE TABLE s.ps (id INTEGER, q_id INTEGER); INSERT INTO p SELECT i, 'x' FROM range(1, 9) t(i); INSERT INTO q SELECT i, i % 8 + 1 FROM range(1, 30) t(i); INSERT INTO s.ps SELECT i, i % 29 + 1 FROM range(1, 99) t(i);\"")
        found = self.told("schema_diagram('/tmp/d.duckdb').joins[['table', 'column', 'to_table', 'to_column', 'kind', 'cardinality']].values.tolist()")
        self.assertEqual(found, [["q", "p_id", "p", "id", "declared", "n:1"], ["s.ps", "q_id", "q", "id", "inferred", "n:1"]])
        frames = "import pandas as pd, numpy as np\nframes = {'customers': pd.DataFrame({'customer_id': range(1, 21), 'since': pd.Timestamp('2024-01-01')}), 'orders': pd.DataFrame({'id': range(50), 'customer_id': [None if i == 7 else i % 20 + 1 for i in range(50)], 'tags': [['a']] * 50})}\n"
        found = self.told(frames + "schema_diagram(frames).joins[['table', 'column', 'to_table', 'to_column', 'share', 'cardinality']].values.tolist()")
        self.assertEqual(found, [["orders", "customer_id", "customers", "customer_id", 1.0, "n:0..1"]])

    def test_a_long_table_is_measured_by_a_sample_and_says_so(self):
        self.ok("python", "import sqlite3\nc = sqlite3.connect('/tmp/long.db')\nc.executescript('CREATE TABLE things (id INTEGER PRIMARY KEY); CREATE TABLE events (id INTEGER PRIMARY KEY, thing_id INTEGER)')\nc.executemany('INSERT INTO things VALUES (?)', ((i,) for i in range(1000)))\nc.executemany('INSERT INTO events VALUES (?, ?)', ((i, i % 1000) for i in range(1_100_000)))\nc.commit()", timeout_s=120)
        told = self.told("(lambda d: [d.joins.to_dict('records')[0], repr(d)])(schema_diagram('/tmp/long.db'))", timeout_s=120)
        self.assertEqual((told[0]["sampled"], told[0]["share"], told[0]["kind"]), (True, 1.0, "inferred"))
        self.assertIn("of the sampled values found", told[1])

    def test_what_cannot_be_drawn_is_refused_with_a_reason(self):
        self.ok("python", "open('/tmp/a.csv', 'w').write('a,b\\n1,2\\n')\nopen('/tmp/bad.db', 'wb').write(b'SQLite format 3\\0' + bytes(3000))\nimport sqlite3\nsqlite3.connect('/tmp/empty.db').execute('CREATE TABLE t (a)')\nc = sqlite3.connect('/tmp/none.db'); c.execute('CREATE TABLE t (a)'); c.execute('DROP TABLE t'); c.commit()")
        for call, kind, words in (
            ("schema_diagram('/tmp/a.csv')", "CannotOpen", "no SQLite or DuckDB database"),
            ("schema_diagram('/tmp/bad.db')", "CannotOpen", "damaged"),
            ("schema_diagram('/tmp/gone.db')", "FileNotFoundError", "gone.db"),
            ("schema_diagram('/tmp/none.db')", "ValueError", "no tables"),
            ("schema_diagram({})", "TypeError", "dict of DataFrames"),
            ("schema_diagram('/workspace/shop.db', tables=['nope'])", "ValueError", "No table 'nope'"),
            ("schema_diagram('/workspace/shop.db', tables=['orders', 'customers']).save('a.jpeg')", "ValueError", ".pdf, .png or .svg"),
        ):
            run = self.run_cell("python", f"from code_interpreter import schema_diagram\n{call}")
            self.assertEqual(run.enames, [kind], call)
            self.assertIn(words, run.errors[0]["evalue"])

    def test_a_part_of_the_tables_is_drawn(self):
        told = self.told("(lambda d: [d.joins.table.tolist(), sorted(set(d.tables.table))])(schema_diagram('/workspace/shop.db', tables=['orders', 'customers']))")
        self.assertEqual(told, [["customers", "orders"], ["customers", "orders"]])
