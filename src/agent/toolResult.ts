/**
 * A cell's result in the words the model gets. Everything in it is true of the run: status, what was cut where,
 * which files exist. Text is bounded with head and tail; charts follow as images; facts keep their own limit.
 */
import { encodeFacts } from '../models/blocks.ts';
import type { ImageBlock, TextBlock } from '../models/model.ts';
import {
  FACTS_MIME,
  type CellResult,
  type Language,
  type MimeBundle,
  type Output,
} from '../shared/outputs.ts';
import { describePlotly, describeVegaLite } from './describeChart.ts';
import { foldOutputs, type FoldedOutput } from './foldOutputs.ts';
import { fitImage } from './images.ts';
import { formatBytes, formatDuration, headAndTail, plainText, shareBudget } from './text.ts';

export const RESULT_LIMIT_CHARS = 8000;
export const FACTS_LIMIT_CHARS = 64 * 1024;
const MAX_IMAGES_IN_RESULT = 8;
const MAX_LISTED_FILES = 40;

type ResultBlock = TextBlock | ImageBlock;

interface Draft {
  /** Sections in the order in which the code wrote them. */
  sections: { title: string; text: string }[];
  images: ImageBlock[];
  facts: TextBlock[];
}

/** Content of the `tool_result` of one cell. */
export function toolResultContent(
  language: Language,
  outputs: readonly Output[],
  result: CellResult,
): ResultBlock[] {
  const draft: Draft = { sections: [], images: [], facts: [] };
  for (const output of foldOutputs(outputs)) addOutput(draft, output);
  const limits = shareBudget(
    draft.sections.map(({ text }) => text.length),
    RESULT_LIMIT_CHARS,
  );
  const body = draft.sections.map(
    ({ title, text }, index) => `[${title}]\n${headAndTail(text, limits[index] ?? 0)}`,
  );
  const text = [statusLines(language, result), ...body].join('\n');
  return [{ type: 'text', text }, ...draft.images, ...draft.facts];
}

const STATUS: Record<CellResult['status'], string> = {
  ok: 'ok',
  error: 'error: the code failed',
  interrupted: 'interrupted: the user stopped it',
  timeout: 'timeout: stopped at the time limit of a cell',
  killed: 'killed: the process ended before the code did',
};

const GONE: Record<Language, string> = {
  python: 'The Python process was replaced: its variables and imports are gone.',
  bash: 'The bash process was replaced: its variables and working directory are gone.',
  javascript: 'The Node process was replaced: its variables are gone.',
};

function statusLines(language: Language, result: CellResult): string {
  const lines = [`status: ${STATUS[result.status]} (${formatDuration(result.durationMs)})`];
  if (result.stateLost) lines.push(GONE[language]);
  for (const { stream, droppedBytes } of result.truncated) {
    lines.push(`${stream}: ${formatBytes(droppedBytes)} in the middle were dropped by the output limit.`);
  }
  const files = result.artifacts.map(({ name, bytes }) => `${JSON.stringify(name)} (${formatBytes(bytes)})`);
  if (files.length > 0) lines.push(`new or changed files in /outputs: ${listed(files)}`);
  const refused = result.refused.map(({ name, reason }) => `${JSON.stringify(name)} (${reason})`);
  if (refused.length > 0) lines.push(`files that the user does NOT get: ${listed(refused)}`);
  return lines.map(plainText).join('\n');
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, MAX_LISTED_FILES).join(', ');
  return items.length > MAX_LISTED_FILES ? `${shown} and ${items.length - MAX_LISTED_FILES} more` : shown;
}

function addOutput(draft: Draft, output: FoldedOutput): void {
  switch (output.output_type) {
    case 'stream':
      addSection(draft, output.name, output.text);
      return;
    case 'error':
      addSection(draft, 'error', errorText(output));
      return;
    case 'execute_result':
      addBundle(draft, 'result', output.data);
      return;
    case 'display_data':
      addBundle(draft, 'display', output.data);
  }
}

