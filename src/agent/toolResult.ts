/**
 * A cell's result in the words the model gets. Everything in it is true of the run: status, what was cut where,
 * which files exist. Text is bounded with head and tail; charts follow as images; facts keep their own limit.
 */
import type { ImageBlock, TextBlock } from '../models/model.ts';
import type { NetworkAttempt } from '../shared/network.ts';
import { limitForModel } from '../shared/limitWords.ts';
import type { Artifact, CellResult, Language, Output } from '../shared/outputs.ts';
import { packageWords } from '../shared/packages.ts';
import { deniedLines } from './networkNotes.ts';
import { fileFacts, GONE, STATUS, UNCHANGED } from './resultWords.ts';
import { sectionsOf } from './resultSections.ts';
import {
  formatBytes,
  formatDuration,
  headAndTail,
  plainText,
  shareBudget,
  wrappedLines,
  type LeftOut,
} from './text.ts';

export const RESULT_LIMIT_CHARS = 8000;
const MAX_LISTED_FILES = 40;

type ResultBlock = TextBlock | ImageBlock;

/**
 * Content of the `tool_result` of one cell. `cell`: its number, by which `show_output` knows it; null: there is no
 * such tool. `denied`: what of the network it did not get.
 */
export function toolResultContent(
  language: Language,
  outputs: readonly Output[],
  result: CellResult,
  cell: number | null = null,
  denied: readonly NetworkAttempt[] = [],
): ResultBlock[] {
  const { sections, images, facts } = sectionsOf(outputs);
  const limits = shareBudget(
    sections.map(({ text }) => text.length),
    RESULT_LIMIT_CHARS,
  );
  let line = 1;
  const body = sections.map(({ title, text }, index) => {
    const first = line + 1;
    line += 1 + wrappedLines(text).length;
    const rest = (left: LeftOut): string => (cell === null ? '' : howToAsk(cell, text, first, left));
    return `[${title}]\n${headAndTail(text, limits[index] ?? 0, rest)}`;
  });
  const status = [statusLines(language, result, cell), ...deniedLines(denied, null)];
  const text = [...status, ...body].join('\n');
  return [{ type: 'text', text }, ...images, ...facts];
}

/** The call that shows what was left out: lines are counted as `show_output` does. */
function howToAsk(cell: number, text: string, firstLine: number, { from, to }: LeftOut): string {
  const first = firstLine + wrappedLines(text.slice(0, from)).length - 1;
  const last = firstLine + wrappedLines(text.slice(0, to)).length - 1;
  return `; to read them: show_output ${JSON.stringify({ cell, show: 'lines', first, last, text: null })}`;
}

function statusLines(language: Language, result: CellResult, cell: number | null): string {
  const number = cell === null ? '' : `, cell ${cell}`;
  const lines = [`status: ${STATUS[result.status]} (${formatDuration(result.durationMs)})${number}`];
  lines.push(...(result.limits ?? []).map(limitForModel));
  if (result.stateLost) lines.push(GONE[language]);
  for (const { stream, droppedBytes } of result.truncated) {
    lines.push(`${stream}: ${formatBytes(droppedBytes)} in the middle were dropped by the output limit.`);
  }
  const { installed = [], removed = [] } = result.packages ?? {};
  if (installed.length > 0) lines.push(`installed in /packages: ${packageWords(installed).english}`);
  if (removed.length > 0) lines.push(`removed from /packages: ${packageWords(removed).english}`);
  const fresh = result.artifacts.filter(({ same }) => same !== true);
  const files = fresh.map((file) => `${JSON.stringify(file.name)} (${fileFacts(file)})`);
  if (files.length > 0) lines.push(`new or changed files in /outputs: ${listed(files)}`);
  lines.push(...fresh.flatMap(findingLines));
  const same = result.artifacts.flatMap((file) => (file.same === true ? [JSON.stringify(file.name)] : []));
  if (same.length > 0) lines.push(`${UNCHANGED}: ${listed(same)}`);
  const gone = (result.removed ?? []).map((name) => JSON.stringify(name));
  if (gone.length > 0) lines.push(`no longer in /outputs: ${listed(gone)}`);
  const refused = result.refused.map(({ name, reason }) => `${JSON.stringify(name)} (${reason})`);
  if (refused.length > 0) lines.push(`files that the user does NOT get: ${listed(refused)}`);
  return lines.map(plainText).join('\n');
}

const findingLines = ({ name, findings = [] }: Artifact): string[] =>
  findings.map(
    ({ cell, sentence }) =>
      `wrong in ${JSON.stringify(name)}, mend it before you give the file to the user: ${cell === '' ? '' : `${cell}: `}${sentence}`,
  );

function listed(items: readonly string[]): string {
  const shown = items.slice(0, MAX_LISTED_FILES).join(', ');
  return items.length > MAX_LISTED_FILES ? `${shown} and ${items.length - MAX_LISTED_FILES} more` : shown;
}
