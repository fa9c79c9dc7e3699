"""What the image promises: formats, SQL, packages, fonts, compiled modules, an honest manifest."""

import json

from driver import SandboxTest


class Image(SandboxTest):
    def test_every_package_of_the_manifest_works(self):
        manifest = json.loads(self.sandbox.exec("cat", "/opt/code-interpreter/manifest.json").stdout)
        self.assertEqual(set(manifest), {"python", "node", "pythonPackages", "nodePackages", "tools", "fonts", "packageIndexes"})
        for package in ("pandas", "numpy", "scipy", "matplotlib", "seaborn", "scikit-learn", "statsmodels", "plotly", "altair", "sympy",
                        "networkx", "pillow", "openpyxl", "xlsxwriter", "xlrd", "odfpy", "python-docx", "reportlab", "pypdf", "lxml",
                        "tabulate", "pyreadstat", "h5py", "ijson", "pyshp", "sqlalchemy", "pyarrow", "ipykernel", "jupyter_client"):  # fmt: skip
            self.assertRegex(manifest["pythonPackages"].get(package, ""), r"^\d", package)
        self.assertEqual(set(manifest["nodePackages"]), {"@duckdb/node-api", "acorn", "docx", "exceljs", "pptxgenjs"} - {"acorn"})
        for tool in ("bash", "sqlite3", "pdftotext", "dot", "rg", "jq", "tini", "socat", "duckdb", "node"):
            self.assertRegex(manifest["tools"].get(tool, ""), r"^\d", tool)
        # The index and the host of its files; what their names are is pip's and npm's business.
        for name, count in (("pip", 2), ("npm", 1)):
            self.assertEqual(len(manifest["packageIndexes"][name]), count)
            for url in manifest["packageIndexes"][name]:
                self.assertRegex(url, r"^https://[a-z.]+/")
        self.assertTrue({"DejaVu Sans", "Noto Sans CJK JP"} <= set(manifest["fonts"]))
        self.assertRegex(self.ok("python", "import sys; sys.version").result, manifest["python"])

    def test_parquet_round_trip(self):
        run = self.ok("python", "import pandas as pd\ndf = pd.DataFrame({'d': pd.date_range('2024-01-01', periods=3), 's': ['a', None, 'ü'], 'f': [1.5, None, 2]})\ndf.to_parquet('t.parquet')\npd.read_parquet('t.parquet').equals(df), list(map(str, pd.read_parquet('t.parquet').dtypes))")
        self.assertEqual(run.result, "(True, ['datetime64[ns]', 'object', 'float64'])")

    def test_office_formats(self):
        code = """
import pandas as pd
df = pd.DataFrame({'a': [1, 2], 'b': ['x', 'ü']})
df.to_excel('t.xlsx', index=False); df.to_excel('t2.xlsx', index=False, engine='xlsxwriter')
df.to_excel('t.ods', index=False, engine='odf')
[pd.read_excel(f).equals(df) for f in ('t.xlsx', 't2.xlsx', 't.ods')]
"""
        self.assertEqual(self.ok("python", code).result, "[True, True, True]")

    def test_compiled_modules_are_in_the_image(self):
        run = self.ok("python", "import importlib.util, os\n[os.path.exists(importlib.util.cache_from_source(__import__(m).__file__)) for m in ('pandas', 'matplotlib', 'scipy', 'analyst', 'code_interpreter')]")
        self.assertEqual(run.result, "[True, True, True, True, True]")

    def test_no_extra_certificate(self):
        run = self.ok("bash", "find / -xdev -name 'extra-ca*' 2>/dev/null; true")
        self.assertEqual(run.text(), "")

    def test_the_font_list_is_not_rebuilt(self):
        self.assertEqual(self.ok("python", "import matplotlib.font_manager, time, os\nos.listdir(os.environ['MPLCONFIGDIR']), os.path.getmtime(os.path.join(os.environ['MPLCONFIGDIR'], os.listdir(os.environ['MPLCONFIGDIR'])[0])) < time.time() - 30").result[-5:], "True)")

    def test_graphviz_pdf_and_sqlite(self):
        self.ok("bash", "echo 'digraph { größe -> 日本 }' | dot -Tpng >g.png && sqlite3 t.db 'create table t(a); insert into t values (1)' && rg --version >/dev/null && jq -n 1 && unzip -v >/dev/null")
        run = self.ok("python", "from reportlab.pdfgen.canvas import Canvas\nc = Canvas('t.pdf'); c.drawString(50, 700, 'Hello PDF'); c.save()\n!pdftotext t.pdf -\nimport pandas as pd, sqlite3; pd.read_sql('select * from t', sqlite3.connect('t.db')).a[0]")
        self.assertIn("Hello PDF", run.text())


