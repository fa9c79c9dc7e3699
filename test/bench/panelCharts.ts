/** Scrolling through a session of 500 charts from its end to its beginning; beside a page with the same pictures. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { recorded } from '../e2e/webview/scenes.ts';
import { alternateAll, type Comparison } from './measure.ts';
import { open, ROUNDS, TURNS, withPanels } from './panel.ts';

const CHARTS = 500;
/** As a wheel turned all the time. */
const STEPS = 150;
const STEP_PX = 600;

/** Source of the promise of `{ gaps, tasks, moved }`. */
const scrolling = (selector: string): string => `new Promise((done) => {
  const box = document.querySelector(${JSON.stringify(selector)});
  const gaps = []; const tasks = []; let last = performance.now(); let step = 0; let moved = 0;
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  watch.observe({ type: 'longtask' });
  const frame = (now) => {
    gaps.push(now - last); last = now;
    const before = box.scrollTop;
    box.scrollTop -= ${String(STEP_PX)};
    moved += before - box.scrollTop;
    if (++step < ${String(STEPS)}) requestAnimationFrame(frame);
    else setTimeout(() => { watch.disconnect(); done({ gaps, tasks, moved }); }, 200);
  };
  requestAnimationFrame(frame);
})`;

type Figure = 'task' | 'frames' | 'thread';

async function scroll(page: Page, selector: string): Promise<Record<Figure, number>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const thread = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
  };
  const before = await thread();
  const { gaps, tasks, moved } = await page.evaluate<{ gaps: number[]; tasks: number[]; moved: number }>(
    scrolling(selector),
  );
  const after = await thread();
  assert.ok(moved > STEPS * STEP_PX * 0.7, `scrolled by ${moved} px only`);
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000;
  return {
    task: Math.max(50, ...tasks),
    frames: gaps.length / seconds,
    thread: (after - before) / (moved / 10_000),
  };
}

const UNITS: Readonly<Record<Figure, string>> = {
  task: 'ms, longest task (50: none was longer)',
  frames: 'frames a second (more is better; a quiet screen has 60)',
  thread: 'ms of the main thread for 10,000 px (its own processor time)',
};

export async function panelCharts(): Promise<Comparison[]> {
  return withPanels(async (panels) => {
    const keys: Figure[] = ['task', 'frames', 'thread'];
    const series = await alternateAll(
      ROUNDS,
      keys,
      {
        label: `${String(TURNS)} answers with ${String(CHARTS)} charts`,
        run: async () => {
          const panel = await open(panels);
          await panel.page.waitForTimeout(1500);
          const figures = await scroll(panel.page, '.scroller');
          assert.ok((await panel.page.locator('article img').count()) > 3, 'no charts came into view');
          await panel.close();
          return figures;
        },
      },
      {
        label: 'a page with as many <img loading="lazy">',
        run: async () => {
          const page = await panels.browser.newPage({ viewport: { width: 600, height: 900 } });
          const source = `data:image/png;base64,${String(recorded.png['image/png'])}`;
          await page.setContent(
            `<body style="margin:0;height:900px"><div class="all" style="height:900px;overflow:auto"></div></body>`,
          );
          await page.evaluate(`(() => { const box = document.querySelector('.all');
            for (let n = 0; n < ${String(CHARTS)}; n++) { const image = new Image(); image.loading = 'lazy';
              image.style.cssText = 'display:block;width:100%;height:380px'; image.src = ${JSON.stringify(source)}; box.append(image); }
            box.scrollTop = box.scrollHeight; })()`);
          await page.waitForTimeout(500);
          const figures = await scroll(page, '.all');
          await page.close();
          return figures;
        },
      },
    );
    return keys.map((key) => ({
      name: 'panel: scrolling through 500 charts',
      unit: UNITS[key],
      ...series(key),
    }));
  });
}
