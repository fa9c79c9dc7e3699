/**
 * The panel in a real browser with a session of 1,000 answers, 500 charts and 100,000 lines of output, beside a plain
 * page that holds the same lines in one `<pre>`. Needs no engine; eager bytes are asserted by the delivery tests.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PanelBrowser, type OpenPanel } from '../e2e/webview/harness.ts';
import { panelState, recorded } from '../e2e/webview/scenes.ts';
import { longTranscript, outputLine, question } from '../support/longTranscript.ts';
import { alternate, type Comparison } from './measure.ts';

const TURNS = 1000;
const LINES = 100_000;
const STREAM_MS = 5000;
/** The host sends a batch every 40 ms; on a machine that falls behind the batches are larger, not the lines fewer. */
const LINES_A_MS = 2;
const BATCH_MS = 40;
const ROUNDS = 2;

const events = () => longTranscript({ turns: TURNS, charts: 500, lines: LINES, chart: () => recorded.png });
const LINE = `(n) => 'line ' + String(n).padStart(6, '0') + ' revenue region ' + (n * 7919) % 100000 / 100`;

async function withPanels<T>(work: (panels: PanelBrowser) => Promise<T>): Promise<T> {
  const panels = await PanelBrowser.start(['--enable-precise-memory-info']);
  try {
    return await work(panels);
  } finally {
    await panels.close();
  }
}

const open = async (panels: PanelBrowser, turn: 'idle' | 'running' = 'idle'): Promise<OpenPanel> =>
  panels.open({ state: panelState({ turn }), events: events(), width: 600, height: 900 });

/** The same lines, and a field to write in. */
async function plain(panels: PanelBrowser): Promise<Page> {
  const page = await panels.browser.newPage({ viewport: { width: 600, height: 900 } });
  const lines = Array.from({ length: LINES }, (_, n) => outputLine(n)).join('\n');
  await page.setContent(
    `<body><pre style="height:700px;overflow:auto">${lines}</pre><textarea></textarea></body>`,
  );
  return page;
}

/** Runs `tick` as the stream does and gives the time between frames at the 95th percentile. */
const stream = (tick: string): string => `new Promise((done) => {
  const line = ${LINE}; let n = 0; const gaps = []; let last = performance.now(); const start = last;
  const tick = ${tick};
  const timer = setInterval(() => { const due = Math.floor((performance.now() - start) * ${LINES_A_MS}) - n;
    if (due > 0) tick(Array.from({ length: due }, () => line(n++)).join('\\n') + '\\n'); }, ${BATCH_MS});
  const frame = (now) => {
    gaps.push(now - last); last = now;
    if (now - start < ${STREAM_MS}) requestAnimationFrame(frame);
    else { clearInterval(timer); gaps.sort((a, b) => a - b); done({ p95: gaps[Math.floor(gaps.length * 0.95)], frames: gaps.length, lines: n }); }
  };
  requestAnimationFrame(frame);
})`;

interface Streamed {
  p95: number;
  frames: number;
  lines: number;
}

async function checkedStream(page: Page, tick: string): Promise<number> {
  const { p95, frames, lines } = await page.evaluate<Streamed>(stream(tick));
  assert.ok(lines > STREAM_MS * LINES_A_MS * 0.9, `only ${lines} lines were streamed`);
  console.log(`    ${Math.round((frames * 1000) / STREAM_MS)} frames a second`);
  return p95;
}

export async function panelFrames(): Promise<Comparison> {
  return withPanels(async (panels) => ({
    name: 'panel: 2,000 lines a second into a cell of a long session',
    unit: 'ms between frames, 95th percentile',
    ...(await alternate(
      ROUNDS,
      {
        label: `${TURNS} answers, 500 charts, ${LINES.toLocaleString('en-US')} lines loaded`,
        run: async () => {
          const panel = await open(panels, 'running');
          const seq = events().length;
          const first = [
            { type: 'turn_started', turnId: 'live', model: { id: 'm', label: 'M' } },
            { type: 'cell_started', turnId: 'live', cellId: 'live', language: 'python' },
            { type: 'cell_running', cellId: 'live', purpose: 'Stream', code: 'x', executionCount: 1 },
          ].map((event, n) => ({ ...event, seq: seq + 1 + n, at: Date.now() }));
          await panel.page.evaluate(`window.__push({ type: 'events', events: ${JSON.stringify(first)} })`);
          const p95 = await checkedStream(
            panel.page,
            `(() => { let seq = ${seq + 4}; return (text) => window.__push({ type: 'events', events: [{ type: 'cell_output', cellId: 'live',
              output: { output_type: 'stream', name: 'stdout', text }, seq: seq++, at: Date.now() }] }); })()`,
          );
          assert.match(await panel.page.locator('article').last().innerText(), /lines not shown/);
          await panel.close();
          return p95;
        },
      },
      {
        label: 'the same lines appended to a <pre> that is kept at its end',
        run: async () => {
          const page = await plain(panels);
          const p95 = await checkedStream(
            page,
            `(text) => { const pre = document.querySelector('pre'); pre.append(text); pre.scrollTop = pre.scrollHeight; }`,
          );
          await page.close();
          return p95;
        },
      },
    )),
  }));
}

