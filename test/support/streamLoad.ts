/** What a stream of output costs the page that shows it: the same instrument for tests and the bench. */
import assert from 'node:assert/strict';
import type { CDPSession, Page } from 'playwright-core';

/** The host sends a batch every 40 ms; on a machine that falls behind the batches are larger, not the lines fewer. */
const BATCH_MS = 40;
const LINES_A_MS = 2;
const LINE = `(n) => 'line ' + String(n).padStart(6, '0') + ' revenue region ' + (n * 7919) % 100000 / 100`;

/** All of the page's own thread, milliseconds. */
export interface StreamLoad {
  lines: number;
  framesPerSecond: number;
  frameP95: number;
  /** Processor time for each second of the stream: script, style, layout and paint. Other work of the machine is not in it. */
  threadMsPerSecond: number;
  /** The browser reports tasks from 50 ms on; 50 stands for none. */
  longestTaskMs: number;
  /** From a key in the page's text field to the frame that shows it; null: nothing was typed. */
  keyP95: number | null;
}

const threadSeconds = async (cdp: CDPSession): Promise<number> => {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
};

const p95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? NaN;

/** Source of the promise of `{ gaps, lines, tasks }`. */
const streaming = (tick: string, ms: number): string => `new Promise((done) => {
  const line = ${LINE}; let n = 0; const gaps = []; let last = performance.now(); const start = last;
  const tasks = [];
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  watch.observe({ type: 'longtask' });
  const tick = ${tick};
  const timer = setInterval(() => { const due = Math.floor((performance.now() - start) * ${String(LINES_A_MS)}) - n;
    if (due > 0) tick(Array.from({ length: due }, () => line(n++)).join('\\n') + '\\n'); }, ${String(BATCH_MS)});
  const frame = (now) => {
    gaps.push(now - last); last = now;
    if (now - start < ${String(ms)}) requestAnimationFrame(frame);
    else { clearInterval(timer); watch.disconnect(); done({ gaps, lines: n, tasks }); }
  };
  requestAnimationFrame(frame);
})`;

/** Writes the time from each key to the frame that shows it into `__keys`, and puts the focus into the text field. */
const WATCH_KEYS = `(() => { const times = (window.__keys = []);
  document.querySelector('textarea').focus();
  document.addEventListener('keydown', () => { const start = performance.now();
    requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => times.push(performance.now() - start); port2.postMessage(0); }); }, true); })()`;

/** Types so many keys, and gives the time to the frame that shows each at the 95th percentile, in milliseconds. */
export async function typing(page: Page, keys: number, delayMs: number): Promise<number> {
  await page.evaluate(WATCH_KEYS);
  const words = 'Which of the regions grows fastest, and by how much a year? ';
  await page.keyboard.type(words.repeat(Math.ceil(keys / words.length)).slice(0, keys), { delay: delayMs });
  const times = await page.evaluate<number[]>('window.__keys');
  assert.ok(times.length > keys * 0.8, `${times.length} of ${keys} keys were seen`);
  return p95(times);
}

/** @param tick source of a function that gets some lines of text, ending in a new line, and shows them */
export async function streamLoad(
  page: Page,
  tick: string,
  { ms = 5000, keys = 0 }: { ms?: number; keys?: number } = {},
): Promise<StreamLoad> {
  const cdp = await page.context().newCDPSession(page);
  try {
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await threadSeconds(cdp);
    const stream = page.evaluate<{ gaps: number[]; lines: number; tasks: number[] }>(streaming(tick, ms));
    const keyP95 = keys === 0 ? null : await typing(page, keys, (ms * 0.7) / keys);
    const { gaps, lines, tasks } = await stream;
    const after = await threadSeconds(cdp);
    assert.ok(lines > ms * LINES_A_MS * 0.9, `only ${lines} lines were streamed`);
    const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000;
    return {
      lines,
      framesPerSecond: gaps.length / seconds,
      frameP95: p95(gaps),
      threadMsPerSecond: ((after - before) * 1000) / seconds,
      longestTaskMs: Math.max(50, ...tasks),
      keyP95,
    };
  } finally {
    await cdp.detach();
  }
}

/** Events that begin a cell which prints, behind those of a session; and the `tick` that prints into it. */
export function liveCell(seq: number): { events: readonly unknown[]; tick: string } {
  const events = [
    { type: 'turn_started', turnId: 'live', model: { id: 'm', label: 'M' } },
    { type: 'cell_started', turnId: 'live', cellId: 'live', language: 'python' },
    { type: 'cell_running', cellId: 'live', purpose: 'Stream', code: 'x', executionCount: 1 },
  ].map((event, n) => ({ ...event, seq: seq + 1 + n, at: Date.now() }));
  const tick = `(() => { let seq = ${String(seq + 4)}; return (text) => window.__push({ type: 'events', events: [{ type: 'cell_output', cellId: 'live',
    output: { output_type: 'stream', name: 'stdout', text }, seq: seq++, at: Date.now() }] }); })()`;
  return { events, tick };
}
