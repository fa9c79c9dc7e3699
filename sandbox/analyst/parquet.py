"""Parquet: all of it when it fits, else some of its row groups."""

import os

from . import arrowtable
from .problems import CannotOpen, counted, shown
from .reading import Reading

CELL_LIMIT = 20_000_000
COLUMN_LIMIT = 500
LOOKED_AT_PARTS = 2_000


def open_parquet(path: str):
    """(frame, reading) of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = shown(os.path.basename(path))
    try:
        file = pq.ParquetFile(path)
        meta = file.metadata
        columns = file.schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise _corrupt(name, error) from None
    if meta.num_rows == 0:
        raise CannotOpen("no-rows", f"{name} is a valid Parquet file without rows.")
    reading = Reading("Parquet", {"row groups": f"{meta.num_row_groups:,}"})
    if len(columns) > COLUMN_LIMIT:
        reading.note(f"{len(columns):,} columns; the first {COLUMN_LIMIT:,} were read.")
        columns = columns[:COLUMN_LIMIT]
    try:
        if meta.num_rows * len(columns) <= CELL_LIMIT:
            table = file.read(columns=columns)
        else:
            table = _some_groups(file, columns, reading)
        frame = arrowtable.frame_of(table, reading)
    except (pa.ArrowException, OSError) as error:
        raise _corrupt(name, error) from None
    if not reading.notes:
        reading.code = f"df = pd.read_parquet({os.path.basename(path)!r})"
    return frame, reading


def _corrupt(name: str, error: Exception) -> CannotOpen:
    return CannotOpen("corrupt-parquet", f"{name} is a damaged or incomplete Parquet file ({shown(error, 90)}).")


def _some_groups(file, columns: list[str], reading: Reading):
    meta = file.metadata
    rows = max(1, CELL_LIMIT // len(columns))
    wanted, taken = [], 0
    step = max(1, meta.num_rows // rows)
    for group in range(0, meta.num_row_groups, step):
        size = meta.row_group(group).num_rows
        if taken and taken + size > rows:
            break
        wanted.append(group)
        taken += size
    table = file.read_row_groups(wanted, columns=columns).slice(0, rows)
    reading.total_rows = meta.num_rows
    reading.note(f"{table.num_rows:,} of {meta.num_rows:,} rows were read, from {counted(len(wanted), 'row group')}.")
    return table


def is_folder(path: str) -> bool:
    """Whether a folder is one data set in parts: Parquet files, in folders such as `year=2024` or not."""
    if not os.path.isdir(path):
        return False
    parts = 0
    for _, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(("_", "."))]
        names = [name for name in names if not name.startswith(("_", "."))]
        # A folder of all kinds of files is not one table.
        if not all(name.lower().endswith((".parquet", ".parq")) for name in names):
            return False
        parts += len(names)
        if parts > LOOKED_AT_PARTS:
            break
    return parts > 0


def open_folder(path: str):
    """(frame, reading) of a folder of Parquet files as one table; the names of its folders are columns."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    name = shown(os.path.basename(path.rstrip("/")))
    reading = Reading("Parquet folder")
    try:
        data = ds.dataset(path, format="parquet", partitioning="hive", exclude_invalid_files=False, ignore_prefixes=["_", "."])
        columns = data.schema.names[:COLUMN_LIMIT]
        total = data.count_rows()
        limit = max(1, CELL_LIMIT // max(1, len(columns)))
        table = data.head(limit, columns=columns) if total > limit else data.to_table(columns=columns)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _corrupt(name, error) from None
    if total == 0:
        raise CannotOpen("no-rows", f"{name} is a folder of Parquet files without rows.")
    reading.details["files"] = f"{len(data.files):,}"
    note_partitions(data, columns, reading)
    if total > limit:
        reading.total_rows = total
        reading.note(f"The first {limit:,} of {total:,} rows were read.")
    return arrowtable.frame_of(table, reading), reading


def note_partitions(data, columns: list[str], reading: Reading) -> None:
    partitions = [key for key in columns if f"{key}=" in "".join(data.files[:1])]
    if partitions:
        reading.note(f"{counted(len(partitions), 'column')} {'comes' if len(partitions) == 1 else 'come'} from the names of folders ({', '.join(shown(key, 30) for key in partitions[:5])}).")


def open_arrow(path: str, kind: str):
    """(frame, reading) of an Arrow or Feather file, or of a stream of Arrow."""
    import pyarrow as pa

    name = shown(os.path.basename(path))
    reading = Reading("Arrow")
    try:
        with pa.memory_map(path) as source:
            table = (pa.ipc.open_stream if kind == "arrow-stream" else pa.ipc.open_file)(source).read_all()
        total = table.num_rows
        table = table.slice(0, max(1, CELL_LIMIT // max(1, table.num_columns)))
    except (pa.ArrowException, OSError) as error:
        raise CannotOpen("corrupt-file", f"{name} is a damaged or incomplete Arrow file ({shown(error, 90)}).") from None
    if total > table.num_rows:
        reading.total_rows = total
        reading.note(f"The first {table.num_rows:,} of {total:,} rows were read.")
    return arrowtable.frame_of(table, reading), reading
