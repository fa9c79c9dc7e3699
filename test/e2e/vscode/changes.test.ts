/** Proposed changes to the user's own files in VS Code and a real sandbox: decided in the pane, written, taken back. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { ask, finishedTurns } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const LINES = Array.from({ length: 30 }, (_, at) => `value_${String(at)} = ${String(at)}`);
const BEFORE = `${LINES.join('\n')}\n`;
const TEST_BEFORE = 'assert total() == 10\n';
const PROPOSE = `
import pathlib
def propose(name, change):
    copy = pathlib.Path("/outputs/changes/workspace", name)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(change(pathlib.Path("/workspace", name).read_text()))
propose("report.py", lambda text: text.replace("value_2 = 2", "value_2 = 20").replace("value_25 = 25", "value_25 = 250"))
propose("test/report_test.py", lambda text: text.replace("== 10", "== 11"))
`;

describe('changes to the files of the user', () => {
  let window: VsCodeWindow;
  let workspace = '';
  const { panel, promise } = panelWithKey(
    echo,
    (opened) => ({ window } = opened),
    async (folder) => {
      workspace = folder;
      await mkdir(join(folder, 'test'));
      await writeFile(join(folder, 'report.py'), BEFORE);
      await writeFile(join(folder, 'test/report_test.py'), TEST_BEFORE);
    },
  );
  const pane = () => panel().getByRole('complementary', { name: 'Changes' });
  const hunk = (name: string | RegExp) => pane().getByRole('group', { name });
  const report = async () => readFile(join(workspace, 'report.py'), 'utf8');

  promise('are shown hunk by hunk, and nothing is written before', async () => {
    await ask(panel(), PROPOSE);
    await finishedTurns(panel(), 1);
    await panel()
      .getByRole('button', { name: /^Review/ })
      .first()
      .click();
    await hunk(/^Change 2 of 2 to report\.py/).waitFor({ timeout: 30_000 });
    assert.equal(await report(), BEFORE);
    await window.screenshot('changes-open');
  });

  promise('one that is accepted is in the file, and the others are not', async () => {
    await hunk(/^Change 2 of 2 to report\.py/)
      .getByRole('button', { name: 'Accept' })
      .click();
    await hunk(/^Change 2 of 2 to report\.py.*accepted/).waitFor({ timeout: 30_000 });
    assert.equal(await report(), BEFORE.replace('value_25 = 25', 'value_25 = 250'));
  });

  promise('what was changed meanwhile stays, and comes together with what is accepted', async () => {
    const now = (await report()).replace('value_12 = 12', 'value_12 = "mine"');
    await writeFile(join(workspace, 'report.py'), now);
    await hunk(/^Change 1 of 2 to report\.py/)
      .getByRole('button', { name: 'Accept' })
      .click();
    await hunk(/^Change 1 of 2 to report\.py.*accepted/).waitFor({ timeout: 30_000 });
    const both = now.replace('value_2 = 2\n', 'value_2 = 20\n');
    assert.equal(await report(), both);
    await pane().getByRole('button', { name: 'Undo what was accepted in report.py' }).click();
    await hunk(/^Change 1 of 2 to report\.py.*open/).waitFor({ timeout: 30_000 });
    assert.equal(await report(), now);
  });

  promise('a test is asked about, and stays as it is without a yes', async () => {
    const file = join(workspace, 'test/report_test.py');
    const protectedHunk = hunk(/^Change 1 of 1 to test\/report_test\.py/);
    const dialog = window.page.getByRole('dialog').filter({ hasText: 'Change test/report_test.py?' });
    await protectedHunk.getByRole('button', { name: 'Accept…' }).click();
    await dialog.waitFor({ timeout: 30_000 });
    await window.screenshot('changes-protected');
    await window.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await readFile(file, 'utf8'), TEST_BEFORE);
    await protectedHunk.getByRole('button', { name: 'Accept…' }).click();
    await dialog.getByRole('button', { name: 'Accept This Change' }).click();
    await attempt(30_000, async () =>
      assert.equal(await readFile(file, 'utf8'), TEST_BEFORE.replace('10', '11')),
    );
    await window.screenshot('changes-decided');
  });
});
