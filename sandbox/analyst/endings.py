"""How names of data files end. What a file is its content says (`magic.py`); these are for finding files, and for choosing among many."""

TEXTS = (".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson", ".geojson")
#: `src/host/dataFiles.ts` has the same ones, for menus and suggestions (a test compares them).
DATA = (
    *TEXTS, ".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".arrow", ".feather", ".sqlite", ".sqlite3", ".db", ".duckdb",
    ".sav", ".zsav", ".dta", ".sas7bdat", ".xpt", ".h5", ".hdf5", ".nc", ".shp",
)  # fmt: skip
#: Around a data file: `sales.csv.gz`.
PACKED = (".gz", ".bz2", ".xz", ".zst")


def is_data(name: str) -> bool:
    name = name.lower()
    packed = next((ending for ending in PACKED if name.endswith(ending)), "")
    return name.removesuffix(packed).endswith(DATA)
