/** Versions of files in VS Code and a real sandbox: the diff editor on two of them, and one that comes back. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ask, finishedTurns } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const write = (text: string): string => `open("/outputs/notes.md", "w").write(${JSON.stringify(text)})`;

describe('versions of files', () => {
  let window: VsCodeWindow;
  const { panel, promise } = panelWithKey(echo, (opened) => ({ window } = opened));
  const pane = () => panel().getByRole('complementary', { name: 'Files' });

  promise('two versions of a text open in the diff editor, read-only', async () => {
    await ask(panel(), write('# Notes\nfirst line\n'));
    await finishedTurns(panel(), 1);
    await ask(panel(), write('# Notes\nsecond line\n'));
    await finishedTurns(panel(), 2);
    await panel().getByRole('button', { name: 'notes.md: +1 −1 lines' }).waitFor();
    await panel().getByRole('button', { name: 'version 2' }).click();
    await pane().getByRole('button', { name: 'Compare version 2 of notes.md' }).click();
    await window.page
      .getByRole('tab', { name: /notes\.md \(version 1 ↔ version 2\)/ })
      .waitFor({ timeout: 30_000 });
    const editor = window.page.locator('.monaco-diff-editor');
    // Side by side, or in one column where there is little room.
    const later = editor.locator('.editor.modified .view-lines:not(.line-delete)');
    await attempt(30_000, async () => {
      const text = await editor.innerText();
      assert.match(text, /first\sline/);
      assert.match(text, /second\sline/);
      assert.match(await later.innerText(), /second\sline/);
    });
    await later.click();
    await window.page.keyboard.type('typed');
    // VS Code says why not; only then it has taken notice of the keys.
    await window.page
      .getByText(/Cannot edit in read-only editor/)
      .first()
      .waitFor({ timeout: 20_000 });
    assert.doesNotMatch(await later.innerText(), /typed/);
    await window.screenshot('versions-diff');
  });

  promise('a version is put back into the sandbox, where the next cell finds it', async () => {
    await window.command('Code Interpreter: Show Files');
    await pane().getByRole('button', { name: 'Restore version 1 of notes.md' }).click();
    await pane().getByText('Version 1 is in the sandbox again.').waitFor({ timeout: 30_000 });
    await pane().getByText('Version 3', { exact: true }).waitFor();
    await ask(panel(), 'print(open("/outputs/notes.md").read())');
    await finishedTurns(panel(), 3);
    await panel().locator('.article-turn').last().getByText('first line').first().waitFor();
    await window.screenshot('versions-restored');
  });
});
