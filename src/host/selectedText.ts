/** Selected text of an editor, bounded, with its lines. No VS Code in here. */
import { wellFormed } from '../agent/text.ts';
import type { SelectedText } from './fileIds.ts';

export const MAX_SELECTION_CHARS = 20_000;

/** One selection; several cursors make several. Lines and characters count from 0, as in the editor. */
export interface Part {
  startLine: number;
  endLine: number;
  /** Place in its line where it ends. */
  endCharacter: number;
  text: string;
}

/** Null when nothing is selected. Parts come in the order of the text, a line each at least. */
export function selectedText(
  source: Pick<SelectedText, 'label' | 'path' | 'unsaved'>,
  parts: readonly Part[],
): SelectedText | null {
  const chosen = parts.filter(({ text }) => text !== '').sort((a, b) => a.startLine - b.startLine);
  if (chosen.length === 0) return null;
  const whole = chosen.map(({ text }) => text).join('\n');
  return {
    ...source,
    startLine: Math.min(...chosen.map(({ startLine }) => startLine)) + 1,
    endLine: Math.max(...chosen.map(lastLine)) + 1,
    text: wellFormed(whole.slice(0, MAX_SELECTION_CHARS)),
    totalChars: whole.length,
  };
}

/** A selection that ends before the first character of a line does not hold that line. */
const lastLine = ({ startLine, endLine, endCharacter }: Part): number =>
  endCharacter === 0 && endLine > startLine ? endLine - 1 : endLine;
