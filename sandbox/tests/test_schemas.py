"""Names and types of data files: read apart from all kernels, bounded, and never a value in place of a name."""

import json
import os
import pathlib
import time

from driver import SandboxTest


class Schemas(SandboxTest):
    def put(self, name: str, content: str | bytes) -> str:
        path = os.path.join(self.sandbox.workspace, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        self.addCleanup(pathlib.Path(path).unlink, missing_ok=True)
        return f"/workspace/{name}"

    def names(self, path: str) -> list[str | None]:
        return [column["name"] for column in self.sandbox.schemas(path)[0]["columns"]]

    def test_names_types_and_gaps_but_no_value(self):
        path = self.put("sales.csv", "customer,amount,day\nAda Lovelace,10,2024-01-02\nGrace Hopper,,2024-01-03\n")
        files = self.sandbox.schemas(path)
        self.assertEqual([(file["path"], file["rows"]) for file in files], [(path, 2)])
        self.assertEqual([(c["name"], c["missing"]) for c in files[0]["columns"]], [("customer", 0), ("amount", 1), ("day", 0)])
        self.assertIn("datetime64", files[0]["columns"][2]["dtype"])
        self.assertNotIn("Lovelace", json.dumps(files))

    def test_a_first_row_that_may_be_no_header_gives_no_names(self):
        self.assertEqual(self.names(self.put("people.csv", "Ada,Lovelace\nGrace,Hopper\nAlan,Turing\nKurt,Gödel\n")), [None, None])
        for rows in ([["Ada", "x"], ["Grace", "y"], ["Alan", "z"]], {"data": [["Ada"], ["Grace"], ["Alan"]]}):
            self.assertNotIn("Ada", json.dumps(self.sandbox.schemas(self.put("lists.json", json.dumps(rows)))))
        named = {"names": ["Ada", "Grace"], "data": [["x", "y"], ["z", "x"], ["y", "y"]]}
        self.assertNotIn("Ada", json.dumps(self.sandbox.schemas(self.put("named.json", json.dumps(named)))))
        fields = '<p><f name="Ada">x</f><f name="Grace">y</f></p>'
        self.assertNotIn("Ada", json.dumps(self.sandbox.schemas(self.put("named.xml", f"<?xml version='1.0'?><r>{fields}{fields}{fields}</r>"))))
        self.assertEqual(self.names(self.put("records.json", '[{"name":"Ada"},{"name":"Grace"}]')), ["name"])
        self.assertNotIn("Ada", json.dumps(self.sandbox.schemas(self.put("n.csv", "Ada,10\nGrace,11\nAlan,12\n"))))
        for content in ("name,city\nAda,London\nGrace,Arlington\nAlan,Wilmslow\n", "Name,E-mail\na,b@c.d\ne,f@g.h\ni,j@k.l\n"):
            self.assertNotIn(None, self.names(self.put("header.csv", content)), content)

    def test_sheets_databases_and_parquet(self):
        self.ok("python", """
import pandas as pd, sqlite3
rows = pd.DataFrame({"customer": ["Ada", "Grace", "Alan"], "city": ["London", "Paris", "Rome"]})
rows.to_excel("/outputs/bare.xlsx", header=False, index=False)
rows.to_excel("/outputs/named.xlsx", index=False)
rows.to_parquet("/outputs/t.parquet")
rows.to_sql("people", sqlite3.connect("/outputs/t.sqlite"), index=False)
""")
        self.assertEqual(self.names("/outputs/bare.xlsx"), [None, None])
        for name in ("named.xlsx", "t.parquet", "t.sqlite"):
            self.assertEqual(self.names(f"/outputs/{name}"), ["customer", "city"], name)
        self.ok("bash", "rm /outputs/*")

    def test_data_files_are_found_below_the_roots(self):
        for name in ("b.csv", "a/c.csv", ".hidden/d.csv", "node_modules/e.csv", "f.txt", "f.csv.bak", "g.parquet", "h.feather", "i.TSV.gz"):
            self.put(name, "x,y\n1,2\n")
        files = {file["path"]: file["rows"] for file in self.sandbox.schemas()}
        self.assertEqual(files, {f"/workspace/{name}": 1 for name in ("b.csv", "a/c.csv", "g.parquet", "h.feather", "i.TSV.gz")})
        self.assertEqual(len(self.sandbox.schemas(limit=2)), 2)

    def test_what_is_no_table_is_only_a_path(self):
        path = self.put("broken.parquet", b"PAR1" + b"\0" * 400)
        files = self.sandbox.schemas(path, "/workspace", "/dev/zero", "/workspace/none.csv")
        self.assertEqual([(file["path"], file["rows"], file["columns"]) for file in files], [
            (name, None, []) for name in (path, "/workspace", "/dev/zero", "/workspace/none.csv")
        ])  # fmt: skip
        self.assertNotIn("problem", files[0])
        self.assertIn("damaged", self.sandbox.schemas(path, values=True)[0]["problem"])

    def test_with_values_ranges_frequent_values_keys_and_how_it_was_read(self):
        rows = "".join(f"{i},{'Ada' if i % 3 else 'Grace'},{i / 4:.2f},2024-01-{i:02d}\n".replace(".", ",") for i in range(1, 29))
        path = self.put("people.csv", "id;who;grams;day\n" + rows.replace(",", ";").replace(";00;", ",00;").replace(";25;", ",25;").replace(";50;", ",50;").replace(";75;", ",75;"))
        file = self.sandbox.schemas(path, values=True)[0]
        self.assertEqual((file["rows"], file["columnCount"], file["keys"][0]), (28, 4, ["id"]))
        self.assertIn("delimiter semicolon", file["format"])
        by_name = {column["name"]: column for column in file["columns"]}
        self.assertEqual(by_name["who"]["top"], [{"value": "Ada", "count": 19}, {"value": "Grace", "count": 9}])
        self.assertEqual((by_name["grams"]["low"], by_name["grams"]["high"]), (0.25, 7))
        self.assertEqual((by_name["day"]["low"], by_name["day"]["high"], by_name["day"]["distinct"]), ("2024-01-01T00:00:00", "2024-01-28T00:00:00", 28))
        told = json.dumps(self.sandbox.schemas(path))
        for value in ("Ada", "0.25", "2024-01", "semicolon"):
            self.assertNotIn(value, told)

    def test_a_file_that_has_not_changed_is_passed_over(self):
        path = self.put("t.csv", "x,y\n1,2\n")
        file = self.sandbox.schemas(path)[0]
        stamp = {name: file[name] for name in ("path", "bytes", "modified")}
        self.assertEqual(self.sandbox.schemas(path, known=[stamp]), [])
        self.assertEqual(len(self.sandbox.schemas(path, known=[stamp | {"bytes": 1}])), 1)

    def test_no_trace_in_the_kernels_and_no_effect_of_what_cells_changed(self):
        path = self.put("t.csv", "x,y\n1,2\n")
        self.ok("python", "import pandas, os\npandas.read_csv = None\nkept = 7\nos.environ['PYTHONPATH'] = '/outputs'")
        self.ok("bash", "mkdir -p ~/.local/lib; printf 'raise SystemExit' | tee /outputs/pandas.py /tmp/analyst.py >/dev/null; cd /tmp; export PATH=/outputs")
        before = self.ok("python", "len(In), sorted(k for k in globals() if not k.startswith('_') and len(k) > 1)").result
        count = self.ok("bash", "true").done["executionCount"]
        self.assertEqual(self.sandbox.schemas(path)[0]["rows"], 1)
        self.assertEqual(self.ok("bash", "builtin history").text(), "")
        self.assertEqual(self.ok("bash", "true").done["executionCount"], count + 2)
        after = self.ok("python", "len(In), sorted(k for k in globals() if not k.startswith('_') and len(k) > 1)").result
        self.assertEqual(int(after[1:].split(",")[0]), int(before[1:].split(",")[0]) + 1)
        self.assertEqual(after.split(",", 1)[1], before.split(",", 1)[1])
        self.assertEqual(self.ok("python", "kept").artifacts, {})
        self.ok("bash", "PATH=/bin; rm /outputs/pandas.py /tmp/analyst.py; cd /outputs")

    def test_the_limit_of_time_and_stop_give_what_was_read(self):
        small = self.put("small.csv", "x,y\n1,2\n")
        # One list inside of an object, so that it can only be read as a whole.
        large = self.put("large.json", json.dumps({"rows": [{"a": i, "b": {"c": [i, str(i)]}} for i in range(700_000)]}))
        began = time.monotonic()
        files = self.sandbox.schemas(small, large, timeout_s=4)
        self.assertLess(time.monotonic() - began, 7)
        self.assertEqual([file["path"] for file in files], [small])
        connection = self.sandbox.connection
        connection.send({"op": "schemas", "id": "s", "paths": [large], "roots": [], "limitFiles": 1, "timeoutMs": 60_000, "values": False, "known": []})
        time.sleep(1.5)
        # A process of the sandbox's own user cannot look into it.
        reader = self.sandbox.exec("pgrep", "-f", "read_schemas.py").stdout.split()[0]
        self.assertNotEqual(self.sandbox.exec("cat", f"/proc/{reader}/environ").returncode, 0)
        status = self.sandbox.exec("cat", f"/proc/{reader}/status").stdout
        self.assertIn("Seccomp_filters:\t2", status)
        connection.send({"op": "interrupt"})
        self.assertEqual(connection.until("schemas", 5, id="s")["files"], [])
        self.assertFalse([p for p in self.sandbox.processes() if "read_schemas" in p])
        connection.send({"op": "schemas", "id": "r", "paths": [large], "roots": [], "limitFiles": 1, "timeoutMs": 60_000, "values": False, "known": []})
        time.sleep(1)
        connection.send({"op": "restart", "id": "again"})
        connection.until("schemas", 10, id="r")
        connection.until("restarted", 20, id="again")
