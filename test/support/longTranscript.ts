/** A session of the size that people complain about, as the host would send it. */
import type { NewSessionEvent, SessionEvent } from '../../src/shared/events.ts';
import type { MimeBundle } from '../../src/shared/outputs.ts';

export interface LongTranscriptOptions {
  turns: number;
  /** Spread over the turns. */
  charts: number;
  /** Of output, spread over the turns. */
  lines: number;
  chart: (n: number) => MimeBundle;
}

const WORDS = 'revenue region month order margin growth north south season sample mean median outlier'.split(
  ' ',
);
const word = (n: number): string => WORDS[(n * 7) % WORDS.length] ?? '';

/** Line `n` of all output: each is found by its number. */
export const outputLine = (n: number): string =>
  `line ${String(n).padStart(6, '0')} ${word(n)} ${((n * 7919) % 100_000) / 100}`;

export const question = (n: number): string => `Question ${n}: how does ${word(n)} relate to ${word(n + 3)}?`;
export const answer = (n: number): string =>
  `The **${word(n)}** of turn ${n} rises with ${word(n + 3)}.\n\n- first *${word(n + 1)}*\n- then \`${word(n + 2)}\``;

export function longTranscript({ turns, charts, lines, chart }: LongTranscriptOptions): SessionEvent[] {
  const events: SessionEvent[] = [];
  const add = (event: NewSessionEvent): void => {
    events.push({ ...event, seq: events.length + 1, at: 1_750_000_000_000 + events.length });
  };
  add({ type: 'session_started', sessionId: 's1', title: 'Long' });
  let drawn = 0;
  let printed = 0;
  for (let n = 1; n <= turns; n++) {
    const [turnId, cellId] = [`t${n}`, `c${n}`];
    const purpose = `Compute part ${n}`;
    const code = `part_${n} = df.groupby("${word(n)}")["${word(n + 3)}"].mean()\nprint(part_${n})`;
    add({ type: 'user_message', turnId, intent: 'ask', text: question(n), files: [] });
    add({ type: 'turn_started', turnId, model: { id: 'm', label: 'Claude Sonnet' } });
    add({ type: 'cell_started', turnId, cellId, language: 'python' });
    add({ type: 'cell_running', cellId, purpose, code, executionCount: n });
    const until = Math.round((lines * n) / turns);
    if (until > printed) {
      const text = Array.from({ length: until - printed }, (_, k) => `${outputLine(printed + k)}\n`).join('');
      add({ type: 'cell_output', cellId, output: { output_type: 'stream', name: 'stdout', text } });
      printed = until;
    }
    for (; drawn < Math.round((charts * n) / turns); drawn++) {
      const output = { output_type: 'display_data' as const, data: chart(drawn), metadata: {} };
      add({ type: 'cell_output', cellId, output });
    }
    const nothing = { stateLost: false, truncated: [], artifacts: [], refused: [] };
    add({
      type: 'cell_done',
      cellId,
      result: { status: 'ok', executionCount: n, durationMs: 120, ...nothing },
    });
    add({ type: 'text', turnId, blockId: `b${n}`, delta: answer(n) });
    const usage = { inputTokens: 1200, outputTokens: 300, cacheReadTokens: 0, cacheWriteTokens: 0 };
    add({ type: 'turn_ended', turnId, end: { kind: 'finished' }, usage });
  }
  return events;
}
