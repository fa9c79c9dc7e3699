/** Looks for words in a session's log, for the list of sessions; the panel searches what it shows by itself. */
import { setImmediate as breathe } from 'node:timers/promises';
import { plainText } from '../agent/text.ts';
import { sessionEventSchema, type SessionEvent } from '../shared/events.ts';
import { eachLine, lineHead, parseLine } from './logLines.ts';
import { questionLine } from './title.ts';

export interface LogHit {
  where: 'question' | 'answer' | 'code' | 'output' | 'file';
  /** The place with some words around it, in one line. */
  snippet: string;
}

const MAX_HITS = 5;
const AROUND_CHARS = 40;
const SEARCHED: ReadonlySet<string> = new Set([
  'user_message',
  'text',
  'cell_running',
  'cell_output',
  'artifact_stored',
]);
/** Of work without a pause: the window's other work goes on in between. */
const SLICE_MS = 30;

/** The first places, at most five, in the order of the log. Case does not count. */
export async function hitsInLog(log: Buffer, query: string, signal: AbortSignal): Promise<LogHit[]> {
  const pattern = new RegExp(query.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'iu');
  const hits: LogHit[] = [];
  /** Text comes in pieces: a word may lie across two. */
  let answer: { blockId: string; text: string } | null = null;
  const look = (where: LogHit['where'], text: string): void => {
    const found = pattern.exec(text);
    if (found !== null && hits.length < MAX_HITS) hits.push({ where, snippet: around(text, found) });
  };
  let slice = performance.now();
  for (const line of eachLine(log)) {
    if (performance.now() - slice > SLICE_MS) {
      await breathe();
      slice = performance.now();
    }
    if (signal.aborted || hits.length >= MAX_HITS) break;
    if (!SEARCHED.has(lineHead(line).type)) continue;
    const parsed = sessionEventSchema.safeParse(parseLine(line));
    if (!parsed.success) continue;
    const event = parsed.data;
    if (event.type === 'text') {
      if (answer !== null && answer.blockId !== event.blockId) look('answer', answer.text);
      const before: string = answer?.blockId === event.blockId ? answer.text : '';
      answer = { blockId: event.blockId, text: before + event.delta };
      continue;
    }
    for (const [where, text] of textsOf(event)) look(where, text);
  }
  if (answer !== null) look('answer', answer.text);
  return hits;
}

function textsOf(event: SessionEvent): [LogHit['where'], string][] {
  switch (event.type) {
    case 'user_message':
      return [
        ['question', questionLine(event)],
        ...event.files.map(({ label }): [LogHit['where'], string] => ['file', label]),
      ];
    case 'cell_running':
      return [['code', `${event.purpose}\n${event.code}`]];
    case 'artifact_stored':
      return [['file', event.name]];
    case 'cell_output': {
      const { output } = event;
      if (output.output_type === 'stream') return [['output', plainText(output.text)]];
      if (output.output_type === 'error') return [['output', `${output.ename}: ${output.evalue}`]];
      const plain = 'data' in output ? output.data['text/plain'] : null;
      return typeof plain === 'string' ? [['output', plain]] : [];
    }
    default:
      return [];
  }
}

function around(text: string, { index, 0: found }: RegExpExecArray): string {
  const start = Math.max(0, index - AROUND_CHARS);
  const end = Math.min(text.length, index + found.length + AROUND_CHARS);
  const middle = text.slice(start, end).replaceAll(/\s+/g, ' ').trim();
  return `${start > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
}
