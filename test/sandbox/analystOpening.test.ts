/** What `open_table` reads out of the data files: the right values, and the notes a person must see. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SandboxFixture } from '../support/dockerFixture.ts';

const DATA = fileURLToPath(new URL('../fixtures/data/', import.meta.url));

let fixture: SandboxFixture;
before(async () => {
  const workspace = mkdtempSync(path.join(tmpdir(), 'workspace-'));
  chmodSync(workspace, 0o755);
  cpSync(DATA, workspace, { recursive: true });
  fixture = await SandboxFixture.started({}, workspace);
  await fixture.ok('python', 'import pandas as pd\nfrom analyst import open_table, CannotOpen');
});
after(async () => fixture.close());

/** [promise, file, Python that must be true of `df` and `reading`] */
const PROMISES: [string, string, string][] = [
  ['Windows-1252 umlauts', 'umsatz-cp1252.csv', "set(df['Filiale']) == {'Köln', 'Düsseldorf', 'Münster', 'Aachen'}"],
  ['decimal comma with thousands dots and a euro sign', 'umsatz-cp1252.csv', "df['Umsatz'].dtype == 'float64' and df['Umsatz'].max() > 1000 and reading.units['Umsatz'] == '€'"],
  ['day first in dotted dates', 'umsatz-cp1252.csv', "df['Datum'].iloc[0] == pd.Timestamp('2024-01-01') and df['Datum'].is_monotonic_increasing"],
  ['Shift-JIS', 'jinko-shift-jis.csv', "df.loc[df['都道府県'] == '東京都', '人口（2020年）'].item() == 14047594"],
  ['GB18030', 'renkou-gb18030.csv', "df['省份'].iloc[0] == '广东'"],
  ['Windows-1251', 'moskva-cp1251.csv', "df['Месяц'].iloc[0] == 'Январь' and df['Средняя температура'].iloc[0] == -6.2"],
  ['UTF-16 with tabs', 'airports-utf16.txt', "reading.details['encoding'] == 'UTF-16' and df['iata'].iloc[0] == '00M'"],
  ['a guessed encoding is said to be one', 'moskva-cp1251.csv', "any('guess' in note for note in reading.notes)"],
  ['leading zeros and 19 digits stay', 'ids-kept-as-text.csv', "df['customer_id'].iloc[7] == '000007' and df['tweet_id'].str.len().eq(19).all() and set(df['zip']) >= {'00501'}"],
  ['day or month first is decided by the order of the rows', 'dates-day-first.csv', "df['Visited on'].iloc[-1] == pd.Timestamp('2025-03-12')"],
  ['units row, preamble and totals are not data', 'copper-units-and-totals.csv', "len(df) == 25 and reading.units['Consumption'] == '1000 t' and df['Consumption'].dtype == 'float64'"],
  ['uneven rows are kept and counted with their lines', 'uneven-rows.csv', "len(df) == 60 and any('line 15' in note for note in reading.notes) and any('2 rows' in note for note in reading.notes)"],
  ['embedded quotes, commas and line breaks', 'uneven-rows.csv', "df['comment'].isin(['plain', 'with \"quotes\"', 'two\\nlines', 'comma, inside']).sum() == 58"],
  ['currency, percent and accounting minus', 'currency-percent-accounting.csv', "(df['Balance'] < 0).any() and df['Price'].dtype == 'float64' and reading.units['Discount'] == '%' and reading.units['Price'] == '$'"],
  ['names are unique, one line, not empty', 'names-twice-and-empty.csv', "list(df.columns[:5]) == ['a', 'a (2)', 'column 3', 'line break', 'a (3)'] and all(len(name) <= 120 for name in df)"],
  ['a missing header', 'iris-without-header.data', "len(df) == 150 and list(df.columns) == [f'column {n}' for n in range(1, 6)]"],
  ['a header one name short', 'iris-r-style.txt', "list(df.columns) == ['row', 'Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width', 'Species'] and len(df) == 60"],
  ['columns by spaces under a preamble', 'sunspots.dat', "list(df.columns) == ['year', 'activity'] and len(df) == 309"],
  ['an Excel separator line', 'semicolon-sep-line.csv', "df['share'].iloc[0] == 12.7 and len(df) == 8"],
  ['time zones become UTC', 'log-with-zones.csv', "df['stamp'].iloc[0] == pd.Timestamp('2025-10-24 22:00') and df['stamp'].is_monotonic_increasing"],
  ['the sheet with the table, not the first one', 'macro-several-sheets.xlsx', "list(df.columns) == ['Quarter', 'GDP', 'Consumption', 'CPI', 'Unemployment'] and len(df) == 203 and any('hidden' in other for other in reading.others)"],
  ['formulas without results', 'formulas-without-results.xlsx', "any('12 formulas' in note for note in reading.notes)"],
  ['an old workbook', 'longley.xls', "len(df) == 16 and df['year'].iloc[0] == 1947"],
  ['OpenDocument', 'strikes.ods', "len(df) == 62"],
  ['GeoJSON with Unix times', 'earthquakes.geojson', "df['latitude'].between(-90, 90).all() and df['time'].dt.year.eq(2018).all()"],
  ['nested JSON', 'unemployment-nested.json', "len(df) == 1708 and 'at.year' in df"],
  ['JSON lines with a broken last one', 'events-broken-last-line.jsonl', "len(df) == 400 and any('line 401' in note for note in reading.notes)"],
  ['decimals, lists, categories and zones of Parquet', 'nested-types.parquet', "df['price'].iloc[1] == 101.01 and df['tags'].iloc[1] == '[\"x\"]' and df['at'].iloc[0] == pd.Timestamp('2025-03-28 23:00')"],
  ['the largest table of a database', 'penguins.sqlite', "len(df) == 344 and len(reading.others) == 2"],
  ['changes still in the write-ahead log', 'sales-log.db', "len(df) == 300 and any('-wal' in note for note in reading.notes)"],
  ['gzip', 'flights.csv.gz', "len(df) == 2000"],
  ['zstd', 'flights.csv.zst', "len(df) == 800"],
  ['the data file of a zip archive', 'stackloss.zip', "len(df) == 21 and any('readme' in other for other in reading.others)"],
]; // prettier-ignore

