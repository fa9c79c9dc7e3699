"""`open_table` on formats other than separated text: what was written is what is read, and the rest of the file is named."""

import json

from driver import SandboxTest
from test_tricky_files import HEAD

FRAME = 'df = pd.DataFrame({"name": ["a", "b", "c", "d", "e"], "n": [1, 2, 3, 4, 5], "v": [1.5, 2.5, None, 4.5, 5.5]})\n'
ROWS = [["a", "1", "1.5"], ["b", "2", "2.5"], ["c", "3", None], ["d", "4", "4.5"], ["e", "5", "5.5"]]


class Formats(SandboxTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sandbox.run("python", HEAD + FRAME)

    def told(self, code: str, **options) -> list[dict]:
        return [json.loads(line) for line in self.ok("python", code, **{"timeout_s": 180, **options}).text().splitlines()]

    def one(self, code: str, **options) -> dict:
        (told,) = self.told(code, **options)
        return told

    def numbers(self, told: dict) -> list[list]:
        """Rows with numbers as floats: programs keep whole numbers as floats, or not."""
        return [[_number(cell) for cell in row] for row in told["rows"]]

    def test_the_same_table_in_every_format(self):
        wanted = [[_number(cell) for cell in row] for row in ROWS]
        for name, write in {
            "t.parquet": "df.to_parquet(path)", "t.feather": "df.to_feather(path)", "t.xlsx": "df.to_excel(path, index=False)",
            "t.ods": "df.to_excel(path, index=False, engine='odf')", "t.dta": "df.to_stata(path, write_index=False)",
            "t.xpt": "import pyreadstat; pyreadstat.write_xport(df, path)", "t.sav": "import pyreadstat; pyreadstat.write_sav(df, path)",
            "t.csv.bz2": "df.to_csv(path, index=False)", "t.csv.xz": "df.to_csv(path, index=False)", "t.csv.zst": "from compression import zstd; open(path, 'wb').write(zstd.compress(df.to_csv(index=False).encode()))",
            "t.json": "df.to_json(path, orient='records')", "t.jsonl": "df.to_json(path, orient='records', lines=True)",
            "t.html": "df.to_html(path, index=False)", "t.xml": "df.to_xml(path, index=False)",
            "t.db": "con = sqlite3.connect(path); df.to_sql('t', con, index=False); con.close()",
            "t.parquet.gz": "open(path, 'wb').write(gzip.compress(df.to_parquet()))",
        }.items():  # fmt: skip
            told = self.one(f"path = FOLDER + '/{name}'\nimport warnings; warnings.simplefilter('ignore')\n{write}; told(path)")
            self.assertEqual(told.get("columns"), ["name", "n", "v"], (name, told))
            self.assertEqual(self.numbers(told), wanted, name)

    def test_labels_of_statistics_programs(self):
        told = self.one(
            "import pyreadstat\n"
            "pyreadstat.write_sav(pd.DataFrame({'sex': [1, 2, 1], 'age': [20, 30, 40]}), FOLDER + '/l.sav', variable_value_labels={'sex': {1: 'male', 2: 'female'}}, column_labels=['Sex of person', 'Age'])\n"
            "told('l.sav')"
        )
        self.assertEqual([row[0] for row in told["rows"]], ["male", "female", "male"])
        self.assertIn("sex: Sex of person", " ".join(told["notes"]))

    def test_tables_of_web_pages_and_records_of_xml(self):
        told = self.told(
            "page = '<html><body><table><tr><td>menu</td></tr></table><table><tr><th>k</th><th>w</th></tr><tr><td rowspan=2>a</td><td>1</td></tr><tr><td>2</td></tr></table>' + df.to_html(index=False) + '</body></html>'\n"
            "told('p.html', page); told('p.html', table='table 1'); told('p.html', table='table 9')\n"
            "told('p.xml', '''<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><r><m>1</m><i><item id=\"7\"><n>x&a;</n><p cur=\"EUR\">3.5</p></item><item id=\"8\"><n>y</n><p cur=\"USD\">4</p></item></i></r>''')"
        )
        self.assertEqual((told[0]["count"], told[0]["tables"]), (5, ["table 1", "table 2"]))
        self.assertEqual(told[1]["rows"], [["a", "1"], ["a", "2"]])
        self.assertEqual(told[2]["code"], "no-such-table")
        self.assertEqual(told[3]["columns"], ["id", "n", "p.cur", "p"])
        self.assertNotIn("root:", json.dumps(told[3]))

    def test_hdf5_and_netcdf(self):
        told = self.told(r'''
import h5py
from scipy.io import netcdf_file
with h5py.File(FOLDER + "/a.h5", "w") as file:
    file["run/x"], file["run/y"], file["picture"] = np.arange(20), np.arange(20) / 2, np.zeros((2, 3))
    file["log"] = np.array([(1, 2.5, b"up"), (2, 3.5, b"down")], dtype=[("n", "i4"), ("v", "f8"), ("s", "S4")])
told("a.h5"); told("a.h5", table="log")
def grid(path):
    with h5py.File(path, "w") as file:
        file["time"], file["lat"] = np.arange(3), np.array([10.0, 20.0])
        file["time"].attrs["units"] = "days since 2020-01-01"
        for name in ("time", "lat"): file[name].make_scale(name)
        heat = file.create_dataset("heat", data=np.arange(6, dtype="i2").reshape(3, 2))
        heat.attrs["scale_factor"], heat.attrs["_FillValue"] = 0.5, np.int16(5)
        heat.dims[0].attach_scale(file["time"]); heat.dims[1].attach_scale(file["lat"])
grid(FOLDER + "/new.nc"); told("new.nc")
file = netcdf_file(FOLDER + "/old.nc", "w"); file.createDimension("time", 2); file.createDimension("lon", 2)
time_ = file.createVariable("time", "i4", ("time",)); time_[:] = [0, 6]; time_.units = "hours since 2021-05-01"
rain = file.createVariable("rain", "f4", ("time", "lon")); rain[:] = [[0, 1], [2, 3]]; file.close(); del time_, rain
told("old.nc")
told("cut.h5", open(FOLDER + "/a.h5", "rb").read()[:900])
''')
        self.assertEqual((told[0]["columns"], told[0]["count"]), (["x", "y"], 20))
        self.assertEqual(set(told[0]["tables"]), {"run/x", "run/y", "picture", "log"})
        self.assertEqual(told[1]["rows"], [["1", "2.5", "up"], ["2", "3.5", "down"]])
        self.assertEqual((told[2]["format"], told[2]["columns"]), ("NetCDF", ["time", "lat", "heat"]))
        self.assertEqual(told[2]["rows"][4:], [["2020-01-03 00:00:00", "10.0", "2.0"], ["2020-01-03 00:00:00", "20.0", None]])
        self.assertEqual(told[3]["rows"][3], ["2021-05-01 06:00:00", "1", "3.0"])
        self.assertEqual(told[4]["code"], "corrupt-file")

    def test_shapefiles(self):
        told = self.told(r'''
import shapefile
with shapefile.Writer(FOLDER + "/places") as writer:
    writer.field("NAME", "C"); writer.field("POP", "N")
    for n, name in enumerate(["Kiel", "Ulm", "Köln"]):
        writer.point(n, 2 * n); writer.record(name, n * 100)
told("places.shp"); told("places.dbf")
with zipfile.ZipFile(FOLDER + "/places.zip", "w") as archive:
    for end in ("shp", "dbf", "shx"): archive.write(f"{FOLDER}/places.{end}", f"places.{end}")
    archive.writestr("places.prj", 'GEOGCS["WGS 84",DATUM["x"]]')
told("places.zip")
''')
        self.assertEqual(told[0]["columns"], ["NAME", "POP", "x", "y"])
        self.assertEqual([row[0] for row in told[0]["rows"]], ["Kiel", "Ulm", "Köln"])
        self.assertEqual(self.numbers(told[0])[2][1:], [200.0, 2.0, 4.0])
        self.assertIn("no .prj file", " ".join(told[0]["notes"]))
        self.assertEqual(told[1]["columns"], ["NAME", "POP"])
        self.assertEqual((told[2]["count"], told[2]["details"]["coordinates"]), (3, "“WGS 84”"))

    def test_tables_of_a_pdf_over_two_pages(self):
        told = self.told(r'''
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
style = getSampleStyleSheet()
rows = [[f"Place {n}", f"{n * 123.5:.1f}", str(n)] for n in range(1, 60)]
SimpleDocTemplate(FOLDER + "/r.pdf").build([Paragraph("Annual report", style["Title"]), Paragraph("Some words that say what this is about. " * 8, style["Normal"]), Table([["Region", "Sales", "Rank"], *rows])])
told("r.pdf")
SimpleDocTemplate(FOLDER + "/w.pdf").build([Paragraph("Only words in this one. " * 40, style["Normal"])])
told("w.pdf")
''')
        self.assertEqual((told[0]["columns"], told[0]["count"]), (["Region", "Sales", "Rank"], 59))
        self.assertEqual(told[0]["rows"][39], ["Place 40", "4940.0", "40"])
        self.assertIn("2 pages", " ".join(told[0]["notes"]))
        self.assertLess(next(one for one in told[0]["assumptions"] if one["what"] == "columns")["confidence"], 0.9)
        self.assertEqual(told[1]["code"], "pdf")

    def test_archives_with_several_files(self):
        told = self.told(r'''
with zipfile.ZipFile(FOLDER + "/two.zip", "w") as archive:
    archive.writestr("small.csv", "a,b\n1,2\n"); archive.writestr("large.csv", "a,b\n" + "1,2\n" * 50); archive.writestr("t.parquet", df.to_parquet())
told("two.zip"); told("two.zip", table="t.parquet"); told("two.zip", table="none.csv")
''')
        self.assertEqual((told[0]["count"], told[0]["tables"]), (50, ["large.csv", "small.csv", "t.parquet"]))
        self.assertEqual(self.numbers(told[1]), [[_number(cell) for cell in row] for row in ROWS])
        self.assertEqual(told[2]["code"], "no-such-table")

    def test_a_profile_names_ranges_distinct_values_and_keys(self):
        told = self.one(
            "rows = [(n // 4, n % 4, f'id-{n}', 1.5 * n if n else None) for n in range(40)]\n"
            "told('keys.csv', 'shop,week,code,sum\\n' + ''.join(','.join('' if cell is None else str(cell) for cell in row) + '\\n' for row in rows))\n"
        )
        self.assertEqual(told["count"], 40)
        run = self.ok("python", "t = open_table(FOLDER + '/keys.csv'); s = t.summary()\nprint(s.to_json(orient='records'))\nprint(json.dumps(s.attrs['keys']))")
        lines = [json.loads(line) for line in run.text().splitlines()]
        by_name = {line["column"]: line for line in lines[0]}
        self.assertEqual((by_name["sum"]["missing"], by_name["sum"]["low"], by_name["sum"]["high"]), (1, "1.5", "58.5"))
        self.assertEqual((by_name["shop"]["distinct"], by_name["code"]["distinct"]), (10, 40))
        self.assertEqual(lines[1], [["code"], ["shop", "week"]])


def _number(cell):
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell
