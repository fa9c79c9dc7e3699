/** Proposed changes to the user's files, decided hunk by hunk. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Locator, type Page } from 'playwright-core';
import { seriousProblems } from './axe.ts';
import { change, changesScene, hunk, openChanges, proposing } from './changesScenes.ts';
import { panelFlow } from './flow.ts';
import { focused } from './focused.ts';
import { type OpenPanel } from './harness.ts';
import { panelState } from './scenes.ts';

const paneOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Changes' });
const hunkOf = (page: Page, number: number, label = 'src/report.py'): Locator =>
  paneOf(page).getByRole('group', { name: new RegExp(`^Change ${number} of \\d+ to ${label}`) });
const fileOf = (page: Page, label: string): Locator =>
  paneOf(page)
    .locator('.file-toggle')
    .filter({ has: page.getByText(label, { exact: true }) });
const said = async (page: Page, sentence: string): Promise<void> =>
  page.getByTestId('live').getByText(sentence).waitFor({ state: 'attached' });
const decisions = async (panel: OpenPanel): Promise<Record<string, unknown>[]> =>
  (await panel.posted('decideChange')).map(({ params }) => params);
const SHA = '07'.repeat(32);
const PATH = '/workspace/src/report.py';

describe('proposed changes', () => {
  const { shown } = panelFlow();

  shown(
    'are counted in the toolbar, and a card leads to its file',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      const toolbar = page.getByRole('toolbar', { name: 'Session' });
      await toolbar.getByRole('button', { name: 'Changes, 6 open' }).waitFor();
      await page.getByText('Proposed change to src/report.py').waitFor();
      await page.getByRole('button', { name: 'Review' }).first().click();
      await fileOf(page, 'src/report.py').and(page.locator(':focus')).waitFor();
      // The editor's card has one, too.
      await page.getByRole('button', { name: 'Close changes' }).click();
      await page
        .getByRole('region', { name: /Proposed a change/ })
        .getByRole('button', { name: 'Review' })
        .click();
      await fileOf(page, 'docs/a-name-that-is-rather-long-for-a-side-bar/notes.md')
        .and(page.locator(':focus'))
        .waitFor();
      assert.equal(await page.getByRole('button', { name: 'Review' }).count(), 2, 'not for chart.csv');
    },
  );

  shown(
    'state, sizes and lines are there; axe finds nothing',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      assert.deepEqual(await paneOf(page).locator('.file-facts').allInnerTexts(), [
        '+4 −4 · 3 open',
        '+1 −0 · 1 open',
        '1.2 kB → 1.3 kB · 1 open',
        '+1 −1 · cannot be accepted',
        '+2 −2 · 1 of 2 accepted',
        '+1 −1 · in your file already',
      ]);
      const first = hunkOf(page, 1);
      assert.deepEqual(await first.locator('.diff-removed').allInnerTexts(), [
        '-def total(df):\n',
        "-    return df['amount'].sum()\n",
      ]);
      const numbers = await first
        .locator('.diff-number')
        .evaluateAll((all) => all.map(({ dataset }) => `${dataset['before']} ${dataset['after']}`));
      assert.deepEqual(numbers, ['10 10', '11 ', '12 ', ' 11', ' 12', '13 13']);
      assert.deepEqual(await seriousProblems(page), []);
    },
  );

  shown(
    'one is accepted: the host is asked, it is said, and the keyboard goes on to the next open one',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      await page.evaluate('window.__delayMs = 300');
      const accept = hunkOf(page, 1).getByRole('button', { name: 'Accept' });
      await accept.focus();
      await page.keyboard.press('Enter');
      // While it is being done, nothing else of this file can be pressed.
      await hunkOf(page, 2).locator('vscode-button[disabled]').first().waitFor();
      assert.equal(await hunkOf(page, 1, 'docs/.*').locator('vscode-button[disabled]').count(), 0);
      await hunkOf(page, 2).and(page.locator(':focus')).waitFor();
      await said(page, 'Accepted change 1 to src/report.py. 5 changes are open');
      assert.deepEqual(await decisions(panel), [
        { containerPath: PATH, sha256: SHA, hunks: [0], accept: true },
      ]);
      assert.match((await focused(page)).name, /^Change 2 of 3 to src\/report\.py, line 30, open$/);
      assert.match((await hunkOf(page, 1).getAttribute('aria-label')) ?? '', /accepted$/);
      assert.equal(await hunkOf(page, 1).getByRole('button').count(), 0);
      await page
        .getByRole('toolbar', { name: 'Session' })
        .getByRole('button', { name: 'Changes, 5 open' })
        .waitFor();
    },
  );

  shown(
    'by keyboard alone: down to a hunk, its buttons by Tab, and on to the next file',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await fileOf(page, 'src/report.py').focus();
      await press('ArrowDown', 'ArrowDown');
      assert.match((await focused(page)).name, /^Change 2 of 3/);
      await press('Tab');
      assert.deepEqual(await focused(page).then(({ role, name }) => [role, name]), ['button', 'Accept']);
      await press('ArrowRight');
      assert.equal((await focused(page)).name, 'Reject');
      await press('Enter');
      await said(page, 'Rejected change 2 to src/report.py. 5 changes are open');
      await hunkOf(page, 3).and(page.locator(':focus')).waitFor();
      await press('Tab', 'ArrowRight', 'Enter');
      await hunkOf(page, 1, 'docs/.*').and(page.locator(':focus')).waitFor();
      await press('Home');
      assert.match((await focused(page)).name, /^src\/report\.py/);
      await press('End');
      assert.match((await focused(page)).name, /^same\.py/);
      await press('Enter', 'Escape');
      await paneOf(page).waitFor({ state: 'detached' });
    },
  );

  shown(
    'all are accepted without what is protected, which is asked about by itself',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      const all = page.getByRole('toolbar', { name: 'All changes to src/report.py' });
      await all.getByRole('button', { name: 'Accept all without the 1 protected' }).click();
      await said(page, 'Accepted changes to src/report.py. 4 changes are open');
      await hunkOf(page, 3).and(page.locator(':focus')).waitFor();
      await hunkOf(page, 3)
        .getByText('Protected: code-interpreter: protect figures that were agreed')
        .waitFor();
      // The user says no when the host asks.
      await page.evaluate('window.__said.push({ done: false })');
      await hunkOf(page, 3).getByRole('button', { name: 'Accept…' }).click();
      await said(page, 'Nothing was changed');
      await hunkOf(page, 3).and(page.locator(':focus')).waitFor();
      await hunkOf(page, 3).getByRole('button', { name: 'Accept…' }).click();
      await said(page, 'Accepted change 3 to src/report.py. 3 changes are open');
      assert.deepEqual(
        (await decisions(panel)).map(({ hunks, accept }) => [hunks, accept]),
        [
          [null, true],
          [[2], true],
          [[2], true],
        ],
      );
      await fileOf(page, 'src/report.py').filter({ hasText: '· accepted' }).waitFor();
    },
  );

  shown(
    'all are rejected; what was accepted is taken back; the diff editor opens',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      const actions = page.getByRole('toolbar', { name: 'Actions for src/report.py' });
      await page.getByRole('button', { name: 'Reject all' }).click();
      await fileOf(page, 'src/report.py').filter({ hasText: '· rejected' }).waitFor();
      await actions.getByRole('button', { name: 'Open src/report.py in the diff editor' }).click();
      await page.waitForFunction("window.__posted.some(({ name }) => name === 'openChange')");
      // It is the editor's turn: nothing moves here.
      assert.equal((await focused(page)).name, 'Open src/report.py in the diff editor');
      assert.deepEqual((await panel.posted('openChange')).at(-1)?.params, {
        containerPath: PATH,
        sha256: SHA,
      });
      // Rejected is no way of no return.
      await hunkOf(page, 1).getByRole('button', { name: 'Accept' }).click();
      await said(page, 'Accepted change 1 to src/report.py. 3 changes are open');
      await actions.getByRole('button', { name: 'Undo what was accepted in src/report.py' }).click();
      await said(page, 'src/report.py is as it was before you accepted');
      assert.deepEqual((await panel.posted('undoChange')).at(-1)?.params, { containerPath: PATH });
      await hunkOf(page, 1).and(page.locator('[data-open]')).waitFor();
      assert.equal(
        await actions.getByRole('button', { name: 'Undo what was accepted in src/report.py' }).count(),
        0,
      );
    },
  );

  shown(
    'what the host refuses is said at the hunk, and can be tried again',
    () => changesScene([], { host: '{}', answers: { ...refusing } }),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      await hunkOf(page, 2).getByRole('button', { name: 'Accept' }).click();
      await hunkOf(page, 2).getByRole('alert').filter({ hasText: 'Lines 30 to 31 were changed' }).waitFor();
      assert.equal(await paneOf(page).getByRole('alert').count(), 1);
      await hunkOf(page, 2).and(page.locator(':focus')).waitFor();
      assert.equal(await hunkOf(page, 2).locator('vscode-button[disabled]').count(), 0);
    },
  );

  shown(
    'a file that cannot be written says why, and can only be rejected; one that has changed says so',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      await page
        .getByText('locked.py has unsaved changes in an editor. Save it or revert it first.')
        .waitFor();
      const buttons = hunkOf(page, 1, 'locked.py').locator('vscode-button');
      assert.deepEqual(
        await buttons.evaluateAll((all) => all.map((button) => button.hasAttribute('disabled'))),
        [true, false],
      );
      await page.getByText('Your file has changed since.').waitFor();
      await page.getByText('It is no text, or too large to be shown in parts.').waitFor();
    },
  );

  shown(
    'are listed anew after an event about files, in the order that the reader knows',
    () => changesScene(),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      const before = (await panel.posted('listChanges')).length;
      await page.evaluate(
        'window.__changes.reverse(); window.__changes.push({ ...window.__changes[5], containerPath: "/workspace/new.py", label: "new.py" })',
      );
      const log = proposing();
      const stored = log.add({
        type: 'artifact_stored',
        cellId: 'c1',
        name: 'changes/workspace/new.py',
        bytes: 3,
        sha256: SHA,
      });
      await panel.push({ type: 'events', events: [stored] });
      await fileOf(page, 'new.py').waitFor();
      assert.equal((await panel.posted('listChanges')).length, before + 1);
      assert.deepEqual(await paneOf(page).locator('.file-toggle .file-name').allInnerTexts(), [
        'new.py',
        'src/report.py',
        'docs/a-name-that-is-rather-long-for-a-side-bar/notes.md',
        'data/book.xlsx',
        'locked.py',
        'done.py',
        'same.py',
      ]);
    },
  );

  shown(
    'what is in a line is text, and what cannot be seen is drawn',
    () =>
      changesScene([
        change('a.html', [
          hunk(0, [
            ' <b>same</b>\r',
            '-<img src=x onerror=alert(1)>\r',
            '+<script>alert(1)</script>',
            '-\tindented by a tab',
            '+    indented by blanks  ',
            '+user\u202egnp.exe \u0007 \u200b',
            '\\ No newline at end of file',
          ]),
        ]),
      ]),
    async (panel) => {
      const { page } = panel;
      await openChanges(panel);
      const diff = hunkOf(page, 1, 'a.html').locator('.diff');
      assert.equal(await diff.locator('img, script, b').count(), 0);
      const lines = (await diff.locator('.diff-line').allInnerTexts()).map((line) => line.trimEnd());
      assert.deepEqual(lines, [
        ' <b>same</b>CR',
        '-<img src=x onerror=alert(1)>CR',
        '+<script>alert(1)</script>',
        '-\tindented by a tab',
        '+    indented by blanks',
        '+userU+202Egnp.exe U+0007 U+200B',
        'No newline at the end of the file',
      ]);
      const marks = await diff
        .locator('.diff-blank')
        .evaluateAll((all) => all.map(({ dataset }) => dataset['mark']));
      assert.deepEqual(marks, ['→', '··']);
    },
  );

  shown(
    'two hundred files, a file of five hundred hunks and a hunk of five thousand lines leave the page alive',
    () =>
      changesScene(
        [
          change(
            'many.py',
            Array.from({ length: 500 }, (_, n) => hunk(n, [`-old ${n}`, `+new ${n}`])),
          ),
          change('long.py', [
            hunk(
              0,
              Array.from({ length: 5000 }, (_, n) => `+line ${n} ${'x'.repeat(n === 7 ? 9000 : 70)}`),
            ),
          ]),
          ...Array.from({ length: 200 }, (_, n) => change(`files/${n}.py`, [hunk(0, [`+${n}`])])),
        ],
        { watchTasks: true },
      ),
    async (panel) => {
      const { page } = panel;
      const longest = async (what: string): Promise<void> => {
        const tasks = await page.evaluate<number[]>('window.__tasks.splice(0)');
        console.log(`${what}: longest task ${Math.max(0, ...tasks).toFixed(0)} ms`);
        assert.ok(Math.max(0, ...tasks) < 3000, `${what}: ${tasks.join()}`);
      };
      await longest('before');
      await openChanges(panel);
      await longest('opened');
      assert.ok((await paneOf(page).locator('.hunk').count()) < 120);
      assert.equal(await paneOf(page).locator('.file-toggle').count(), 202);
      // The reader scrolls: more are drawn by themselves.
      await hunkOf(page, 30, 'many.py').scrollIntoViewIfNeeded();
      await hunkOf(page, 45, 'many.py').waitFor();
      await longest('scrolled');
      await fileOf(page, 'many.py').click();
      await fileOf(page, 'long.py').click();
      const long = hunkOf(page, 1, 'long.py');
      assert.equal(await long.locator('.diff-line').count(), 200);
      await long.getByText('… 7,0').first().waitFor();
      await longest('a long hunk');
      await long.getByRole('button', { name: 'Show all 5,000 lines' }).click();
      await long.locator('.diff-line').nth(4999).waitFor();
      await longest('five thousand lines');
    },
  );

  shown(
    'that cannot be listed say why, and can be asked for again; none say what would be here',
    () =>
      changesScene([], {
        host: '{}',
        events: [],
        answers: { listChanges: 'The session is gone.' },
      }),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'changes' });
      await paneOf(page).getByText('The session is gone.').waitFor();
      await paneOf(page).getByText('Try again').click();
      await page.waitForFunction("window.__posted.filter(({ name }) => name === 'listChanges').length === 2");
    },
  );

  shown(
    'none: the pane says what it is for, and without one the toolbar has no button',
    () => ({ state: panelState(), answers: { listChanges: { changes: [] } } }),
    async (panel) => {
      const { page } = panel;
      assert.equal((await panel.posted('listChanges')).length, 0);
      assert.equal(await page.getByRole('button', { name: /^Changes/ }).count(), 0);
      await panel.push({ type: 'showPane', pane: 'changes' });
      await paneOf(page).getByText('No changes are proposed.').waitFor();
    },
  );
});

const refusing = {
  listChanges: { changes: [change('src/report.py', [hunk(0, ['+a']), hunk(1, ['-b', '+c'])])] },
  decideChange: 'Lines 30 to 31 were changed in your file, too. Open both in the diff editor.',
};
