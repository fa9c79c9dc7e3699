/** S4: in a workspace that is not trusted the panel opens and nothing runs; when trust is granted it goes on as it is. */
import assert from 'node:assert/strict';
import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import words from '../../../package.nls.json' with { type: 'json' };
import { ask, charts, finishedTurns, lastAnswer, panelReady } from '../../support/panel.ts';
import { echo } from '../../support/panelWithKey.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';
import { processesOf } from '../../support/searchPlaces.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const REASON = 'Nothing runs here, because this workspace is not trusted.';
/** They run nothing, read nothing and ask nobody. */
const FREE = new Set(
  'closeNetwork findInSession focus newSession openInTab openSettings removeApiKey removeOldImages showChanges showCharts showFiles showHistory showLog showRequests showVariables stop'
    .split(' ')
    .map((name) => `codeInterpreter.${name}`),
);
const titles = new Map(Object.entries(words));
const SOMETIMES = new Set(manifest.contributes.menus.commandPalette.map(({ command }) => command));
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

describe('S4 an untrusted workspace', () => {
  let api: ScriptedApi;
  /** Named by the settings of the workspace. */
  let stranger: ScriptedApi;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  /** The program reads the second by itself when a sandbox starts. */
  const files = (): string[] =>
    ['sales.csv', '.codeinterpreterignore'].map((name) => join(vscode.workspace, name));
  const lastRead = async (file: string): Promise<number> => (await stat(file)).atimeMs;
  /** Processes that run extensions for this server. */
  const extensionHosts = async (): Promise<string[]> =>
    [...(await processesOf(vscode.server.pid))].flatMap(([name, text]) =>
      text.includes('--type=extensionHost') ? [name] : [],
    );

  let hosts: string[] = [];
  before(async () => {
    api = await startScriptedApi({ script: echo });
    stranger = await startScriptedApi({ script: echo, apiKey: null });
    vscode = await VsCodeFixture.start({
      trust: 'asks',
      settings: {
        'security.workspace.trust.startupPrompt': 'never',
        'codeInterpreter.apiBaseUrl': api.url,
      },
    });
    await mkdir(join(vscode.workspace, '.vscode'));
    const hostile = {
      'codeInterpreter.apiBaseUrl': stranger.url,
      codeInterpreter: { apiBaseUrl: stranger.url },
    };
    await writeFile(join(vscode.workspace, '.vscode/settings.json'), JSON.stringify(hostile));
    // The user has a key, from a window of before: it could be used.
    window = await vscode.open({ workspace: null });
    await window.setApiKey(TEST_KEY);
    await window.page.goto(vscode.server.url(vscode.workspace));
    await writeFile(join(vscode.workspace, '.codeinterpreterignore'), '*.secret\n');
    for (const file of files()) await utimes(file, LONG_AGO, new Date());
    api.requests.splice(0);
  });
  after(async () => {
    await vscode.stop();
    await api.close();
    await stranger.close();
  });

  promise('gets a panel that says why nothing runs, and no container', async () => {
    // The Explorer draws itself anew after the files above, and a menu goes away with that.
    await attempt(60_000, async () => {
      await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
      await window.page.locator('iframe.webview').first().waitFor({ timeout: 15_000 });
    });
    const panel = window.panel();
    await panelReady(panel);
    await panel.getByText('This workspace is not trusted', { exact: true }).waitFor();
    // Long enough for a sandbox that should not start.
    await window.page.waitForTimeout(4000);
    assert.equal(await charts(panel).count(), 0);
    assert.equal(await panel.locator('.cell').count(), 0);
    assert.deepEqual(await vscode.engineObjects(), []);
    await window.screenshot('untrusted');
  });

  for (const { command, title: key } of manifest.contributes.commands) {
    const title = titles.get(key.slice(1, -1)) ?? key;
    // Those of menus, of a notebook and of what can be exported are not in the palette here.
    if (FREE.has(command) || SOMETIMES.has(command)) continue;
    promise(`refuses "${title}" with the reason`, async () => {
      await window.command('Notifications: Clear All Notifications');
      await window.toast(REASON).waitFor({ state: 'hidden' });
      await window.command(`Code Interpreter: ${title}`);
      await window.told(REASON, 'Manage Trust');
      assert.equal(await window.quickInput.count(), 0, 'it asks for nothing');
    });
  }

  promise('takes no message and no file', async () => {
    const panel = window.panel();
    const input = panel.locator('textarea[aria-label="Ask about your data"]');
    await input.fill('print(6 * 7)');
    await input.press('Enter');
    await window.page.waitForTimeout(1500);
    assert.equal(await panel.locator('.article-turn').count(), 0);
    assert.equal(await panel.locator('.cell').count(), 0);
    assert.ok(
      await panel
        .getByRole('button', { name: /^Attach/ })
        .first()
        .isDisabled(),
    );
  });

  promise('may still show what is there: the panel, and what was sent, which is nothing', async () => {
    await window.command('Code Interpreter: Show What the Model Saw');
    const tab = window.page.getByRole('tab', { name: /^What the model saw/ });
    await tab.waitFor();
    await window.page.locator('.editor-instance .view-lines').first().getByText('Nothing was sent').waitFor();
    await window.page.keyboard.press('Control+W');
  });

  promise('made no container, no call of any API, and read no file', async () => {
    assert.deepEqual(await vscode.engineObjects(), []);
    assert.deepEqual([api.requests.length, stranger.requests.length], [0, 0]);
    for (const file of files()) assert.equal(await lastRead(file), LONG_AGO.getTime(), `${file} was read`);
    hosts = await extensionHosts();
    assert.equal(hosts.length, 1);
  });

  promise('can be trusted from the panel, and then the same things work, without a reload', async () => {
    await window.page.evaluate("document.body.setAttribute('data-as-before', 'yes')");
    await window.panel().getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await window.page
      .getByRole('button', { name: /^Trust$/ })
      .first()
      .click({ timeout: 20_000 });
    await window.page.keyboard.press('Control+W');
    const panel = window.panel();
    await panel.getByText('This workspace is not trusted', { exact: true }).waitFor({ state: 'hidden' });
    await ask(panel, 'print(open("/workspace/sales.csv").readline()); print(6 * 7)');
    await finishedTurns(panel, 1);
    assert.match(await lastAnswer(panel), /Result: .*42/s);
    assert.equal(await window.page.locator('body[data-as-before="yes"]').count(), 1);
    assert.deepEqual(await extensionHosts(), hosts, 'the same program goes on');
    await window.screenshot('trusted');
  });

  promise('then there is a container, calls of the API of the user, and a file that was read', async () => {
    assert.notDeepEqual(await vscode.engineObjects(), []);
    assert.ok(api.conversations().length > 0);
    assert.ok(api.requests.every(({ problem }) => problem === null));
    assert.equal(stranger.requests.length, 0, 'never that of the workspace');
    assert.ok((await lastRead(files()[1] ?? '')) > LONG_AGO.getTime(), 'a read can be seen');
    await window.command('Code Interpreter: Choose Model');
    await window.pick('Built-in analyst');
    await attempt(60_000, async () => {
      if ((await charts(window.panel()).count()) > 0) return;
      await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
      await charts(window.panel()).first().waitFor({ timeout: 20_000 });
    });
    await finishedTurns(window.panel(), 2);
  });
});
