/** The plotted points of a Plotly figure, from its traces. Pure. */
import { joined, type ChartTable, type Series, type Value } from './table.ts';
import { isRecord } from '../../src/shared/isRecord.ts';

type Json = Record<string, unknown>;
/** In the order of the columns. What a trace does not have is no column. */
const POINT_KEYS = 'x y z a b c r theta u v open high low close labels values base width size text'.split(
  ' ',
);
/** Parts of a trace that hold a value for each point. */
const PARTS = [
  ['marker', 'size', 'marker size'],
  ['marker', 'color', 'marker color'],
  ['error_x', 'array', 'error x'],
  ['error_y', 'array', 'error y'],
] as const;

const READERS: Readonly<Record<string, [bytes: number, read: (view: DataView, at: number) => number]>> = {
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  u1c: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  f8: [8, (view, at) => view.getFloat64(at, true)],
};
const LONG_NAMES: Readonly<Record<string, string>> = {
  int8: 'i1',
  uint8: 'u1',
  uint8clamped: 'u1c',
  int16: 'i2',
  uint16: 'u2',
  int32: 'i4',
  uint32: 'u4',
  float32: 'f4',
  float64: 'f8',
};

/** plotly.py writes arrays of numbers as `{dtype, bdata, shape}`. Null: it is none, or damaged. */
function typedArray({ dtype, bdata, shape }: Json): unknown[] | null {
  if (typeof dtype !== 'string' || typeof bdata !== 'string') return null;
  const reader = READERS[LONG_NAMES[dtype] ?? dtype];
  if (reader === undefined) return null;
  const [bytes, read] = reader;
  let binary: string;
  try {
    binary = atob(bdata);
  } catch {
    return null;
  }
  const view = new DataView(Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer);
  const flat = Array.from({ length: Math.floor(binary.length / bytes) }, (_, at) => read(view, at * bytes));
  const sizes = typeof shape === 'string' ? shape.split(',').map(Number) : [flat.length];
  const [rows = 0, width = 0] = sizes;
  if (sizes.length !== 2 || rows * width !== flat.length) return flat;
  return Array.from({ length: rows }, (_, row) => flat.slice(row * width, (row + 1) * width));
}

function arrayOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  return isRecord(value) ? typedArray(value) : null;
}

function plain(value: unknown): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** A list for each level of a categorical axis: the names of the levels, side by side. */
function column(values: readonly unknown[]): Value[] {
  const levels = values.map(arrayOf);
  if (values.length === 0 || !levels.every((level) => level !== null)) return values.map(plain);
  const length = Math.max(0, ...levels.map((level) => level.length));
  return Array.from({ length }, (_, at) => levels.map((level) => String(plain(level[at]) ?? '')).join(' / '));
}

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** `x0`, `x0 + dx` …: what Plotly counts with where a trace names no places. */
const counted = (trace: Json, axis: 'x' | 'y', length: number): Value[] =>
  Array.from({ length }, (_, at) => number(trace[`${axis}0`], 0) + at * number(trace[`d${axis}`], 1));

/** A matrix becomes a row for each of its fields. */
function matrix(trace: Json, z: readonly unknown[][]): Series['columns'] {
  const width = Math.max(0, ...z.map((row) => row.length));
  const x = arrayOf(trace['x']) ?? counted(trace, 'x', width);
  const y = arrayOf(trace['y']) ?? counted(trace, 'y', z.length);
  const xs = column(x);
  const ys = column(y);
  const fields = z.flatMap((row, at) =>
    row.map((value, across) => [xs[across] ?? null, ys[at] ?? null, plain(value)]),
  );
  return ['x', 'y', 'z'].map((name, part) => ({ name, values: fields.map((field) => field[part] ?? null) }));
}

/** Kinds that draw what they have counted along an axis that is not named. */
const COUNTED_KINDS = new Set(['scatter', 'scattergl', 'bar', 'waterfall', 'funnel']);

function columnsOf(trace: Json, kind: string): Series['columns'] {
  const z = arrayOf(trace['z']);
  const rows = z?.map(arrayOf) ?? [];
  if (z !== null && rows.length > 0 && rows.every((row) => row !== null)) return matrix(trace, rows);
  const columns = POINT_KEYS.flatMap((name) => {
    const values = arrayOf(trace[name]);
    return values === null ? [] : [{ name, values: column(values) }];
  });
  for (const [part, key, name] of PARTS) {
    const owner = trace[part];
    const values = isRecord(owner) ? arrayOf(owner[key]) : null;
    if (values !== null) columns.push({ name, values: column(values) });
  }
  if (!COUNTED_KINDS.has(kind)) return columns;
  const has = (name: string): { values: Value[] } | undefined => columns.find((one) => one.name === name);
  const [x, y] = [has('x'), has('y')];
  if (x === undefined && y !== undefined)
    columns.unshift({ name: 'x', values: counted(trace, 'x', y.values.length) });
  if (y === undefined && x !== undefined)
    columns.splice(1, 0, { name: 'y', values: counted(trace, 'y', x.values.length) });
  return columns;
}

/** @param figure Plotly's JSON, as it came */
export function plotlyTables(figure: unknown): ChartTable[] {
  const data = isRecord(figure) && Array.isArray(figure['data']) ? figure['data'].filter(isRecord) : [];
  return joined(
    data.map((trace) => {
      const kind = typeof trace['type'] === 'string' ? trace['type'] : 'scatter';
      const columns = columnsOf(trace, kind);
      const rows = Math.max(0, ...columns.map(({ values }) => values.length));
      const label = typeof trace['name'] === 'string' ? trace['name'] : '';
      return { label, name: kind, columns, rows, leftOut: 0 };
    }),
  );
}
