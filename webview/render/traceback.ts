/** Reads IPython's traceback: which line of the cell failed, and which part of the text shows it. Pure. */
import { stripAnsi } from './ansi.ts';

export interface Traceback {
  /** Line of the cell's code, from 1; null when the error is elsewhere. */
  failingLine: number | null;
  /** The frame that shows that line, with its colours; null when there is none. */
  excerpt: string | null;
  /** All of it, with colours, without the rule of dashes and the summary that is shown above it. */
  full: string;
  lines: number;
}

const IN_CELL = /^\s*Cell In\s?\[\d+\],? line:? ?(\d+)/m;
const SYNTAX = /^\s*Cell In\s?\[\d+\], line (\d+)$/m;

export function readTraceback(traceback: readonly string[], ename: string): Traceback {
  const parts = traceback.flatMap((part) => part.split(/\n(?=\S*\x1b?\[?[\d;m]*(?:Cell|File) )/));
  const frames = parts.map((part) => ({ part, plain: stripAnsi(part) }));
  const inCell = frames.findLast(({ plain }) => IN_CELL.test(plain) || SYNTAX.test(plain));
  const line = inCell === undefined ? null : (IN_CELL.exec(inCell.plain)?.[1] ?? null);
  const kept = traceback.filter((part, index) => {
    const plain = stripAnsi(part).trim();
    const rule = /^-{10,}$/.test(plain);
    const summary = index === traceback.length - 1 && plain.startsWith(`${ename}:`) && !plain.includes('\n');
    return !rule && !summary && plain !== '';
  });
  const full = kept.join('\n');
  return {
    failingLine: line === null ? null : Number(line),
    excerpt: inCell?.part ?? null,
    full,
    lines: full === '' ? 0 : full.split('\n').length,
  };
}
