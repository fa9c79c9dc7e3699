/** The numbers that a cell really gave: text, tables, charts' data, facts, errors; nothing from pictures. Pure. */
import { foldOutputs } from '../foldOutputs.ts';
import { formatBytes, formatDuration } from '../text.ts';
import type { CellResult, MimeBundle, Output } from '../../shared/outputs.ts';
import { limitForModel } from '../../shared/limitWords.ts';
import { withoutDates } from './answerFigures.ts';
import { writtenNumbers } from './readings.ts';
import { isRecord } from '../../shared/isRecord.ts';

/** A cell that ran. */
export interface CellSource {
  cellId: string;
  code: string;
  outputs: readonly Output[];
  /** Null: it never came to an end. */
  result: CellResult | null;
}

/** A number of an output; `sign` is 0 where the text has none. */
export interface SourceNumber {
  value: number;
  sign: 1 | 0 | -1;
  cellId: string;
}

export interface OutputNumbers {
  cellId: string;
  numbers: SourceNumber[];
  /** Numbers below each other: of a printed table, or an array of a chart. */
  columns: number[][];
  /** Numbers beside each other in a printed line, of the first lines. */
  rows: number[][];
  text: string;
}

/** A cell may print megabytes; what an answer repeats stands in the part that a person could read. */
const MAX_CHARS = 2_000_000;
const MAX_NUMBERS = 200_000;
const MAX_COLUMN = 400;
const MIN_COLUMN = 2;
const MAX_ROWS = 200;

export function numbersOfText(text: string, cellId: string): SourceNumber[] {
  const numbers: SourceNumber[] = [];
  for (const { readings, sign } of writtenNumbers(withoutDates(text.slice(0, MAX_CHARS)), 'output')) {
    for (const { value } of readings)
      numbers.push({ value, sign: sign === '-' ? -1 : sign === '+' ? 1 : 0, cellId });
    if (numbers.length >= MAX_NUMBERS) break;
  }
  return numbers;
}

export function numbersOfCell({ cellId, outputs, result }: CellSource): OutputNumbers[] {
  const given = foldOutputs(outputs).flatMap((output): OutputNumbers[] => {
    switch (output.output_type) {
      case 'stream':
        return [fromText(output.text, cellId)];
      case 'error':
        return [fromText(`${output.ename}: ${output.evalue}\n${output.traceback.join('\n')}`, cellId)];
      case 'display_data':
      case 'execute_result':
        return fromBundle(output.data, cellId);
    }
  });
  // How long it took and how large its files are is told to the model, too.
  const about = result === null ? [] : [fromText(resultText(result), cellId)];
  return [...given, ...about];
}

const resultText = ({ durationMs, artifacts, truncated, limits = [] }: CellResult): string =>
  [
    formatDuration(durationMs),
    ...artifacts.flatMap(({ bytes }) => [`${bytes}`, formatBytes(bytes)]),
    ...truncated.map(({ droppedBytes }) => formatBytes(droppedBytes)),
    ...limits.map(limitForModel),
  ].join('\n');

function fromText(raw: string, cellId: string): OutputNumbers {
  const text = raw.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').slice(0, MAX_CHARS);
  return { cellId, numbers: numbersOfText(text, cellId), ...tableOf(text), text };
}

/** Neighbouring lines with equally many numbers are a table. */
function tableOf(text: string): { columns: number[][]; rows: number[][] } {
  const all: number[][] = [];
  const columns: number[][] = [];
  let rows: number[][] = [];
  const close = (): void => {
    const width = rows[0]?.length ?? 0;
    if (rows.length >= MIN_COLUMN && rows.length <= MAX_COLUMN && width <= 30) {
      for (let at = 0; at < width; at += 1) columns.push(rows.map((row) => row[at] ?? 0));
    }
    rows = [];
  };
  for (const line of withoutDates(text.slice(0, 100_000)).split('\n')) {
    const row = [...writtenNumbers(line, 'output')].map(
      ({ readings, sign }) => (readings[0]?.value ?? 0) * (sign === '-' ? -1 : 1),
    );
    if (row.length === 0 || row.length !== (rows[0]?.length ?? row.length)) close();
    if (row.length > 0) rows.push(row);
    if (row.length > 1 && all.length < MAX_ROWS) all.push(row);
  }
  close();
  return { columns, rows: all };
}

const NO_TEXT = /^(?:image\/|application\/(?:pdf|javascript|octet-stream))/;

function fromBundle(bundle: MimeBundle, cellId: string): OutputNumbers[] {
  return Object.entries(bundle).flatMap(([mime, value]): OutputNumbers[] => {
    if (NO_TEXT.test(mime)) return [];
    const text = asText(value);
    if (text !== null) {
      return [fromText(mime === 'text/html' ? htmlText(text) : text, cellId)];
    }
    const found: OutputNumbers = { cellId, numbers: [], columns: [], rows: [], text: '' };
    collect(value, found, 0);
    return [found];
  });
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string'))
    return value.join('');
  return null;
}

const htmlText = (html: string): string =>
  html
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<\/tr>/gi, '\n')
    .replace(/<[^>]*>/g, ' ');

/** Numbers of a JSON value, those in strings and in plotly.py's packed arrays included. */
function collect(value: unknown, into: OutputNumbers, depth: number): void {
  if (into.numbers.length >= MAX_NUMBERS || depth > 40) return;
  if (typeof value === 'number') addNumber(value, into);
  else if (typeof value === 'string') {
    if (value.length <= 2000) into.numbers.push(...numbersOfText(value, into.cellId));
  } else if (Array.isArray(value)) {
    const numbers = value.filter((item) => typeof item === 'number');
    if (numbers.length >= MIN_COLUMN && numbers.length === value.length && value.length <= MAX_COLUMN)
      into.columns.push(numbers);
    for (const item of value) collect(item, into, depth + 1);
  } else if (isRecord(value)) {
    const packed = unpacked(value);
    if (packed !== null) collect(packed, into, depth + 1);
    else for (const item of Object.values(value)) collect(item, into, depth + 1);
  }
}

function addNumber(value: number, { numbers, cellId }: OutputNumbers): void {
  if (Number.isFinite(value)) numbers.push({ value: Math.abs(value), sign: value < 0 ? -1 : 0, cellId });
}

const READERS: Readonly<Record<string, readonly [number, (view: DataView, at: number) => number]>> = {
  f8: [8, (view, at) => view.getFloat64(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  i1: [1, (view, at) => view.getInt8(at)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u1: [1, (view, at) => view.getUint8(at)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
};

/** plotly.py writes arrays as `{dtype, bdata}`: little-endian numbers in base64. */
function unpacked({ dtype, bdata }: Record<string, unknown>): number[] | null {
  if (typeof dtype !== 'string' || typeof bdata !== 'string') return null;
  const reader = READERS[dtype.replace(/^[<|=]/, '')];
  if (reader === undefined) return null;
  const [size, read] = reader;
  const bytes = Buffer.from(bdata, 'base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(Math.floor(bytes.length / size), MAX_NUMBERS);
  return Array.from({ length: count }, (_, at) => read(view, at * size));
}
