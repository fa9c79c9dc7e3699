"""A table of separated text, or another file, in zip, tar, gz, bz2, xz and zst."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable

import pandas as pd
from format_corpus import Draft, Kind, add_columns, small


def _zstd(data: bytes) -> bytes:
    from compression import zstd

    return zstd.compress(data)


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": _zstd}


def _content(draft: Draft) -> tuple[str, bytes]:
    frame = pd.DataFrame(draft.rows, columns=draft.names, dtype=object)
    kind = draft.how.get("content", "csv")
    out = io.BytesIO()
    if kind == "xlsx":
        frame.to_excel(out, index=False)
    elif kind == "parquet":
        draft.frame().to_parquet(out)
    elif kind == "jsonl":
        out.write("".join(json.dumps({name: None if value is None else value if isinstance(value, (int, float, str)) else str(value) for name, value in zip(draft.names, row)}) + "\n" for row in draft.rows).encode())
    else:
        frame.to_csv(out, index=False, encoding=draft.how.get("encoding", "utf-8"), sep=draft.how.get("delimiter", ","))
    return f"{draft.how.get('folder', '')}data.{kind}", out.getvalue()


def write(draft: Draft, stem: str) -> str:
    how = draft.how
    name, data = _content(draft)
    pack = how.get("pack", "zip")
    members: dict[str, bytes] = {**how.get("before", {}), name: data, **how.get("after", {})}
    for further in draft.further:
        members[f"{how.get('folder', '')}codes.csv"] = pd.DataFrame(further.rows, columns=further.names).to_csv(index=False).encode()
    path = f"{stem}.{'csv.' if pack in PACKERS else ''}{pack}"
    if pack in PACKERS:
        parts = [data[: len(data) // 2], data[len(data) // 2 :]] if how.get("in parts") else [data]
        content = b"".join(map(PACKERS[pack], parts))
    elif pack == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", how.get("method", zipfile.ZIP_DEFLATED)) as archive:
            for member, inner in members.items():
                archive.writestr(member, inner)
        content = out.getvalue()
    else:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=how.get("tar", tarfile.PAX_FORMAT)) as archive:
            for member, inner in members.items():
                info = tarfile.TarInfo(member)
                info.size = len(inner)
                archive.addfile(info, io.BytesIO(inner))
        content = PACKERS.get(pack.removeprefix("tar.").replace("tgz", "gz"), lambda data: data)(out.getvalue())
    with open(path, "wb") as file:
        file.write(content)
    return path


def _read_csv(path: str, draft: Draft) -> pd.DataFrame:
    return pd.read_csv(path)


ARCHIVES = Kind("archives", 24, write, {"pandas.read_csv": _read_csv}, duckdb=lambda path, _: f"SELECT * FROM read_csv_auto('{path}')")
KINDS = [ARCHIVES]
add_columns(ARCHIVES, "leading zeros", "odd texts", "gaps")
for _pack in ("gz", "bz2", "xz", "zst"):
    ARCHIVES.setting("pack", _pack, "members; content", pack=_pack)
for _pack in ("tar", "tar.gz", "tgz", "tar.xz", "tar.zst"):
    ARCHIVES.setting("pack", _pack, "method", pack=_pack)
ARCHIVES.setting("method", "stored and not packed", method=zipfile.ZIP_STORED)
ARCHIVES.setting("method", "LZMA in zip", method=zipfile.ZIP_LZMA)
ARCHIVES.setting("pack", "gz in parts", "members; content; method", pack="gz", **{"in parts": True})
ARCHIVES.setting("members", "in a folder", folder="export/2024/")
ARCHIVES.setting("members", "what macOS adds", after={"__MACOSX/._data.csv": b"\0\5\x16\7" + b"x" * 5000, ".DS_Store": b"\0" * 6000})
ARCHIVES.setting("members", "a text to read first", said="READ ME", before={"READ ME.md": b"# About\n\n" + b"Many words, and commas, too.\n" * 200})
ARCHIVES.setting("content", "a workbook inside", "leading zeros", content="xlsx")
ARCHIVES.setting("content", "Parquet inside", "odd texts", content="parquet")
ARCHIVES.setting("content", "JSON lines inside", content="jsonl")
ARCHIVES.setting("letters", "UTF-16 and tabs", "content", encoding="utf-16", delimiter="\t")


@ARCHIVES.variant("members", "two tables")
def _(draft: Draft) -> None:
    draft.further.append(small(draft))
    draft.said.append("codes.csv")