function addSection(draft: Draft, title: string, raw: string): void {
  const text = plainText(raw).trimEnd();
  if (text !== '') draft.sections.push({ title, text });
}

function errorText(output: Extract<FoldedOutput, { output_type: 'error' }>): string {
  const traceback = plainText(output.traceback.join('\n')).trim();
  const summary = `${output.ename}: ${output.evalue}`;
  return traceback.includes(output.evalue.split('\n')[0] ?? '') && traceback !== ''
    ? traceback
    : [traceback, summary].filter(Boolean).join('\n');
}

/** Text of a MIME value: a string, or nbformat's list of lines. */
function mimeText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  return null;
}

const readable = (value: unknown): string => mimeText(value) ?? JSON.stringify(value) ?? '';

const isVega = (mime: string): boolean => /^application\/vnd\.vega(lite)?\.v\d+(\.\d+)*\+json$/.test(mime);

function addBundle(draft: Draft, title: string, data: MimeBundle): void {
  if (FACTS_MIME in data) addFacts(draft, data[FACTS_MIME]);
  const mimes = Object.keys(data).filter((mime) => mime !== FACTS_MIME);
  if (addImage(draft, data)) return;
  const vega = mimes.find(isVega);
  if ('application/vnd.plotly.v1+json' in data) {
    addSection(draft, title, describePlotly(data['application/vnd.plotly.v1+json']));
  } else if (vega !== undefined) {
    addSection(draft, title, describeVegaLite(data[vega]));
  } else {
    addSection(draft, title, bundleText(data, mimes));
  }
}

function addFacts(draft: Draft, value: unknown): void {
  const text = encodeFacts(value);
  if (text.length <= FACTS_LIMIT_CHARS) draft.facts.push({ type: 'text', text });
  else
    addSection(
      draft,
      'facts',
      `Not delivered: ${text.length} characters, the limit is ${FACTS_LIMIT_CHARS}.`,
    );
}

/** True when the bundle is dealt with: as an image block, or as a sentence that says why not. */
function addImage(draft: Draft, data: MimeBundle): boolean {
  const mime = (['image/png', 'image/jpeg'] as const).find((kind) => typeof data[kind] === 'string');
  if (mime === undefined) return false;
  if (draft.images.length >= MAX_IMAGES_IN_RESULT) {
    addSection(draft, 'image', `[one more image: shown to the user, not sent to you]`);
    return true;
  }
  const fitted = fitImage(mime, readable(data[mime]));
  if (fitted.kind === 'text') {
    addSection(draft, 'image', fitted.text);
    return true;
  }
  draft.images.push(fitted.block);
  addSection(draft, `image ${draft.images.length}`, `${fitted.note}, attached below, shown to the user`);
  return true;
}

/** `<… at 0x7f…>` and the like say nothing. */
const isBareRepr = (text: string): boolean => /^<[^\n]* at 0x[0-9a-f]+>$/.test(text.trim());

function bundleText(data: MimeBundle, mimes: readonly string[]): string {
  const plain = mimeText(data['text/plain']);
  const html = mimeText(data['text/html']);
  if (plain !== null && !(html !== null && isBareRepr(plain))) return plain;
  if (html !== null) return htmlText(html);
  for (const mime of ['text/markdown', 'text/latex', 'application/json'] as const) {
    if (mime in data) return readable(data[mime]);
  }
  if ('image/svg+xml' in data) return '[SVG drawing: shown to the user, not visible to you]';
  return mimes.length === 0
    ? ''
    : `[${mimes.map(plainText).join(', ')}: shown to the user, not visible to you]`;
}

/** Cells of a table apart, tags gone. For reading only; nothing renders it. */
function htmlText(html: string): string {
  return html
    .slice(0, 200_000)
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<\/t[dh]>\s*/gi, '\t')
    .replace(/<\/tr>\s*|<br\s*\/?>|<\/p>|<\/div>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}