describe('open_table reads', () => {
  for (const [promise, file, expression] of PROMISES) {
    it(`${promise} (${file})`, async () => {
      const answer = await fixture.ok(
        'python',
        `table = open_table(${JSON.stringify(`/workspace/${file}`)}); df, reading = table.frame, table.reading\nprint(bool(${expression}))\nprint(reading)\nprint(df.head(3))`,
      );
      assert.match(answer, /^True/, answer);
    });
  }
});

describe('open_table', () => {
  it('gives a copy: changing it does not change the next reading', async () => {
    const code =
      "a = open_table('/workspace/nile.tsv').frame; a.loc[0, 'volume'] = -1\nb = open_table('/workspace/nile.tsv').frame; print(b.loc[0, 'volume'])";
    assert.equal(await fixture.ok('python', code), '1120');
  });

  it('raises one class only, also for bytes at random', async () => {
    const code = `
import os, random, tempfile
rng = random.Random(7)
heads = [b"", b"PK\\x03\\x04", b"\\x1f\\x8b\\x08", b"PAR1", b"SQLite format 3\\x00", b"\\xd0\\xcf\\x11\\xe0\\xa1\\xb1\\x1a\\xe1", b"{", b"[", b"a,b\\n", b"\\xff\\xfe", b"\\x28\\xb5\\x2f\\xfd", b'"', b"<html"]
other = 0
for number in range(390):
    head = heads[number % len(heads)]
    alphabet = b'0123456789,;\\t\\n"\\'{}[]:abc \\xe9' if number % 2 else bytes(range(256))
    body = bytes(rng.choice(alphabet) for _ in range(rng.randint(0, 600)))
    name = f"/tmp/fuzz-{number}.csv"
    with open(name, "wb") as file:
        file.write(head + body)
    try:
        table = open_table(name)
        table.__facts__()
    except CannotOpen as problem:
        # A refusal is a sentence, not the name of a Python error.
        if problem.code == "not-readable":
            other += 1
            print(problem)
    os.remove(name)
print("unforeseen", other)`;
    const answer = await fixture.ok('python', code);
    assert.match(answer, /^unforeseen 0$/m, answer);
  });
});
