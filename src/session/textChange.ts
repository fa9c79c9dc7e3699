/** What is different between two kept versions of a text, for the receipt of an edit. */
import { readFile, stat } from 'node:fs/promises';
import { structuredPatch } from 'diff';
import type { Change } from '../shared/outputs.ts';

const MAX_BYTES = 1024 * 1024;
/** Beyond these it is another text, and lines say nothing. */
const MAX_EDITS = 1000;
const DIFF_CHARS = 6000;
const CONTEXT_LINES = 3;

/** Null: not UTF-8, or too large to be compared by lines. */
export async function readText(path: string, limitBytes = MAX_BYTES): Promise<string | null> {
  if ((await stat(path)).size > limitBytes) return null;
  const bytes = await readFile(path);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Null: one of them is no text, or they are too large or too different. */
export async function textChange(name: string, before: string, after: string): Promise<Change | null> {
  const [old, fresh] = await Promise.all([readText(before), readText(after)]);
  if (old === null || fresh === null) return null;
  const limits = { context: CONTEXT_LINES, maxEditLength: MAX_EDITS };
  const patch = structuredPatch(name, name, old, fresh, '', '', limits);
  if (patch === undefined) return null;
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return {
    added: count('+'),
    removed: count('-'),
    diff: bounded([`--- a/${name}`, `+++ b/${name}`, ...lines]),
  };
}

function bounded(lines: readonly string[]): string {
  let size = 0;
  for (const [at, line] of lines.entries()) {
    size += line.length + 1;
    if (size > DIFF_CHARS)
      return [...lines.slice(0, at), `[… ${lines.length - at} more lines of the diff are left out …]`].join(
        '\n',
      );
  }
  return lines.join('\n');
}
