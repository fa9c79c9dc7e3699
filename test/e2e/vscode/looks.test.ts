/** A finished analysis in each kind of theme, narrow and wide: charts are on the screen, nothing sticks out sideways. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { charts, finishedTurns, panelReady, turns } from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** Name of the picture, label in the picker. */
const THEMES = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
  ['hc-dark', 'Dark High Contrast'],
  ['hc-light', 'Light High Contrast'],
] as const;

describe('a finished analysis', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  /** One chart on the screen and a picture of the window; frames come and go while the place changes. */
  const look = async (name: string): Promise<void> =>
    attempt(30_000, async () => {
      const panel = await window.conversation();
      const chart = charts(panel).first();
      assert.ok(showsSomething(await screenStatistics(chart)), 'the chart is not blank');
      await window.screenshot(name);
      const scroller = panel.locator('.scroller');
      const sideways = await scroller.evaluate(
        (element: { scrollWidth: number; clientWidth: number }) => element.scrollWidth - element.clientWidth,
      );
      assert.ok(sideways <= 0, `the conversation is ${sideways} px wider than its place`);
    });

  before(async () => {
    vscode = await VsCodeFixture.start();
    window = await vscode.open({ height: 1100 });
    await window.command('Code Interpreter: Focus');
    await panelReady(window.panel());
    await window.screenshot('empty');
    await window.openFile('sales.csv');
    await window.command('Code Interpreter: Analyze File…');
    await finishedTurns(window.panel(), 1);
  });
  after(async () => vscode.stop());

  for (const [name, theme] of THEMES) {
    promise(`is in order in ${theme} at 290 px`, async () => {
      await window.theme(theme);
      await window.resizePanel(290);
      await look(`${name}-narrow`);
    });
  }

  promise('moves to an editor tab', async () => {
    await window.command('Code Interpreter: Open in Editor Tab');
    // The side bar's page may still be there for a moment.
    await attempt(20_000, async () => {
      assert.equal(await turns(await window.conversation()).count(), 1);
      await window.page
        .getByRole('tab', { name: /^Code Interpreter/ })
        .first()
        .waitFor({ timeout: 1000 });
    });
  });

  for (const [name, theme] of THEMES) {
    promise(`is in order in ${theme} in an editor tab`, async () => {
      await window.theme(theme);
      await look(`${name}-tab`);
    });
  }
});
