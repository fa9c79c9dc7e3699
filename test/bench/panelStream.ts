/** 2,000 lines a second into a cell of a long session, while somebody types; beside a page that appends them to a `<pre>`. */
import assert from 'node:assert/strict';
import { liveCell, streamLoad, type StreamLoad } from '../support/streamLoad.ts';
import { alternateAll, type Comparison } from './measure.ts';
import { events, LINES, open, plain, ROUNDS, TURNS, withPanels } from './panel.ts';

const KEYS = 40;
const figures = ({ framesPerSecond, threadMsPerSecond, longestTaskMs, keyP95 }: StreamLoad) => ({
  thread: threadMsPerSecond,
  frames: framesPerSecond,
  task: longestTaskMs,
  key: keyP95 ?? NaN,
});
type Figure = keyof ReturnType<typeof figures>;

const UNITS: Readonly<Record<Figure, string>> = {
  thread: 'ms of the main thread for each second (its own processor time)',
  frames: 'frames a second (more is better; a quiet screen has 60)',
  task: 'ms, longest task (50: none was longer)',
  key: 'ms from a key to the frame that shows it, 95th percentile',
};

export async function panelStream(): Promise<Comparison[]> {
  const session = events();
  return withPanels(async (panels) => {
    const keys: Figure[] = ['thread', 'frames', 'task', 'key'];
    const series = await alternateAll(
      ROUNDS,
      keys,
      {
        label: `${String(TURNS)} answers, 500 charts, ${LINES.toLocaleString('en-US')} lines loaded`,
        run: async () => {
          const panel = await open(panels, 'running');
          const { events: first, tick } = liveCell(session.length);
          await panel.page.evaluate(`window.__push({ type: 'events', events: ${JSON.stringify(first)} })`);
          await panel.page.getByRole('region', { name: 'Code cell: Stream' }).waitFor();
          await panel.page.waitForTimeout(1000);
          const load = await streamLoad(panel.page, tick, { keys: KEYS });
          assert.match(await panel.page.locator('article').last().innerText(), /lines not shown/);
          await panel.close();
          return figures(load);
        },
      },
      {
        label: 'the same lines appended to a <pre> that is kept at its end',
        run: async () => {
          const page = await plain(panels);
          const load = await streamLoad(
            page,
            `(text) => { const pre = document.querySelector('pre'); pre.append(text); pre.scrollTop = pre.scrollHeight; }`,
            { keys: KEYS },
          );
          await page.close();
          return figures(load);
        },
      },
    );
    return keys.map((key) => ({
      name: 'panel: 2,000 lines a second into a cell of a long session',
      unit: UNITS[key],
      ...series(key),
    }));
  });
}
