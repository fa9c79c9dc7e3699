/**
 * The panel in a real browser with a session of 1,000 answers, 500 charts and 100,000 lines of output, beside a plain
 * page that holds the same lines in one `<pre>`. Needs no engine; eager bytes are asserted by the delivery tests.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PanelBrowser, type OpenPanel } from '../e2e/webview/harness.ts';
import { panelState, recorded } from '../e2e/webview/scenes.ts';
import { longTranscript, outputLine, question } from '../support/longTranscript.ts';
import { typing } from '../support/streamLoad.ts';
import { alternate, type Comparison } from './measure.ts';

export const TURNS = 1000;
export const LINES = 100_000;
export const ROUNDS = 2;

export const events = () =>
  longTranscript({ turns: TURNS, charts: 500, lines: LINES, chart: () => recorded.png });
const LINE = `(n) => 'line ' + String(n).padStart(6, '0') + ' revenue region ' + (n * 7919) % 100000 / 100`;

export async function withPanels<T>(work: (panels: PanelBrowser) => Promise<T>): Promise<T> {
  const panels = await PanelBrowser.start(['--enable-precise-memory-info']);
  try {
    return await work(panels);
  } finally {
    await panels.close();
  }
}

export const open = async (panels: PanelBrowser, turn: 'idle' | 'running' = 'idle'): Promise<OpenPanel> =>
  panels.open({ state: panelState({ turn }), events: events(), width: 600, height: 900 });

/** The same lines, and a field to write in. */
export async function plain(panels: PanelBrowser): Promise<Page> {
  const page = await panels.browser.newPage({ viewport: { width: 600, height: 900 } });
  const lines = Array.from({ length: LINES }, (_, n) => outputLine(n)).join('\n');
  await page.setContent(
    `<body><pre style="height:700px;overflow:auto">${lines}</pre><textarea></textarea></body>`,
  );
  return page;
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
          const p95 = await typing(panel.page, 60, 40);
          await panel.close();
          return p95;
        },
      },
      {
        label: 'a <textarea> below a <pre> with the same lines',
        run: async () => {
          const page = await plain(panels);
          const p95 = await typing(page, 60, 40);
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
