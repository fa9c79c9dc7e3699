/** A finished analysis in each kind of theme, narrow and wide: charts are on the screen, nothing sticks out sideways. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { charts, finishedTurns, panelReady } from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { VsCodeFixture } from '../../support/vscodeFixture.ts';
import type { Theme } from '../../support/vscodeServer.ts';

const THEMES: [string, Theme][] = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
  ['hc-dark', 'Default High Contrast'],
  ['hc-light', 'Default High Contrast Light'],
];

describe('the panel in VS Code', () => {
  for (const [name, theme] of THEMES) {
    it(`shows an analysis in ${theme}, narrow and as a tab`, async () => {
      const vscode = await VsCodeFixture.start({ theme });
      try {
        const window = await vscode.open({ height: 1100 });
        await window.command('Code Interpreter: Focus');
        await panelReady(window.panel());
        await window.screenshot(`${name}-empty`);
        await window.openFile('sales.csv');
        await window.command('Code Interpreter: Analyze File…');
        await finishedTurns(window.panel(), 1);
        await window.resizePanel(290);
        assert.ok(showsSomething(await screenStatistics(charts(window.panel()).first())));
        await window.screenshot(`${name}-narrow`);
        const sideways = await window
          .panel()
          .locator('.scroller')
          .evaluate(
            (element: { scrollWidth: number; clientWidth: number }) =>
              element.scrollWidth - element.clientWidth,
          );
        assert.ok(sideways <= 0, `the conversation is ${sideways} px wider than the panel`);
        await window.command('Code Interpreter: Open in Editor Tab');
        const tab = await window.conversation();
        assert.ok(showsSomething(await screenStatistics(charts(tab).first())));
        await window.screenshot(`${name}-tab`);
        await window.close();
      } finally {
        await vscode.stop();
      }
    });
  }
});
