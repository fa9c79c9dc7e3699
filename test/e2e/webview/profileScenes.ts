/** What files are made of, as the card above an answer shows it. */
import { type FileProfile } from '../../../src/shared/fileProfile.ts';
import { Log } from './scenes.ts';

export const sales: FileProfile = {
  path: '/workspace/data/sales.csv',
  bytes: 1_001_484_195,
  modified: 1,
  rows: 15_000_000,
  columnCount: 6,
  columns: [
    {
      name: 'id',
      dtype: 'int64',
      missing: 0,
      distinct: 14_870_112,
      approximate: true,
      low: 1,
      high: 15_000_000,
    },
    {
      name: 'day',
      dtype: 'datetime64[ns]',
      missing: 0,
      distinct: 1096,
      low: '2022-01-01T00:00:00',
      high: '2024-12-31T00:00:00',
    },
    {
      name: 'region',
      dtype: 'object',
      missing: 30,
      distinct: 4,
      top: [
        { value: 'South', count: 3_775_650 },
        { value: 'North', count: 3_752_700 },
        { value: 'West', count: 3_745_050 },
        { value: 'East', count: 3_726_570 },
      ],
    },
    {
      name: 'revenue',
      dtype: 'float64',
      missing: 755_250,
      distinct: 99_871,
      approximate: true,
      unit: '€',
      low: -12.5,
      high: 999.99,
    },
    {
      name: 'paid',
      dtype: 'bool',
      missing: 0,
      distinct: 2,
      top: [
        { value: 'True', count: 12_000_000 },
        { value: 'False', count: 3_000_000 },
      ],
    },
    {
      name: 'what the customer wrote in the field for remarks of the delivery',
      dtype: 'object',
      missing: 14_999_990,
      distinct: 10,
    },
  ],
  keys: [['id']],
  format: 'CSV, encoding UTF-8, delimiter semicolon, decimal sign “,”',
  confidence: 0.98,
  notes: [
    '2 lines before the table skipped: “Exported by accounts”.',
    '3 lines have fewer values than columns or cannot be decoded and are not counted.',
  ],
};

const budget: FileProfile = {
  path: '/workspace/data/budget-of-all-departments-and-their-projects-2024-final-version-2.xlsx',
  bytes: 48_213,
  modified: 1,
  rows: 412,
  ofRows: 1_200,
  ofRowsExact: false,
  columnCount: 2,
  columns: [
    { name: 'department', dtype: 'object', missing: 0, distinct: 12 },
    { name: 'year', dtype: 'int64', missing: 0, distinct: 3, low: 2022, high: 2024 },
  ],
  keys: [['department', 'year']],
  format: 'Excel workbook, sheet “Plan”',
  confidence: 0.5,
  notes: [],
  others: ['sheet “Notes” (12 rows)'],
};

const broken: FileProfile = {
  path: '/workspace/data/old.parquet',
  bytes: 404,
  modified: 1,
  rows: null,
  columns: [],
  problem: 'old.parquet is a damaged or incomplete Parquet file.',
};

export function profiled(files: FileProfile[] = [sales, budget, broken], withheld = false): Log {
  const log = new Log();
  log.ask('Which region sells most?', ['data/sales.csv'], 't1', 'Claude Sonnet');
  log.add({ type: 'files_profiled', turnId: 't1', files, ...(withheld ? { withheld } : {}) });
  return log;
}

/** A table of `count` columns. */
export const wide = (count: number): FileProfile => ({
  path: '/workspace/wide.csv',
  rows: 10,
  columnCount: count + 7,
  columns: Array.from({ length: count }, (_, at) => ({ name: `sensor_${at}`, dtype: 'float64', missing: 0 })),
});
