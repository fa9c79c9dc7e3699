/**
 * S11: a key that was used in a real window, refused, and echoed by the API, is in nothing that is kept or shown. Each
 * place is shown to be looked into: it holds something else that must be there. S7: no file becomes a setting.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { callEngine, engineAddress } from '../../setup/engineApi.mjs';
import { CliProcess } from '../../support/cliProcess.ts';
import { imageForTests } from '../../support/dockerFixture.ts';
import { ask, finishedTurns, lastAnswer, panelReady } from '../../support/panel.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';
import { apiError, cell, text } from '../../support/scriptedApiReplies.ts';
import type { Script } from '../../support/scriptedApiScenarios.ts';
import { filesBelow, holding, processesOf, type Places } from '../../support/searchPlaces.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** Looks like no key, so that only knowing it finds it. */
const KEY = 'canary/7f3a91c2d4e85b60+"x"';
const WORDS = 'marmalade-4711';
const DRAFT = 'quince-0815';

const CODE = `open('settings.json', 'w').write('{"codeInterpreter.apiBaseUrl": "http://127.0.0.1:9"}')
print('${WORDS} is written')`;
const writes: Script = (_, n) => (n === 1 ? cell('I write a file.', CODE) : text(`It is there: ${WORDS}.`));
const refuses: Script = () => apiError(401, 'authentication_error', `invalid bearer token ${KEY}`);
/** An answer that repeats it as a gateway's page of an error would. */
const echoes: Script = () =>
  apiError(400, 'invalid_request_error', `header authorization: Bearer ${KEY} was sent`);

/** All that databases of the browser hold for this page: the state of webviews, and of VS Code. */
const DATABASES = `(async () => {
  const wait = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await wait(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const values = await wait(database.transaction(store).objectStore(store).getAll());
      for (const value of values) found.push(value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? new TextDecoder('latin1').decode(value)
        : typeof value === 'string' ? value : JSON.stringify(value));
    }
    database.close();
  }
  return found.join('\\n');
})()`;

