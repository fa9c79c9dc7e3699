/** Parts of the panel that do not come, or come late. */
import { EventEmitter, once } from 'node:events';
import type { Page } from 'playwright-core';
import { cellAnswers } from './cellScenes.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

/** Files of this part. */
export const chunk = (name: string): RegExp => new RegExp(`/chunks/${name}-[A-Z0-9]+\\.js$`);

export async function missing(page: Page, name: string): Promise<void> {
  await page.route(chunk(name), async (route) => route.fulfill({ status: 404 }));
}

/** The part does not come before it is let go. */
export async function held(page: Page, name: string): Promise<() => void> {
  const gate = new EventEmitter();
  const open = once(gate, 'open');
  await page.route(chunk(name), async (route) => {
    await open;
    await route.continue();
  });
  return () => gate.emit('open');
}

/** What needs nearly every part, to be pushed when they have been taken away. */
function needy(): Log {
  const log = new Log();
  log.ask('Fit a line', ['data/sales.csv']);
  log.cell('c1', 'Fit a line', 'fit(df)', [display({ 'application/json': { name: 'fit', r2: 0.93 } })]);
  log.cell('c2', 'Draw it', 'px.line(df)', [
    display({ ...recorded.plotlyLine, 'text/plain': 'Figure with 2 traces' }),
  ]);
  log.say('The slope is $\\frac{a}{b}$ for each month.');
  log.end();
  return log;
}

export const bare = (): OpenOptions => ({ state: panelState(), answers: cellAnswers });

/** @param take takes a part away */
export async function needyWithout(
  panel: OpenPanel,
  take: (page: Page, name: string) => Promise<unknown>,
): Promise<void> {
  const { page } = panel;
  // What is still on its way would be waited for with each picture.
  await page.waitForLoadState('networkidle');
  for (const name of ['json', 'plotly', 'math', 'codeEditor']) await take(page, name);
  await panel.push({ type: 'events', events: needy().events });
  await page.locator('[data-cell=c1]').focus();
  await page.keyboard.press('Enter');
  await page.locator('.code-editor').waitFor();
}
