/**
 * Simple sums that an answer may do in its head: a difference, a sum, a ratio, a change in percent, the total or the
 * mean of a column. The search is narrow on purpose: among many pairs of numbers some pair gives anything. Pure.
 */
import type { Figure } from './answerFigures.ts';
import { standsFor } from './numberIndex.ts';
import type { OutputNumbers } from './sources.ts';

/** A figure of the answer that was found. */
export interface Cited {
  figure: Figure;
  value: number;
  cellId: string;
}

/** The nearest figures before and after the one in question that may be its parts. */
const NEAREST = { before: 4, after: 2 };
/** Of the whole answer, for a figure of three digits or more. */
const NEAREST_OF_ALL = 6;
/** Pairs within a printed line are tried when lines and numbers are so few. */
const FEW = { lines: 12, numbers: 4 };
/** An output with at most so many numbers is searched pair by pair. */
const SMALL_OUTPUT = 8;
/** A figure like "40 %" can be made of almost anything; so far only figures beside it explain it. */
const TELLING_DIGITS = 3;

/** The cell of the numbers that explain the figure; null: none do. */
export function derivedFrom(
  figure: Figure,
  paragraph: readonly Cited[],
  answer: readonly Cited[],
  outputs: readonly OutputNumbers[],
): string | null {
  const near = nearest(figure, paragraph, answer);
  for (const [first, second] of pairs(near)) {
    if (combinations(figure, first.value, second.value).some((value) => standsFor(figure, value)))
      return second.cellId;
  }
  if (figure.form === 'percent' && figure.sign === '') {
    // "671 rows, 46 %": a share of a total that the answer names somewhere.
    const part = near.find((cited) => isJustBefore(cited.figure, figure));
    const isTotal = ({ value, figure: { integer } }: Cited): boolean =>
      part !== undefined && integer && value > part.value && standsFor(figure, part.value / value);
    if (part !== undefined && answer.some(isTotal)) return part.cellId;

    const rest = near.find(({ value }) => standsFor(figure, 100 - value) || standsFor(figure, 1 - value));
    if (rest !== undefined) return rest.cellId;
  }
  for (const { cellId, columns } of outputs) {
    if (figure.integer && columns.some(({ length }) => standsFor(figure, length))) return cellId;
  }
  if (figure.significantDigits < TELLING_DIGITS) return null;
  return fromOutputs(figure, outputs);
}

function nearest(figure: Figure, paragraph: readonly Cited[], answer: readonly Cited[]): Cited[] {
  const byDistance = (cited: readonly Cited[]): Cited[] =>
    [...cited].sort((a, b) => distance(figure, a.figure) - distance(figure, b.figure));
  const isBefore = (cited: Cited): boolean => cited.figure.digitsStart < figure.digitsStart;
  const near = [
    ...byDistance(paragraph.filter(isBefore)).slice(0, NEAREST.before),
    ...byDistance(paragraph.filter((cited) => !isBefore(cited))).slice(0, NEAREST.after),
  ];
  const further =
    figure.significantDigits < TELLING_DIGITS ? [] : byDistance(answer).slice(0, NEAREST_OF_ALL);
  return [...new Set([...near, ...further])];
}

/** Characters between a figure and the share in per cent that explains it. */
const BESIDE = 24;
const isJustBefore = (part: Figure, figure: Figure): boolean =>
  part.integer && part.end <= figure.start && figure.start - part.end <= BESIDE;

const distance = (a: Figure, b: Figure): number => Math.abs(a.digitsStart - b.digitsStart);

function* pairs<T>(items: readonly T[]): Generator<[T, T]> {
  for (const [at, first] of items.entries()) for (const second of items.slice(at + 1)) yield [first, second];
}

/** What two numbers give, as far as it has the form of the figure. */
function combinations({ form, integer, sign }: Figure, a: number, b: number): number[] {
  const differences = [a - b, b - a];
  const ratios = [a / b, b / a].filter(Number.isFinite);
  const changes = [(a - b) / b, (b - a) / a].filter(Number.isFinite);
  // With a sign it is a change, and no share.
  if (form === 'percent' && sign !== '') return [...changes, ...differences];
  if (form === 'percent') return [...ratios, ...changes, a / (a + b), b / (a + b), ...differences];
  return integer ? [...differences, a + b] : [...differences, a + b, ...ratios];
}

function fromOutputs(figure: Figure, outputs: readonly OutputNumbers[]): string | null {
  for (const { cellId, numbers, columns, rows } of outputs) {
    const inLines = rows.length > FEW.lines ? [] : rows.filter(({ length }) => length <= FEW.numbers);
    const inLine = inLines.flatMap((row) => [...pairs(row)]);
    if (inLine.some(([a, b]) => combinations(figure, a, b).some((value) => standsFor(figure, value))))
      return cellId;
    const totals = [...columns, ...(figure.integer ? rows : [])].flatMap((column) => {
      const sum = column.reduce((total, value) => total + value, 0);
      if (figure.form !== 'percent') return figure.integer ? [sum] : [sum, sum / column.length];
      // Shares of a total; ends of a series compared.
      const [first = 0, last = 0] = [column[0], column.at(-1)];
      const shares = figure.sign === '' ? column.map((value) => value / sum) : [];
      return [...shares, (last - first) / first];
    });
    if (totals.some((value) => standsFor(figure, value))) return cellId;
    const values = [...new Set(numbers.map(({ value, sign }) => (sign === -1 ? -value : value)))];
    if (values.length > SMALL_OUTPUT) continue;
    for (const [a, b] of pairs(values)) {
      if (combinations(figure, a, b).some((value) => standsFor(figure, value))) return cellId;
    }
  }
  return null;
}
