/** With a key: the SDK carries the conversation, Stop ends a cell, files reach the workspace through a dialog only. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import {
  ask,
  charts,
  finishedTurns,
  lastAnswer,
  panelReady,
  stopButton,
  turns,
} from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';
import { SCENARIOS } from '../../support/scriptedApiScenarios.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

function scenario(name: string): NonNullable<(typeof SCENARIOS)[string]> {
  const found = SCENARIOS[name];
  assert.ok(found !== undefined, `no scenario ${name}`);
  return found;
}

describe('in VS Code, with a key', () => {
  let api: ScriptedApi;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  before(async () => {
    api = await startScriptedApi({ script: 'chart-follow-up' });
    vscode = await VsCodeFixture.start({ settings: { 'codeInterpreter.apiBaseUrl': api.url } });
    window = await vscode.open();
  });
  after(async () => {
    await vscode.stop();
    await api.close();
  });

  promise('a wrong key is refused with a sentence, the right one is stored', async () => {
    await window.command('Code Interpreter: Set API Key…');
    await window.answer('wrong-key-0000');
    await window.told(/not stored/);
    await window.page.keyboard.press('Escape');
    await window.command('Code Interpreter: Set API Key…');
    await window.answer(TEST_KEY);
    await window.told(/The key is stored/);
    await window.command('Code Interpreter: Remove API Key');
  });

  promise('a follow-up question carries the chart of the analyst as an image', async () => {
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    await panelReady(window.panel());
    await finishedTurns(window.panel(), 1);
    assert.equal(api.conversations().length, 0, 'without a key nothing is sent');

    await window.command('Code Interpreter: Set API Key…');
    await window.answer(TEST_KEY);
    await window.told(/The key is stored/);
    await ask(window.panel(), 'And the orders by region?');
    await finishedTurns(window.panel(), 2);
    assert.match(await lastAnswer(window.panel()), /I can see [1-9]\d* earlier chart/);
    assert.match(await lastAnswer(window.panel()), /The north has the most orders/);

    const [question, results] = api.conversations();
    assert.ok((question?.images ?? 0) >= 1, 'the question carries the chart');
    assert.equal(results?.images, (question?.images ?? 0) + 1, 'the new chart goes back to the model');
    assert.deepEqual(
      api.requests.filter(({ problem, path }) => problem !== null && path === '/v1/messages'),
      [],
    );
    const drawn = await screenStatistics(charts(window.panel()).last());
    assert.ok(showsSomething(drawn), JSON.stringify(drawn));
    await window.screenshot('follow-up');
  });

  promise('Stop ends `while True: pass`, and the next cell works', async () => {
    api.setScript(scenario('echo'));
    await ask(window.panel(), 'kept = 42\nwhile True: pass');
    await window.panel().locator('.cell-running').waitFor({ timeout: 30_000 });
    await window.page.waitForTimeout(1000);
    const pressed = performance.now();
    await stopButton(window.panel()).click();
    await finishedTurns(window.panel(), 3, 15_000);
    console.log(`Stop took ${Math.round(performance.now() - pressed)} ms`);
    assert.match(await lastAnswer(window.panel()), /Stopped/);
    await ask(window.panel(), 'print(kept + 1)');
    await finishedTurns(window.panel(), 4);
    assert.match(await lastAnswer(window.panel()), /43/, 'variables are kept');
  });

  promise('a file reaches the workspace only after the save dialog', async () => {
    const target = join(vscode.workspace, 'report.csv');
    await ask(window.panel(), "open('report.csv', 'w').write('a,b\\n1,2\\n')");
    await finishedTurns(window.panel(), 5);
    const save = window.panel().getByRole('button', { name: 'Save report.csv' }).last();
    assert.equal(existsSync(target), false);
    await save.click();
    await window.quickInput.locator('input').first().waitFor();
    assert.equal(existsSync(target), false, 'not before the dialog is answered');
    await window.screenshot('save-dialog');
    await window.page.keyboard.press('Escape');
    await window.quickInput.waitFor({ state: 'hidden' });
    assert.equal(existsSync(target), false, 'not when the dialog is cancelled');
    await save.click();
    await window.answerPath(target);
    await attempt(10_000, async () =>
      Promise.resolve(assert.equal(readFileSync(target, 'utf8'), 'a,b\n1,2\n')),
    );
  });

  promise('a file that exists is not replaced without a question', async () => {
    const target = join(vscode.workspace, 'report.csv');
    await ask(window.panel(), "open('report.csv', 'w').write('changed\\n')");
    await finishedTurns(window.panel(), 6);
    await window.panel().getByRole('button', { name: 'Save report.csv' }).last().click();
    await window.answerPath(target);
    await window.quickInput.getByText(/already exists/).waitFor({ timeout: 10_000 });
    await window.screenshot('overwrite');
    assert.equal(readFileSync(target, 'utf8'), 'a,b\n1,2\n');
    await window.quickInput.getByRole('button', { name: 'OK' }).click();
    // VS Code's own question does not say what would be lost.
    await window.dialog
      .getByText(/There: 8 bytes, changed .*New: 8 bytes, made /s)
      .waitFor({ timeout: 10_000 });
    await window.screenshot('overwrite-facts');
    assert.equal(readFileSync(target, 'utf8'), 'a,b\n1,2\n');
    await window.dialog.getByRole('button', { name: 'Replace' }).click();
    await attempt(10_000, async () =>
      Promise.resolve(assert.equal(readFileSync(target, 'utf8'), 'changed\n')),
    );
  });

  promise(
    'places where programs act on files are refused or asked about, a link that leads out too',
    async () => {
      const { workspace } = vscode;
      const outside = await mkdtemp(join(tmpdir(), 'outside-'));
      await mkdir(join(workspace, '.git/hooks'), { recursive: true });
      await symlink(outside, join(workspace, 'out'));
      await ask(
        window.panel(),
        "for name in ('pre-commit', 'Makefile', 'data.csv'): open(name, 'w').write('x')",
      );
      await finishedTurns(window.panel(), 7);
      const saveTo = async (folder: string, name: string): Promise<void> => {
        await window
          .panel()
          .getByRole('button', { name: `Save ${name}` })
          .last()
          .click();
        await window.answerPath(join(workspace, folder, name));
      };
      try {
        await saveTo('.git/hooks', 'pre-commit');
        await window
          .panel()
          .getByText(/"pre-commit" was not saved there/)
          .waitFor({ timeout: 10_000 });
        await window.screenshot('save-refused');
        for (const [folder, name, question] of [
          ['', 'Makefile', /Save Makefile here\?/],
          ['out', 'data.csv', /Save into .*outside-/],
        ] as const) {
          await saveTo(folder, name);
          await window.dialog.getByText(question).waitFor({ timeout: 10_000 });
          await window.page.keyboard.press('Escape');
          await window.dialog.waitFor({ state: 'hidden' });
          assert.equal(existsSync(join(workspace, folder, name)), false, 'not without a yes');
        }
        await saveTo('', 'Makefile');
        await window.dialog.getByRole('button', { name: 'Save Anyway' }).click();
        await attempt(10_000, async () =>
          Promise.resolve(assert.ok(existsSync(join(workspace, 'Makefile')))),
        );
        assert.deepEqual(
          [existsSync(join(workspace, '.git/hooks/pre-commit')), await readdir(outside)],
          [false, []],
        );
      } finally {
        await rm(outside, { recursive: true });
      }
    },
  );

  promise('the workspace holds nothing else that was not there', async () => {
    assert.equal(await turns(window.panel()).count(), 7);
    assert.equal(existsSync(join(vscode.workspace, '.ipynb_checkpoints')), false);
    assert.deepEqual(window.violations, []);
    assert.deepEqual(window.foreignRequests, []);
    await Promise.resolve();
  });
});
