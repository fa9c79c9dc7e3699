/** Texts as nbformat has them: a string, or a list of its lines with their ends. */
import * as z from 'zod/mini';

export const multiline = z.union([z.string(), z.array(z.string())]);

export const joined = (text: string | readonly string[]): string =>
  typeof text === 'string' ? text : text.join('');

/** Text of a MIME value; null: it is something else. */
export function mimeText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('') : null;
}