describe('in VS Code, a key', () => {
  let api: ScriptedApi;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  let out = '';
  const spoken: string[] = [];
  const promise = promises(() => window);

  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'exported-'));
    api = await startScriptedApi({ script: writes, apiKey: KEY });
    const settings = { 'codeInterpreter.apiBaseUrl': api.url };
    vscode = await VsCodeFixture.start({ settings, args: ['--log', 'trace'] });
    window = await vscode.open();
    window.page.on('console', (message) => spoken.push(message.text()));
    await window.command('Code Interpreter: Focus');
    await panelReady(window.panel());
  });
  after(async () => {
    await vscode.stop();
    await api.close();
    await rm(out, { recursive: true, force: true });
  });

  const copied = async (): Promise<string> => {
    const { page } = window;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+C');
    return page.evaluate<string>('navigator.clipboard.readText()');
  };

  promise('S11 is used, refused and echoed, and the user is told each time', async () => {
    await window.command('Code Interpreter: Set API Key…');
    await window.answer(`${KEY}-of-yesterday`);
    await window.told(/not stored/);
    await window.setApiKey(KEY);
    await ask(window.panel(), `Write ${WORDS}, please`);
    await finishedTurns(window.panel(), 1);
    assert.match(await lastAnswer(window.panel()), new RegExp(`It is there: ${WORDS}`));
    for (const [n, script, told] of [
      [2, refuses, /The API did not accept the key/],
      [3, echoes, /The API refused the request/],
    ] as const) {
      api.setScript(script);
      await ask(window.panel(), `Again, ${WORDS}`);
      await finishedTurns(window.panel(), n);
      assert.match(await lastAnswer(window.panel()), told);
    }
    assert.ok(api.requests.some(({ headers }) => headers['authorization'] === `Bearer ${KEY}`));
  });

  promise('S11 would be found: in each form, and in the middle of something else', async () => {
    const planted = {
      plain: `key=${KEY}`,
      url: `https://host/?key=${encodeURIComponent(KEY)}&x=1`,
      json: JSON.stringify({ headers: { authorization: `Bearer ${KEY}` } }),
      hex: Buffer.from(`x${KEY}`).toString('hex'),
      ...Object.fromEntries(
        ['', 'x', 'xy'].map((before) => [
          `base64${before}`,
          Buffer.from(`${before}${KEY}:`).toString('base64'),
        ]),
      ),
    };
    for (const [name, content] of Object.entries(planted)) await writeFile(join(out, name), content);
    const found = holding(await filesBelow(out, 'planted'), KEY).map((place) => place.split(': ')[0]);
    assert.deepEqual(
      [...new Set(found)].sort(),
      Object.keys(planted)
        .map((name) => `planted ${name}`)
        .sort(),
    );
    await Promise.all(Object.keys(planted).map(async (name) => rm(join(out, name))));
  });

  promise('S11 is in no file of VS Code at the finest level of logs, and in no process of it', async () => {
    const files = await filesBelow(vscode.server.folder, 'file');
    assert.ok(
      holding(files, WORDS).some((place) => place.includes('transcript.jsonl')),
      'what was said is on disk',
    );
    assert.ok(
      holding(files, '[trace]').some((place) => place.includes('data/logs')),
      'the level of the logs',
    );
    const processes = await processesOf(vscode.server.pid);
    assert.ok([...processes.values()].some((text) => text.includes('--type=extensionHost')));
    assert.ok([...processes.values()].some((text) => text.includes('PATH=')));
    assert.deepEqual(holding(new Map([...files, ...processes]), KEY), []);
  });

  promise('S11 is not in the workspace', async () => {
    const files = await filesBelow(vscode.workspace, 'workspace');
    assert.ok(holding(files, 'region').length > 0);
    assert.deepEqual(holding(files, KEY), []);
  });

  promise('S11 is not in the container, nor what the engine tells of it and its volumes', async () => {
    const places: Places = new Map();
    for (const { kind, id } of await vscode.engineObjects())
      places.set(
        `${kind} ${id}`,
        (await callEngine(engineAddress(), 'GET', `/${kind}s/${id}${kind === 'container' ? '/json' : ''}`))
          .text,
      );
    assert.ok(holding(places, 'dev.code-interpreter.session').length > 0);
    assert.deepEqual(holding(places, KEY), []);
  });

  promise('S11 is in no state that the browser keeps of the panel and of VS Code', async () => {
    await window
      .panel()
      .locator('textarea[aria-label="Ask about your data"]')
      .pressSequentially(`A draft of ${DRAFT}`);
    let kept = '';
    // Written every few seconds while the page has the focus.
    await attempt(40_000, async () => {
      kept = await window.page.evaluate<string>(DATABASES);
      assert.ok(kept.includes(DRAFT), 'the draft is in it');
    });
    assert.deepEqual(holding(new Map([['databases', kept]]), KEY), []);
  });

  promise(
    'S11 is in nothing that is drawn: pages, panel, messages, and in no line of the console',
    async () => {
      const { page } = window;
      const places: Places = new Map();
      await window.command('Notifications: Show Notifications');
      await page.locator('.notifications-center').waitFor();
      for (const [index, frame] of page.frames().entries())
        places.set(`frame ${index}`, await frame.content());
      places.set('console', spoken.join('\n'));
      assert.ok(
        holding(places, WORDS).some((place) => place.startsWith('frame')),
        'the conversation is drawn',
      );
      assert.ok(holding(places, 'The key is stored').length > 0, 'messages are there');
      assert.deepEqual(holding(places, KEY), []);
      await page.keyboard.press('Escape');
    },
  );

  promise('S11 is in no line of the output channel', async () => {
    await window.command('Code Interpreter: Show Log');
    const view = window.page.locator('.output-view-container .view-lines, .output-view .view-lines').first();
    await view.getByText('status 401').first().waitFor();
    await view.click();
    const log = await copied();
    assert.match(log, /API: status 401/);
    assert.match(log, /\[key\]|API: status 400/);
    assert.deepEqual(holding(new Map([['the output channel', log]]), KEY), []);
    await window.screenshot('key-log');
  });

  promise('S11 is not in what the model saw', async () => {
    await window.command('Code Interpreter: Show What the Model Saw');
    await window.page.getByRole('tab', { name: /^What the model saw/ }).waitFor();
    const lines = window.page.locator('.editor-instance .view-lines').first();
    await lines.getByText('claude-sonnet-5-5').first().waitFor();
    await lines.click();
    const seen = await copied();
    assert.ok(seen.includes(WORDS));
    assert.deepEqual(holding(new Map([['what the model saw', seen]]), KEY), []);
    await window.page.keyboard.press('Control+W');
  });

  promise('S11 is not in a conversation that is exported', async () => {
    api.setScript(writes);
    const question = ['analyze', join(vscode.workspace, 'sales.csv'), '--question', WORDS];
    const args = [...question, '--base-url', api.url, '--image', await imageForTests(), '--out', out];
    const { code, stdout, stderr } = await new CliProcess(args, { ANTHROPIC_API_KEY: KEY }).done;
    assert.equal(code, 0, stderr);
    const places = await filesBelow(out, 'exported');
    assert.ok(holding(places, WORDS).some((place) => place.includes('session.ipynb')));
    assert.deepEqual(holding(places.set('printed', stdout + stderr), KEY), []);
  });

  promise('S7 a file called settings.json is not saved into .vscode, but beside it', async () => {
    const settings = join(vscode.workspace, '.vscode/settings.json');
    await mkdir(join(vscode.workspace, '.vscode'), { recursive: true });
    const save = window.panel().getByRole('button', { name: 'Save settings.json' }).last();
    await save.click();
    await window.answerPath(settings);
    await window
      .panel()
      .getByText(/"settings\.json" was not saved there/)
      .waitFor({ timeout: 10_000 });
    assert.equal(existsSync(settings), false);
    await save.click();
    const beside = join(vscode.workspace, 'settings.json');
    await window.answerPath(beside);
    await attempt(10_000, async () => assert.match(await readFile(beside, 'utf8'), /apiBaseUrl/));
    assert.deepEqual(window.violations, []);
    assert.deepEqual(window.foreignRequests, []);
  });
});
