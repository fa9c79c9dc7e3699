/** The network by name, in the panel: what was denied is opened with a click, told to the model, and closed again. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { ask, cells, finishedTurns } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import type { VsCodeWindow } from '../../support/vscodeWindow.ts';

/** A name that nobody has, and the proxy's own answer for its domain: nothing of it leaves the machine. */
const HOST = 'data.code-interpreter.invalid';
const FETCH = `import urllib.request
try: urllib.request.urlopen("https://${HOST}/figures.csv?key=abc", timeout=20)
except OSError as error: print("no figures:", error)`;

describe('in VS Code, the network by name', () => {
  let api: ScriptedApi;
  let window: VsCodeWindow;
  let answered = 0;
  const { panel, promise } = panelWithKey(echo, (opened) => {
    ({ api, window } = opened);
  });
  const say = async (text: string): Promise<void> => {
    await ask(panel(), text);
    await finishedTurns(panel(), ++answered, 90_000);
  };
  const status = (words: string): Locator => panel().getByRole('button', { name: words, exact: true });
  const told = (): string => JSON.stringify(api.conversations().at(-1)?.body?.messages ?? '');

  promise('an attempt is denied, and stands under its cell; the model is told', async () => {
    await status('No network').waitFor();
    await say(FETCH);
    await cells(panel()).first().getByText('Network: 1 attempt, 1 denied').waitFor();
    await window.screenshot('network-denied');
    assert.match(told(), /network: denied: data\.code-interpreter\.invalid:443 \(the network is closed\)/);
  });

  promise('one click opens it for this session; the status line and the model know', async () => {
    await cells(panel()).first().getByRole('button', { name: 'For this session' }).click();
    await status('Network: 1 host').waitFor({ timeout: 60_000 });
    await say('print("go on")');
    assert.match(told(), /the user has opened data\.code-interpreter\.invalid, and nothing else/);
    await say(FETCH);
    // The proxy looked the name up and refuses for what it found: it is not the closed door that answers.
    await cells(panel()).last().getByText('Network: 1 attempt, 1 denied').waitFor();
    assert.match(told(), /network: denied: data\.code-interpreter\.invalid:443 \((?!the network is closed)/);
  });

  promise('from the ledger it is closed again', async () => {
    await status('Network: 1 host').click();
    await window.screenshot('network-ledger');
    await panel()
      .getByRole('button', { name: `Close ${HOST}` })
      .click();
    await status('No network').waitFor({ timeout: 60_000 });
  });

  promise('Always asks with the exact host and port; without consent nothing is open', async () => {
    const always = panel().getByRole('region', { name: 'Network' }).getByRole('button', { name: 'Always…' });
    await always.click();
    await window.dialog.getByText(`Let code reach ${HOST}:443 always?`).waitFor();
    await window.dialog.getByText(`your files included, can be sent to ${HOST}:443`).waitFor();
    await window.screenshot('network-always');
    await window.dialog.getByRole('button', { name: 'Cancel' }).click();
    await window.dialog.waitFor({ state: 'hidden' });
    await status('No network').waitFor();
    await always.click();
    await window.dialog.getByRole('button', { name: `Open ${HOST}:443` }).click();
    await status('Network: 1 host').waitFor({ timeout: 60_000 });
    await panel().getByText('by your settings').waitFor();
  });

  promise(
    'Close the Network closes it for this session; the command opens another host for one answer',
    async () => {
      await window.command('Code Interpreter: Close the Network');
      await status('No network').waitFor({ timeout: 60_000 });
      await window.command('Code Interpreter: Open the Network by Name');
      await window.quickInput.locator('input').first().fill('127.0.0.1');
      await window.quickInput.getByText('it is an address or no full host name').waitFor();
      await window.answer('*.code-interpreter.invalid:8443');
      await window.pick('Once');
      await status('Network: 1 host').waitFor({ timeout: 60_000 });
      await say('print("last")');
      await status('No network').waitFor({ timeout: 60_000 });
      assert.deepEqual(window.violations, []);
      assert.deepEqual(window.foreignRequests, []);
    },
  );
});
