/** Another display language: VS Code loads our bundle and our manifest's, and says them in the panel, in commands, in failures. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { addTranslation, type Translated } from '../../support/languagePack.ts';
import { panelReady } from '../../support/panel.ts';
import { isPseudo } from '../../support/pseudoLanguage.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import type { VsCodeWindow } from '../../support/vscodeWindow.ts';

const TAG = 'de';

describe('in another display language', () => {
  let folder: string;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  let translated: Translated;
  const promise = promises(() => window);
  const said = (kind: keyof Translated, key: string): string => {
    const words = translated[kind].get(key);
    assert.ok(words !== undefined && isPseudo(words), `${key} is translated: ${String(words)}`);
    return words;
  };
  const command = (key: string): string => `Code Interpreter: ${said('manifest', key)}`;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'code-interpreter-language-'));
    vscode = await VsCodeFixture.start({
      args: ['--locale', TAG],
      installed: async (server) => void (translated = await addTranslation(server, TAG)),
      settings: { 'codeInterpreter.docker.host': `unix://${folder}/none.sock` },
    });
    window = await vscode.open();
  });
  after(async () => {
    await vscode.stop();
    await rm(folder, { recursive: true, force: true });
  });

  promise(
    'a command has its title from the manifest’s bundle, and the panel speaks that language',
    async () => {
      await window.command(command('command.focus'));
      const panel = window.panel();
      await panelReady(panel);
      await panel.getByRole('textbox', { name: said('bundle', 'Ask about your data') }).waitFor();
      await panel.getByRole('button', { name: said('bundle', 'Attach data files') }).waitFor();
      assert.equal(await panel.locator('html').getAttribute('lang'), TAG);
      await window.screenshot('display-language');
    },
  );

  promise('a failure is told in it: by the panel, and as a message of VS Code', async () => {
    const notice = window.panel().locator('.status .notice').first();
    await notice.waitFor({ timeout: 30_000 });
    const text = await notice.innerText();
    assert.ok(isPseudo(text) && text.includes('none.sock'), text);
    await window.command(command('command.askSelection'));
    await window.told(said('bundle', 'No text is selected in the active editor.'));
    await window.screenshot('display-language-failure');
  });

  promise('the log stays in English', async () => {
    const logs = await vscode.server.logs();
    assert.match(logs, /No text is selected in the active editor\./);
    assert.ok(!isPseudo(logs));
  });
});
