/**
 * The hostile corpus in real VS Code: a scripted model says the attacks, and has cells of a real sandbox display and
 * print them. Nothing is sent, nothing runs, the controls stay the user's, and Stop works. One window for all of it.
 */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { type FrameLocator } from 'playwright-core';
import { Canary } from '../../support/canary.ts';
import { controlsCovered, pwnedFrames } from '../../support/hostileChecks.ts';
import { CORPUS } from '../../support/hostileCorpus.ts';
import { type Row } from '../../support/hostileRow.ts';
import { ask, cells, finishedTurns, lastAnswer, panelReady, stopButton } from '../../support/panel.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';
import { cell, text, type Reply } from '../../support/scriptedApiReplies.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** A window that does not close is a failure, not a silence. */
const AFTERWARDS = { timeout: 240_000 };

/** Python that displays and prints what it finds in the packed JSON. */
function codeFor(attacks: readonly Row['attacks'][string][]): string {
  const packed = deflateRawSync(JSON.stringify(attacks)).toString('base64');
  return `import base64, json, zlib
packed = "${packed}"
for attack in json.loads(zlib.decompress(base64.b64decode(packed), -15)):
    if attack["as"] == "stdout":
        print(attack["text"])
    else:
        display(attack["data"], raw=True)
print("shown")`;
}

describe('hostile outputs in VS Code', () => {
  let canary: Canary;
  let api: ScriptedApi;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  let panel: FrameLocator;
  const promise = promises(() => window);

  /** One row for each request: what the model says, then a cell that shows the rest. */
  function replyFor(row: Row): Reply {
    const armed = Object.values(row.attacks).map((attack, at) =>
      canary.arm(attack, `${row.id.toLowerCase()}-${at}`),
    );
    const said = armed.filter((attack) => attack.as === 'prose');
    const made = armed.filter((attack) => attack.as !== 'prose');
    return {
      kind: 'message',
      blocks: [
        ...said.map((attack) => ({ type: 'text' as const, text: attack.text })),
        { type: 'tool_use', name: 'python', input: { purpose: row.id, code: codeFor(made) } },
      ],
    };
  }

  before(async () => {
    canary = await Canary.start();
    api = await startScriptedApi({
      script: (_, n) => {
        const row = CORPUS[n - 1];
        return row === undefined ? text('Everything was shown.') : replyFor(row);
      },
    });
    const settings = {
      'codeInterpreter.apiBaseUrl': api.url,
      'codeInterpreter.turn.maxSteps': CORPUS.length + 5,
      'codeInterpreter.turn.maxTokens': 50_000_000,
    };
    vscode = await VsCodeFixture.start({ settings }, canary.browserArgs);
    window = await vscode.open();
  });
  after(async () => {
    await vscode.stop();
    await api.close();
    const lookups = await canary.lookups();
    await canary.stop();
    assert.deepEqual(lookups, [], 'names were looked up');
  }, AFTERWARDS);

  async function unharmed(): Promise<void> {
    assert.deepEqual(await pwnedFrames(window.page), [], 'script ran');
    assert.deepEqual(canary.hits, [], 'something was sent');
    // Not even tried: what the policy of the page stops counts here, too.
    assert.deepEqual(window.foreignRequests, []);
    assert.equal(await window.dialog.count(), 0);
  }

  promise(`${CORPUS.length} rows of attacks are shown: nothing runs, nothing is sent`, async () => {
    await window.command('Code Interpreter: Set API Key…');
    await window.answer(TEST_KEY);
    await window.told(/The key is stored/);
    await window.command('Code Interpreter: Focus');
    panel = window.panel();
    await panelReady(panel);
    await ask(panel, 'Show me everything');
    await finishedTurns(panel, 1, 240_000);
    assert.match(await lastAnswer(panel), /Everything was shown\./);
    assert.equal(await cells(panel).count(), CORPUS.length);
    assert.equal(await panel.locator('.cell .phase-ok').count(), CORPUS.length, 'every cell ran');
    // Charts and frames are drawn when they come near.
    const shown = panel.locator('.figure, .html-frame');
    const count = await shown.count();
    assert.ok(count > 60, `only ${count} outputs are drawn`);
    for (let at = 0; at < count; at += 2)
      await shown
        .nth(at)
        .scrollIntoViewIfNeeded({ timeout: 5000 })
        .catch(() => undefined);
    await window.page.waitForTimeout(1500);
    await unharmed();
    await window.screenshot('hostile');
  });

  promise('the controls of the panel are still the user’s', async () => {
    assert.deepEqual(await controlsCovered(panel), []);
  });

  promise(
    'a link shows its real address in a dialog of VS Code first; nothing opens without a yes',
    async () => {
      const pages = window.page.context().pages().length;
      await panel.locator('.markdown .link', { hasText: /^bank$/ }).click();
      const dialog = window.dialog;
      await dialog.getByText(/Open this page of real\.o11-\d+\.canary\.test/).waitFor({ timeout: 10_000 });
      await window.screenshot('hostile-link');
      await window.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await panel.locator('.markdown .link', { hasText: /^apple$/ }).click();
      await dialog.getByText('https://xn--pple-43d.com/').waitFor({ timeout: 10_000 });
      await window.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(window.page.context().pages().length, pages);
      await unharmed();
    },
  );

  promise('links to commands, files, programs and scripts cannot be followed', async () => {
    const dead = panel.locator('.markdown .dead-link');
    const count = await dead.count();
    assert.ok(count >= 15, `only ${count} dead links`);
    for (let at = 0; at < count; at++)
      await dead
        .nth(at)
        .click({ timeout: 3000 })
        .catch(() => undefined);
    await window.page.waitForTimeout(300);
    assert.equal(await window.page.locator('.terminal-wrapper').count(), 0);
    await unharmed();
  });

  promise('Stop is in reach while a hostile cell runs, and ends it', async () => {
    const cover = `from IPython.display import HTML, display
import time
display(HTML('<div style="position:fixed;inset:0;z-index:2147483647;background:red">cover</div>'))
time.sleep(600)`;
    api.setScript((_, n) => (n === 1 ? cell('Working.', cover, 'Cover') : text('Stopped.')));
    await ask(panel, 'And now?');
    await panel.locator('.cell-running').waitFor({ timeout: 60_000 });
    await window.page.waitForTimeout(500);
    assert.deepEqual(await controlsCovered(panel), []);
    await stopButton(panel).click();
    await finishedTurns(panel, 2, 30_000);
    await unharmed();
  });
});
