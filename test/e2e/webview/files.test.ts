/** The pane of files: versions by keyboard and by name, what is different, and a version that comes back. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Locator } from 'playwright-core';
import { attempt } from '../../support/vscodeWindow.ts';
import { versioned, versionedScene } from './filesScenes.ts';
import { panelFlow } from './flow.ts';
import { panelState } from './scenes.ts';

const DRAGGED = {
  data: { CodeEditors: '[{"resource":{}}]', ResourceURLs: '["file:///kept/notes.md"]' },
};

describe('files with versions', () => {
  const { shown } = panelFlow();

  shown(
    'are reached from the file below its cell, and open, save, compare and restore each version',
    () => versionedScene(),
    async (panel) => {
      const { page } = panel;
      await page.getByRole('button', { name: 'version 2' }).first().click();
      const pane = page.getByRole('complementary', { name: 'Files' });
      const toggle = pane.getByRole('button', { name: /^report\.xlsx/ });
      await toggle.and(page.locator(':focus')).waitFor();
      assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
      // Again, now that the pane is there at once.
      await page.keyboard.press('Escape');
      await pane.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'version 2' }).first().click();
      await toggle.and(page.locator(':focus')).waitFor();
      const versions = pane.getByRole('list', { name: 'Versions of report.xlsx' });
      assert.deepEqual(await versions.locator('.version-title').allInnerTexts(), [
        'Version 3',
        'Version 2',
        'Version 1',
      ]);
      await versions.getByText('you restored version 1').waitFor();
      await versions.getByRole('button', { name: 'Save version 1 of report.xlsx' }).click();
      await versions.getByRole('button', { name: 'Open version 2 of report.xlsx' }).click();
      await versions.getByRole('button', { name: 'Restore version 2 of report.xlsx' }).press('Enter');
      await pane.getByText('Version 2 is in the sandbox again.').waitFor();
      assert.deepEqual((await panel.posted('saveArtifact')).at(-1)?.params, {
        sha256: '01'.repeat(32),
        name: 'report.xlsx',
      });
      assert.deepEqual((await panel.posted('openArtifact')).at(-1)?.params, {
        sha256: '04'.repeat(32),
        name: 'report.v2.xlsx',
      });
      assert.deepEqual((await panel.posted('restoreVersion')).at(-1)?.params, {
        name: 'report.xlsx',
        version: 2,
      });
      await versions.getByRole('button', { name: 'Compare version 2 of report.xlsx' }).click();
      const table = pane.getByRole('region', { name: 'report.xlsx: what changed in version 2' });
      assert.match(await table.innerText(), /B7[\s\S]*1200[\s\S]*1350/);
      await pane.getByText('2 cells changed, 1 row added.').waitFor();
    },
  );

  shown(
    'texts are compared by VS Code, pictures beside each other; a deleted file is kept',
    () => versionedScene(),
    async (panel) => {
      const { page } = panel;
      await page.getByRole('toolbar', { name: 'Session' }).getByRole('button', { name: 'Files' }).click();
      const pane = page.getByRole('complementary', { name: 'Files' });
      await pane.getByRole('button', { name: /^notes\.md/ }).click();
      await pane.getByRole('button', { name: 'Compare version 2 of notes.md' }).click();
      assert.deepEqual((await panel.posted('compareVersions')).at(-1)?.params, {
        name: 'notes.md',
        before: 1,
        after: 2,
      });
      await pane.getByRole('button', { name: /^chart\.png/ }).click();
      await pane.getByRole('button', { name: 'Compare version 2 of chart.png' }).click();
      for (const n of [1, 2]) await pane.getByRole('img', { name: `chart.png, version ${n}` }).waitFor();
      await pane.getByText('Deleted in the sandbox. Its versions are kept here.').waitFor();
      await pane.getByRole('button', { name: 'Save all files' }).click();
      const saved = (await panel.posted('saveArtifacts')).at(-1)?.params;
      assert.deepEqual(
        (saved?.['artifacts'] as { name: string }[]).map(({ name }) => name),
        ['report.xlsx', 'notes.md', 'chart.png', 'tmp/scratch.txt'],
      );
    },
  );

  shown(
    'are dragged with what the host says of them, and are nothing to attach',
    () => versionedScene({ answers: { dragArtifact: DRAGGED } }),
    async (panel) => {
      const { page } = panel;
      await page.evaluate(`window.drags = [];
        const own = DataTransfer.prototype.setData;
        DataTransfer.prototype.setData = function (type, data) {
          drags.push([type, data]);
          own.call(this, type, data);
        };`);
      await panel.push({ type: 'showPane', pane: 'files' });
      const pane = page.getByRole('complementary', { name: 'Files' });
      const line = pane.getByRole('button', { name: /^notes\.md/ });
      const zone = page.getByTestId('drop-zone');
      const from = async (place: Locator): Promise<void> => {
        await place.hover();
        await page.locator('[draggable=true]').first().waitFor();
        await page.mouse.down();
        await attempt(5000, async () => assert.ok((await panel.posted('dragArtifact')).length > 0));
        await page.waitForTimeout(100);
        await page.mouse.move(200, 300, { steps: 5 });
        // The page's own file is nothing to attach.
        assert.equal(await zone.count(), 0);
        await page.mouse.up();
      };
      await from(line);
      assert.deepEqual(await page.evaluate('drags'), Object.entries(DRAGGED.data));
      assert.deepEqual((await panel.posted('dragArtifact')).at(-1)?.params, {
        sha256: '05'.repeat(32),
        name: 'notes.md',
      });
      assert.match((await line.getAttribute('title')) ?? '', /^notes\.md\. Drag it into an editor/);
      // A version of its own, and the file below its cell.
      await pane.getByRole('button', { name: /^chart\.png/ }).click();
      await from(pane.getByRole('list', { name: 'Versions of chart.png' }).getByText('Version 1'));
      assert.deepEqual((await panel.posted('dragArtifact')).at(-1)?.params, {
        sha256: '03'.repeat(32),
        name: 'chart.png',
      });
      await page.keyboard.press('Escape');
      await from(page.locator('.artifact', { hasText: 'report.xlsx' }).first().locator('.codicon').first());
      assert.deepEqual((await panel.posted('dragArtifact')).at(-1)?.params, {
        sha256: '01'.repeat(32),
        name: 'report.xlsx',
      });
    },
  );

  shown(
    'are not dragged when the host refuses, which is said',
    () => versionedScene({ answers: { dragArtifact: 'It is not kept any more.' } }),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      const line = page
        .getByRole('complementary', { name: 'Files' })
        .getByRole('button', { name: /^notes\.md/ });
      await line.hover();
      await page.locator('[draggable=true]').first().waitFor();
      await page.mouse.down();
      await attempt(5000, async () => assert.ok((await panel.posted('dragArtifact')).length > 0));
      await page.waitForTimeout(100);
      await page.mouse.move(200, 300, { steps: 5 });
      await page.mouse.up();
      await page.getByText('It is not kept any more.').waitFor();
    },
  );

  shown(
    'a picture is previewed in its newest version',
    () => versionedScene(),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      const pane = page.getByRole('complementary', { name: 'Files' });
      const eye = pane.getByRole('button', { name: 'Preview chart.png' });
      await eye.press('Enter');
      const preview = pane.getByRole('group', { name: 'Preview of chart.png' });
      await preview.getByRole('img', { name: 'chart.png, version 2' }).waitFor();
      assert.deepEqual((await panel.posted('imageData')).at(-1)?.params, { sha256: '06'.repeat(32) });
      await eye.press('Enter');
      await preview.waitFor({ state: 'detached' });
    },
  );

  shown(
    'the cells of a workbook, sheet by sheet, with the names that spreadsheets give them',
    () => versionedScene(),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      await page.getByRole('button', { name: 'Preview report.xlsx' }).press('Enter');
      const preview = page.getByRole('group', { name: 'Preview of report.xlsx' });
      const cells = preview.getByRole('region', { name: 'Cells of report.xlsx, Sales' });
      assert.match(await cells.innerText(), /A\s+B\s+C\s+1\s+month[\s\S]*5\s+=SUM\(B2:B3\)/);
      await preview.getByText('This is its beginning. Open the file to see all of it.').waitFor();
      assert.deepEqual((await panel.posted('previewVersion')).at(-1)?.params, {
        name: 'report.xlsx',
        version: 3,
      });
      await preview.getByRole('combobox', { name: 'Sheet of report.xlsx' }).selectOption('Notes');
      await preview.getByText('There is nothing in it.').waitFor();
      await panel.push({ type: 'state', state: panelState({ turn: 'running' }) });
      // It can be closed, but not asked for while the sandbox is at work.
      await page.getByRole('button', { name: 'Preview report.xlsx' }).press('Enter');
      await preview.waitFor({ state: 'detached' });
      await page.locator('vscode-button[aria-label="Preview report.xlsx"][disabled]').waitFor();
    },
  );

  shown(
    'a file that says what its columns are shows that instead of letters',
    () => {
      const log = versioned();
      log.ask('A table');
      log.cell('c9', 'Write it', 'x', [], {
        artifacts: [{ name: 'sales.parquet', bytes: 90, sha256: 'ab'.repeat(32) }],
      });
      log.end();
      const columns = [
        { name: 'id', type: 'int64' },
        { name: 'tags', type: 'list<element: string>' },
      ];
      const sheet = { title: '', rows: [['1', '["a"]']], more: false, columns };
      return versionedScene({
        events: log.events,
        answers: { previewVersion: { kind: 'table', table: { sheets: [sheet], cut: false } } },
      });
    },
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      await page.getByRole('button', { name: 'Preview sales.parquet' }).press('Enter');
      const cells = page.getByRole('region', { name: 'Cells of sales.parquet' });
      assert.deepEqual(await cells.locator('thead th').allInnerTexts(), [
        'id\nint64',
        'tags\nlist<element: string>',
      ]);
      assert.deepEqual(await cells.locator('tbody tr').allInnerTexts(), ['1\t1\t["a"]']);
    },
  );

  shown(
    'a text is shown as the text that it is, and why a file cannot be shown is said',
    () =>
      versionedScene({
        answers: { previewVersion: { kind: 'text', text: '<b onclick="x()">no</b>\n# Notes', cut: true } },
      }),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      await page.getByRole('button', { name: 'Preview notes.md' }).press('Enter');
      const text = page.getByRole('region', { name: 'Text of notes.md' });
      assert.equal(await text.innerText(), '<b onclick="x()">no</b>\n# Notes');
      await page.getByText('This is its beginning.').waitFor();
    },
  );

  shown(
    'a page of HTML is drawn without its scripts',
    () => {
      const log = versioned();
      log.ask('A page');
      log.cell('c9', 'Write it', 'x', [], {
        artifacts: [{ name: 'page.html', bytes: 90, sha256: 'ab'.repeat(32) }],
      });
      log.end();
      return versionedScene({
        events: log.events,
        answers: {
          previewVersion: {
            kind: 'text',
            text: '<h1>Report</h1><script>parent.hacked = 1</script><img src="https://example.org/x.png">',
            cut: false,
          },
        },
      });
    },
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      await page.getByRole('button', { name: 'Preview page.html' }).press('Enter');
      const frame = page.locator('.file-preview iframe');
      assert.equal(await frame.getAttribute('sandbox'), '');
      await frame.contentFrame().getByRole('heading', { name: 'Report' }).waitFor();
      assert.equal(await page.evaluate('window.hacked'), undefined);
      assert.deepEqual(panel.strangers, []);
    },
  );

  shown(
    'what did not change and what was only claimed is said; a difference opens below its cell',
    () => versionedScene(),
    async ({ page }) => {
      await page.getByText('written again, not changed').waitFor();
      await page
        .getByText('This answer says that it changed report.xlsx, but no version of that was made in it.')
        .waitFor();
      const difference = page.getByRole('button', { name: 'notes.md: +2 −1 lines' });
      await difference.click();
      assert.equal(await page.locator('.diff-added').count(), 2);
      assert.equal((await page.locator('.diff-removed').innerText()).trim(), '-old line');
    },
  );

  shown(
    'nothing goes into the sandbox while a turn runs, and what is refused is said',
    () => versionedScene({ answers: { tableDifference: 'Nothing to compare.' } }),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'files' });
      const pane = page.getByRole('complementary', { name: 'Files' });
      await pane.getByRole('button', { name: /^report\.xlsx/ }).click();
      await pane.getByRole('button', { name: 'Compare version 3 of report.xlsx' }).click();
      await pane.getByText('Nothing to compare.').waitFor();
      await panel.push({ type: 'state', state: panelState({ turn: 'running' }) });
      const restore = pane.locator('vscode-button[aria-label="Restore version 1 of report.xlsx"]');
      await restore.and(page.locator('[disabled]')).waitFor();
    },
  );
});
