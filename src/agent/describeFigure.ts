/** What is known of a matplotlib figure beside its picture, in words: what it holds, and what is wrong with its looks. */
import { figureSchema, type Figure, type FindingKind } from '../shared/outputs.ts';
import { counted, headAndTail, plainText } from './text.ts';

const MAX_CHARS = 1200;
const MAX_SENTENCE_CHARS = 300;
const MAX_FINDINGS = 12;

const quoted = (text: string): string => JSON.stringify(plainText(text).slice(0, 120));

/** For a picture that is not sent. Empty when nothing is known. */
export function describeFigure(value: unknown): string {
  const figure = figureSchema.safeParse(value);
  if (!figure.success) return '';
  const { title, axes } = figure.data;
  const head = `matplotlib figure${title === '' ? '' : ` ${quoted(title)}`}`;
  return `[${headAndTail([head, ...axes.slice(0, 12).map(describeAxes)].join('; '), MAX_CHARS)}]`;
}

function describeAxes({ title, xLabel, yLabel, series, moreSeries }: Figure['axes'][number]): string {
  const texts = [
    ...(title === '' ? [] : [quoted(title)]),
    ...(xLabel === '' ? [] : [`x ${quoted(xLabel)}`]),
    ...(yLabel === '' ? [] : [`y ${quoted(yLabel)}`]),
  ];
  const drawn = series
    .slice(0, 12)
    .map(
      ({ label, kind, points }) =>
        `${kind}${label === '' ? '' : ` ${quoted(label)}`}, ${counted(points, 'point')}`,
    );
  const more = series.length - drawn.length + moreSeries;
  if (more > 0) drawn.push(`${more} more`);
  return `axes${texts.length === 0 ? '' : ` (${texts.join(', ')})`}: ${drawn.join('; ') || 'nothing drawn'}`;
}

/** Lines for the result that carries the picture; none when nothing was found. */
export function findingLines(value: unknown): string[] {
  const figure = figureSchema.safeParse(value);
  if (!figure.success || figure.data.findings === null || figure.data.findings.length === 0) return [];
  const sentences = figure.data.findings
    .slice(0, MAX_FINDINGS)
    .map(({ sentence }) => `- ${plainText(sentence).replaceAll('\n', ' ').slice(0, MAX_SENTENCE_CHARS)}`);
  return ['Proofread by a program, which found:', ...sentences];
}

const WORDS: Record<FindingKind, string> = {
  overlap: 'texts overlap',
  ticks: 'tick labels overlap or are too small',
  clipped: 'a text is cut off',
  empty: 'axes are empty',
  glyphs: 'characters are missing in the font',
  legend: 'the legend covers data',
};

/** The kinds of what was found, in words of our own: sentences and counts hold what is in the data. Null: nothing. */
export function findingKinds(value: unknown): string | null {
  const figure = figureSchema.safeParse(value);
  const kinds = new Set(figure.success ? figure.data.findings?.map(({ kind }) => kind) : []);
  return kinds.size === 0
    ? null
    : [...kinds]
        .map((kind) => WORDS[kind])
        .sort()
        .join(', ');
}
