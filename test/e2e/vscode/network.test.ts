/** The network by name, seen from the panel: refused, allowed with one click, closed again. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ask, finishedTurns } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** No name server knows it, and the proxy's own answers for its domain: nothing leaves the machine. */
const HOST = 'data.invalid';
const REACH = `import urllib.request
try: urllib.request.urlopen("https://${HOST}/", timeout=20)
except OSError as e: print(e)`;

describe('in VS Code, the network by name', () => {
  let window: VsCodeWindow;
  const { panel, promise } = panelWithKey(echo, (opened) => {
    ({ window } = opened);
  });
  const lines = () => panel().locator('.network-cell, .cell').filter({ hasText: HOST });

  promise(
    'what code tried to reach is told under its cell, and opened for the session with one click',
    async () => {
      await ask(panel(), REACH);
      await finishedTurns(panel(), 1);
      await panel().getByText('The network of this sandbox is closed').first().waitFor({ timeout: 20_000 });
      const summary = panel()
        .getByText(/1 attempt, 1 denied/)
        .first();
      await summary.waitFor({ timeout: 20_000 });
      await summary.click();
      await window.screenshot('network-denied');
      await panel()
        .getByRole('button', { name: /For this session/ })
        .first()
        .click();
      await panel()
        .getByText('Open now: the next attempt gets through.')
        .first()
        .waitFor({ timeout: 60_000 });
      await window.screenshot('network-opened');

      await ask(panel(), REACH);
      await finishedTurns(panel(), 2);
      // The proxy looked the name up, and refuses for what it found: it is not the closed door that answers.
      await panel().getByText('Tunnel connection failed: 403 Forbidden').last().waitFor({ timeout: 20_000 });
      assert.ok((await lines().count()) >= 2);
    },
  );

  promise('it is closed by a command, and refused again', async () => {
    await window.command('Code Interpreter: Close the Network');
    await attempt(30_000, async () => {
      await ask(panel(), REACH);
      await finishedTurns(panel(), 3);
    });
    const closed = panel().getByText('The network of this sandbox is closed');
    await attempt(20_000, async () => assert.ok((await closed.count()) >= 2));
    await window.screenshot('network-closed');
  });
});