class Sql(SandboxTest):
    def test_csv_parquet_and_frames(self):
        self.ok("python", "import pandas as pd\nfrom code_interpreter import sql, SqlError\npd.DataFrame({'id': [1, 2, 3], 'price': [1.5, 2.5, 3.5]}).to_parquet('p.parquet')\nopen('c.csv', 'w').write('id,name\\n1,ä\\n2,b\\n')\ndf = pd.DataFrame({'id': [1, 2], 'qty': [10, 20]})")
        run = self.ok("python", "sql(\"SELECT name, price * qty AS total FROM 'c.csv' JOIN 'p.parquet' USING (id) JOIN d USING (id) ORDER BY id\", d=df).to_dict('list')")
        self.assertEqual(run.result, "{'name': ['ä', 'b'], 'total': [15.0, 50.0]}")

    def test_types_are_kept(self):
        code = """
from code_interpreter import sql
r = sql('''SELECT 1::INT AS i, 10::BIGINT AS b, sum(x) AS h, 1.5::DECIMAL(10,2) AS d, DATE '2024-02-29' AS day, TIMESTAMP '2024-01-01 12:00:00' AS t,
 INTERVAL '1 day 2 hours' AS iv, [1,2] AS l, {'a': 1} AS s, true AS flag, NULL AS n, 'ü' AS u, '123e4567-e89b-12d3-a456-426614174000'::UUID AS id FROM (VALUES (1), (2)) v(x)''')
[str(r[c].dtype) for c in 'ibd'], str(r.day.dtype)[:10], str(r.t.dtype)[:10], r.iv[0] == __import__('pandas').Timedelta('26h'), r.l[0].tolist(), r.s[0], float(r.h[0]), float(r.d[0]), r.u[0], str(r.id[0])
"""
        shown = "".join(self.ok("python", code).result.split())
        expected = "(['int32','int64','float64'],'datetime64','datetime64',True,[1,2],{'a':1},3.0,1.5,'ü','123e4567-e89b-12d3-a456-426614174000')"
        self.assertEqual(shown, expected)

    def test_errors_are_duckdbs_words(self):
        run = self.run_cell("python", "from code_interpreter import sql\nsql('SELECT nope FROM (SELECT 1 AS a)')")
        self.assertEqual(run.enames, ["SqlError"])
        self.assertIn('"nope" not found', run.errors[0]["evalue"])
        self.assertNotIn("/tmp/", run.errors[0]["evalue"])
        self.assertEqual(self.run_cell("python", "sql('SELECT * FROM read_xlsx(1)')", timeout_s=20).enames, ["SqlError"])

    def test_tables_stay_and_statements_may_be_many(self):
        code = """
from code_interpreter import sql
sql("CREATE OR REPLACE TABLE t AS SELECT * FROM range(5) r(n); INSERT INTO t VALUES (99)")
sql("-- how many; really\\nSELECT count(*) AS c, ';' AS s FROM t;").to_dict('records'), len(sql("DESCRIBE t")), len(sql("FROM t LIMIT 2")), len(sql("SHOW TABLES")), len(sql("WITH x AS (SELECT 1) SELECT * FROM x"))
"""
        self.assertEqual(self.ok("python", code).result, "([{'c': 6, 's': ';'}], 1, 2, 1, 1)")

    def test_no_extension_is_fetched(self):
        run = self.run_cell("python", "from code_interpreter import sql\nsql(\"SELECT * FROM 'https://example.invalid/x.parquet'\")", timeout_s=30)
        self.assertEqual(run.status, "error")
        self.assertLess(run.done["durationMs"], 15_000)
