/** The sandbox's own Python helpers elsewhere: a stand-in of plain pandas, so that what was exported runs there, too. */
import { importsOf } from './environment.ts';
import type { DocumentCell } from './document.ts';

const ANALYST = `# The sandbox has a helper that opens data files; elsewhere pandas stands in for it.
try:
    import analyst
except ImportError:
    import sys, types

    import pandas

    class _Table:
        def __init__(self, path, table=None):
            readers = {
                "tsv": lambda p: pandas.read_csv(p, sep="\\t"), "tab": lambda p: pandas.read_csv(p, sep="\\t"),
                "xlsx": pandas.read_excel, "xls": pandas.read_excel, "ods": pandas.read_excel,
                "json": pandas.read_json, "jsonl": lambda p: pandas.read_json(p, lines=True),
                "ndjson": lambda p: pandas.read_json(p, lines=True), "parquet": pandas.read_parquet,
            }
            guess = lambda p: pandas.read_csv(p, sep=None, engine="python")
            self.frame = readers.get(str(path).rsplit(".", 1)[-1].lower(), guess)(path)
            self.reading = f"{len(self.frame)} rows, read by pandas {pandas.__version__}"

    analyst = types.ModuleType("analyst")
    analyst.CannotOpen = type("CannotOpen", (Exception,), {})
    analyst.open_table = _Table
    analyst.report = lambda *found, **values: None
    sys.modules["analyst"] = analyst
`;

const SQL = `# The sandbox has a helper for SQL; elsewhere DuckDB's own module stands in for it when it is asked.
try:
    import code_interpreter
except ImportError:
    import sys, types

    import analyst

    def _sql(query, **frames):
        import duckdb

        with duckdb.connect() as connection:
            for name, frame in frames.items():
                connection.register(name, frame)
            return connection.execute(query).df()

    code_interpreter = types.ModuleType("code_interpreter")
    try:
        from duckdb import Error as _error
    except ImportError:
        _error = ImportError
    code_interpreter.SqlError = _error
    code_interpreter.sql = _sql
    code_interpreter.open_table, code_interpreter.CannotOpen = analyst.open_table, analyst.CannotOpen
    sys.modules["code_interpreter"] = code_interpreter
`;

/** Python that has to run before these cells; empty: they need none of it. */
export function helpersFor(cells: readonly DocumentCell[]): string {
  const modules = new Set(
    cells.flatMap(({ language, code }) => (language === 'python' ? importsOf(code) : [])),
  );
  return [
    ...(modules.has('analyst') || modules.has('code_interpreter') ? [ANALYST] : []),
    ...(modules.has('code_interpreter') ? [SQL] : []),
  ].join('\n');
}