/** From the key to the frame after it has been drawn, at the 95th percentile. */
async function typing(page: Page): Promise<number> {
  await page.evaluate(`(() => { const times = (window.__times = []);
    document.querySelector('textarea').focus();
    document.addEventListener('keydown', () => { const start = performance.now();
      requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - start); port2.postMessage(0); }); }, true); })()`);
  await page.keyboard.type('Which of the regions grows fastest, and by how much a year? ', { delay: 40 });
  const times = await page.evaluate<number[]>('window.__times.sort((a, b) => a - b)');
  assert.ok(times.length > 50);
  return times[Math.floor(times.length * 0.95)] ?? NaN;
}

export async function panelTyping(): Promise<Comparison> {
  return withPanels(async (panels) => ({
    name: 'panel: a key in the composer of a long session',
    unit: 'ms to the frame that shows it, 95th percentile',
    ...(await alternate(
      ROUNDS,
      {
        label: `${TURNS} answers loaded`,
        run: async () => {
          const panel = await open(panels);
          const p95 = await typing(panel.page);
          await panel.close();
          return p95;
        },
      },
      {
        label: 'a <textarea> below a <pre> with the same lines',
        run: async () => {
          const page = await plain(panels);
          const p95 = await typing(page);
          await page.close();
          return p95;
        },
      },
    )),
  }));
}

export async function panelUsable(): Promise<Comparison> {
  return withPanels(async (panels) => ({
    name: 'panel: a long session from reveal to usable',
    unit: 'ms to the last answer drawn and the composer ready',
    ...(await alternate(
      ROUNDS,
      {
        label: `${TURNS} answers, 500 charts, ${LINES.toLocaleString('en-US')} lines`,
        run: async () => {
          const panel = await open(panels);
          await panel.page.getByText(question(TURNS)).waitFor();
          const ms = await panel.page.evaluate<number>('performance.now()');
          assert.equal(await panel.page.locator('article').count(), 2 * TURNS);
          const heap = await memoryOf(panel.page);
          console.log(`    ours: ${heap.mb} MB of JavaScript, ${heap.nodes} nodes`);
          await panel.close();
          return ms;
        },
      },
      {
        label: 'a page with the lines alone in a <pre>',
        run: async () => {
          const start = performance.now();
          const page = await plain(panels);
          await page.evaluate(
            'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
          );
          const ms = performance.now() - start;
          const heap = await memoryOf(page);
          console.log(`    peer: ${heap.mb} MB of JavaScript, ${heap.nodes} nodes`);
          await page.close();
          return ms;
        },
      },
    )),
  }));
}

async function memoryOf(page: Page): Promise<{ mb: number; nodes: number }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const value = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return { mb: Math.round(value('JSHeapUsedSize') / 1024 ** 2), nodes: value('Nodes') };
}

/** 100 MB of outputs reach the page in parts of 4 MB, or as one message: how long nothing else can happen. */
export async function panelParts(): Promise<Comparison> {
  return withPanels(async (panels) => {
    const run = async (parts: boolean): Promise<number> => {
      const panel = await panels.open({ state: panelState(), events: [], watchTasks: true });
      await panel.page.evaluate(`(async () => {
        const line = ${LINE}; let seq = 1; const events = [];
        for (let n = 0; n < 400; n++) {
          const text = Array.from({ length: 7500 }, (_, k) => line(n * 7500 + k)).join('\\n');
          events.push({ type: 'user_message', turnId: 't' + n, intent: 'ask', text: 'Q' + n, files: [], seq: seq++, at: 1 });
          events.push({ type: 'cell_started', turnId: 't' + n, cellId: 'c' + n, language: 'python', seq: seq++, at: 1 });
          events.push({ type: 'cell_output', cellId: 'c' + n, output: { output_type: 'stream', name: 'stdout', text }, seq: seq++, at: 1 });
        }
        const size = ${parts ? 48 : 1e9};
        const messages = [];
        for (let at = 0; at < events.length; at += size) messages.push(JSON.stringify({ type: 'events', replayed: true, events: events.slice(at, at + size) }));
        await new Promise((done) => setTimeout(done, 200));
        window.__tasks.length = 0;
        // A message of VS Code is text until it reaches the page.
        for (const text of messages) setTimeout(() => window.__push(JSON.parse(text)), 0);
      })()`);
      await panel.page.getByText('Q399').first().waitFor({ timeout: 60_000 });
      await panel.page.waitForTimeout(500);
      const longest = await panel.page.evaluate<number>('Math.max(...window.__tasks)');
      await panel.close();
      return longest;
    };
    return {
      name: 'panel: 100 MB of outputs on the way to the page',
      unit: 'ms, longest time in which the page answers nothing',
      ...(await alternate(
        ROUNDS,
        { label: 'in parts of 4 MB', run: async () => run(true) },
        { label: 'as one message', run: async () => run(false) },
      )),
    };
  });
}
