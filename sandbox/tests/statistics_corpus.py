"""Files of SPSS, Stata and SAS, as pyreadstat, pandas and ReadStat write them."""

import datetime
from typing import Any

import pandas as pd
import pyreadstat
import sas_writer
from format_corpus import ROWS, Draft, Kind, add_columns

LEVELS = {1: "low", 2: "middle", 3: "high"}


def _frame(draft: Draft) -> pd.DataFrame:
    frame = pd.DataFrame(draft.how.get("written", draft.rows), columns=draft.names, dtype=object)
    for name in frame.columns:
        kinds = {type(value) for value in frame[name].dropna()}
        if kinds <= {int, float, bool}:
            frame[name] = pd.to_numeric(frame[name].astype(float) if frame[name].isna().any() else frame[name])
        elif pd.Timestamp in kinds or draft.how.get("date as moment") and datetime.date in kinds:
            frame[name] = pd.to_datetime(frame[name])
        elif kinds <= {str}:
            frame[name] = frame[name].fillna("")
    return frame


def _labels(draft: Draft) -> dict[str, Any]:
    return {key: draft.how[key] for key in ("column_labels", "variable_value_labels") if key in draft.how}


def _write_sav(draft: Draft, stem: str) -> str:
    path = stem + draft.how.get("ending", ".sav")
    pyreadstat.write_sav(_frame(draft), path, **_labels(draft), **draft.how.get("options", {}))
    return path


def _write_dta(draft: Draft, stem: str) -> str:
    draft.how["date as moment"] = True
    path = f"{stem}.dta"
    frame = _frame(draft)
    labels = draft.how.get("column_labels")
    frame.to_stata(
        path, write_index=False, version=draft.how.get("version", 118), byteorder=draft.how.get("order"), data_label=draft.how.get("about"),
        variable_labels=dict(zip(frame.columns, labels)) if labels else None, value_labels=draft.how.get("variable_value_labels"),
        convert_dates={name: "td" for name in frame.columns if name == "Opened"} if draft.how.get("days") else None,
        convert_strl=draft.how.get("long texts"),
    )  # fmt: skip
    return path


def _write_xport(draft: Draft, stem: str) -> str:
    path = f"{stem}.xpt"
    pyreadstat.write_xport(_frame(draft), path, file_format_version=draft.how.get("version", 8), table_name="RECORDS", **{key: value for key, value in _labels(draft).items() if key == "column_labels"})
    return path


def _write_sas(draft: Draft, stem: str) -> str:
    path = f"{stem}.sas7bdat"
    # Days stay days: `_frame` makes numbers and moments only.
    sas_writer.write(path, _frame(draft), draft.how.get("column_labels"), **draft.how.get("options", {}))
    return path


SPSS = Kind("SPSS", 20, _write_sav, {"pandas.read_spss": lambda path, _: pd.read_spss(path)})
STATA = Kind("Stata", 20, _write_dta, {"pandas.read_stata": lambda path, _: pd.read_stata(path)})
SAS = Kind("SAS transport", 20, _write_xport, {"pandas.read_sas (told the encoding)": lambda path, _: pd.read_sas(path, encoding="utf-8")})
SAS_DATA = Kind("SAS", 20, _write_sas, {"pandas.read_sas": lambda path, _: pd.read_sas(path), "pandas.read_sas (told the encoding)": lambda path, _: pd.read_sas(path, encoding="utf-8")})
KINDS = [SPSS, STATA, SAS, SAS_DATA]

for kind in KINDS:
    add_columns(kind, "leading zeros", "moments", "gaps", *(["odd texts"] if kind is not SAS else []))

    @kind.variant("columns", "flags as numbers")
    def _(draft: Draft) -> None:
        draft.add("Flag", [number % 2 for number in range(ROWS)])

    @kind.variant("columns", "a column without a value")
    def _(draft: Draft) -> None:
        draft.add("Blank", [None] * ROWS)
        draft.how["written"] = [[*row[:-1], float("nan")] for row in draft.rows]

    @kind.variant("columns", "very large and small numbers")
    def _(draft: Draft) -> None:
        draft.add("Size", [(1.5e-200, 123456789012.0, -2.5e30, 0.0)[number % 4] if kind is not SAS else (1.5e-20, 123456789012.0, -2.5e30, 0.0)[number % 4] for number in range(ROWS)])

    @kind.variant("labels", "labels of columns", "columns")
    def _(draft: Draft) -> None:
        draft.how["column_labels"] = [f"Label of {name}" for name in draft.names]
        draft.said.append("Opened: Label of Opened")

    @kind.variant("columns", "long texts")
    def _(draft: Draft) -> None:
        draft.add("Story", [f"{number} " + "word " * 38 + "end" for number in range(ROWS)])


for kind in (SPSS, STATA):

    @kind.variant("columns", "values with labels")
    def _(draft: Draft) -> None:
        codes = [draft.rng().randrange(1, 4) if number % 5 else 2 for number in range(ROWS)]
        draft.add("Level", [LEVELS[code] for code in codes])
        draft.how["written"] = [[*row[:-1], code] for row, code in zip(draft.rows, codes)]
        draft.how["variable_value_labels"] = {"Level": LEVELS}
        draft.said.append("by their labels")

    @kind.variant("columns", "values with and without labels")
    def _(draft: Draft) -> None:
        codes = [number % 5 + 1 for number in range(ROWS)]
        draft.add("Level", [LEVELS.get(code, str(code)) for code in codes])
        draft.how["written"] = [[*row[:-1], code] for row, code in zip(draft.rows, codes)]
        draft.how["variable_value_labels"] = {"Level": LEVELS}
        draft.said.append("by their labels")


SPSS.setting("file", "zsav", ending=".zsav", options={"compress": True})
SPSS.setting("file", "compressed rows", options={"row_compress": True})
SPSS.setting("file", "a note in the file", options={"note": "Made by hand", "file_label": "Places"}, said="Made by hand")


@SPSS.variant("columns", "missing by the user", "zsav; compressed rows; a note in the file")
def _(draft: Draft) -> None:
    draft.add("Age", [None if number % 6 == 5 else 20 + number for number in range(ROWS)])
    draft.how["written"] = [[*row[:-1], 999 if row[-1] is None else row[-1]] for row in draft.rows]
    draft.how["options"] = {**draft.how.get("options", {}), "missing_ranges": {"Age": [999]}}
    draft.said.append("999")


for version in (114, 117, 119):
    STATA.setting("file", f"version {version}", "odd texts; long texts" if version == 114 else "", version=version)
STATA.setting("days", "days and not moments", days=True)
STATA.setting("order", "the other byte order", order=">")
SAS.setting("file", "version 5", "names; long texts", version=5)
SAS_DATA.setting("file", "compressed rows", options={"compression": sas_writer.ROWS})
SAS_DATA.setting("file", "as of 32 bits", options={"is_64bit": False})
SAS_DATA.setting("file", "a note in the file", options={"about": "Made by hand"}, said="Made by hand")
