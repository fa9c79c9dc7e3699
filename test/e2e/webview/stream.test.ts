/** Output that comes fast: it costs what is shown, not what was said before. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { longTranscript } from '../../support/longTranscript.ts';
import { liveCell, streamLoad, type StreamLoad } from '../../support/streamLoad.ts';
import { panelFlow } from './flow.ts';
import type { OpenOptions, OpenPanel } from './harness.ts';
import { panelState, recorded } from './scenes.ts';

const session = (turns: number) =>
  longTranscript({ turns, charts: turns / 2, lines: turns * 100, chart: () => recorded.png });
const long = session(1000);
const short = session(4);
const options = (events: OpenOptions['events'] = []): OpenOptions => ({
  state: panelState({ turn: 'running' }),
  events,
  width: 600,
});

async function begin({ page }: OpenPanel, seq: number): Promise<string> {
  const { events, tick } = liveCell(seq);
  await page.evaluate(`window.__push({ type: 'events', events: ${JSON.stringify(events)} })`);
  await page.getByRole('region', { name: 'Code cell: Stream' }).waitFor();
  // What is drawn near the window comes by and by.
  await page.waitForTimeout(1000);
  return tick;
}

async function load(panel: OpenPanel, seq: number): Promise<StreamLoad> {
  const measured = await streamLoad(panel.page, await begin(panel, seq), { ms: 3000 });
  assert.match(await panel.page.locator('article').last().innerText(), /lines not shown/);
  return measured;
}

describe('2,000 lines a second into a cell', () => {
  const { shown, panels } = panelFlow();

  shown(
    'cost the same behind 1,000 answers as behind 4',
    () => options(short),
    async (panel) => {
      const few = await load(panel, short.length);
      const other = await panels().open(options(long));
      try {
        const many = await load(other, long.length);
        const [a, b] = [few.threadMsPerSecond, many.threadMsPerSecond].map(Math.round);
        console.log(`main thread, ms for each second: ${a} behind 4 answers, ${b} behind 1,000`);
        assert.ok(many.threadMsPerSecond < 2.2 * few.threadMsPerSecond, `${b} against ${a} ms a second`);
      } finally {
        await other.close();
      }
    },
  );

  shown(
    'change nothing on the page but their own cell, and follow the end',
    () => options(long),
    async (panel) => {
      const tick = await begin(panel, long.length);
      await panel.page.evaluate(`(() => { window.__touched = new Set();
        new MutationObserver((records) => records.forEach(({ target }) => {
          const element = target instanceof Element ? target : target.parentElement;
          window.__touched.add(element?.closest('[data-cell]')?.dataset.cell ?? element?.className ?? 'gone');
        })).observe(document.querySelector('[role=feed]'), { subtree: true, childList: true, characterData: true, attributes: true });
      })()`);
      await streamLoad(panel.page, tick, { ms: 1500 });
      assert.deepEqual(await panel.page.evaluate('[...window.__touched]'), ['live']);
      const fromEnd = await panel.page.evaluate<number>(
        `(() => { const e = document.querySelector('.scroller'); return e.scrollHeight - e.scrollTop - e.clientHeight; })()`,
      );
      assert.ok(fromEnd < 2, `${fromEnd} px from the end`);
    },
  );

  shown(
    'with all lines of the cell open: what stands already is not made again',
    () => options(short),
    async (panel) => {
      const tick = await begin(panel, short.length);
      const text = 'a line that was there before\n'.repeat(20_000);
      await panel.page.evaluate(`(${tick})(${JSON.stringify(text)})`);
      const seqAfter = short.length + 5;
      const cell = panel.page.getByRole('region', { name: 'Code cell: Stream' });
      await cell.getByRole('button', { name: 'Show all' }).click();
      await panel.page.waitForTimeout(500);
      await panel.page.evaluate(`(() => { window.__made = 0;
        const blocks = [...document.querySelectorAll('.text-block')];
        window.__first = blocks[0].firstChild;
        const old = blocks.slice(0, -1);
        const watch = new MutationObserver((records) => { window.__made += records.length; });
        for (const block of old) watch.observe(block, { subtree: true, childList: true, characterData: true });
      })()`);
      const { threadMsPerSecond } = await streamLoad(
        panel.page,
        tick.replace(/seq = \d+/, `seq = ${String(seqAfter)}`),
        { ms: 1500 },
      );
      console.log(`main thread with all lines open: ${Math.round(threadMsPerSecond)} ms for each second`);
      assert.equal(await panel.page.evaluate('window.__made'), 0);
      assert.ok(await panel.page.evaluate('window.__first.isConnected'));
      assert.match(await cell.innerText(), /2\d,\d{3} lines/);
    },
  );
});
