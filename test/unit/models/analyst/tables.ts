/** Tables as the sandbox reports them, for tests of what follows from them. */
import type { Column, Table } from '../../../../src/models/analyst/facts.ts';

export const column = (name: string, role: Column['role'], more: Partial<Column> = {}): Column => ({
  name,
  dtype: role === 'number' ? 'float64' : 'object',
  missing: 0,
  distinct: 50,
  unit: null,
  role,
  ...more,
});

export const table = (columns: Column[], more: Partial<Table> = {}): Table => ({
  kind: 'table',
  rows: 100,
  columnCount: columns.length,
  totalRows: null,
  totalIsExact: true,
  format: 'CSV',
  details: { encoding: 'UTF-8' },
  notes: [],
  others: [],
  code: '',
  columns,
  pairs: [],
  groups: [],
  ...more,
});
