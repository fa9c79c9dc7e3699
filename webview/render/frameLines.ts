/** Lines of a traceback that name a place: a line of a cell, or of a file of the workspace. Pure. */
import { type AnsiRun } from './ansi.ts';

export type Frame =
  /** `count`: of the execution in which the line stood. */
  { kind: 'cell'; count: number; line: number } | { kind: 'file'; containerPath: string; line: number };

/** `end`: how much of the line names the place. */
export interface FrameLine {
  frame: Frame;
  end: number;
}

/** As IPython writes it (`Cell In[3], line 4`), and did before (`File <ipython-input-3-…>:4`). */
const CELLS = [
  /^\s*(?:Cell|Input) In ?\[(\d+)\], line (\d+)/,
  /^\s*File <ipython-input-(\d+)-[^>\s]*>:(\d+)/,
];
/** IPython, Python by itself, and the two forms of JavaScript. */
const FILES = [
  /^\s*File (\/workspace\/[^\n]+?):(\d+)(?=$|,|\s)/,
  /^\s*File "(\/workspace\/[^"\n]+)", line (\d+)/,
  /^\s*at (?:[^\n]*\()?(?:file:\/\/)?(\/workspace\/[^\n)]+?):(\d+)(?=:\d+|\)|$)/,
];
/** A line that is longer names nothing that could be shown. */
const LIMIT_CHARS = 2000;

export function frameOf(line: string): FrameLine | null {
  if (line.length > LIMIT_CHARS) return null;
  for (const pattern of CELLS) {
    const found = pattern.exec(line);
    if (found === null) continue;
    return { frame: { kind: 'cell', count: Number(found[1]), line: Number(found[2]) }, end: found[0].length };
  }
  for (const pattern of FILES) {
    const found = pattern.exec(line);
    if (found?.[1] === undefined) continue;
    const frame: Frame = { kind: 'file', containerPath: found[1], line: Number(found[2]) };
    return { frame, end: found[0].length };
  }
  return null;
}

/** Styles do not end with a line, so lines are made of runs. */
export function runsByLine(runs: readonly AnsiRun[]): AnsiRun[][] {
  const lines: AnsiRun[][] = [[]];
  for (const { text, style } of runs) {
    const [first = '', ...rest] = text.split('\n');
    if (first !== '') lines.at(-1)?.push({ text: first, style });
    for (const part of rest) lines.push(part === '' ? [] : [{ text: part, style }]);
  }
  return lines;
}

/** The first `end` characters, and the others. */
export function splitRuns(runs: readonly AnsiRun[], end: number): [AnsiRun[], AnsiRun[]] {
  const head: AnsiRun[] = [];
  const tail: AnsiRun[] = [];
  let at = 0;
  for (const { text, style } of runs) {
    const inHead = Math.min(Math.max(end - at, 0), text.length);
    if (inHead > 0) head.push({ text: text.slice(0, inHead), style });
    if (inHead < text.length) tail.push({ text: text.slice(inHead), style });
    at += text.length;
  }
  return [head, tail];
}
