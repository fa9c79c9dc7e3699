/** A notebook file becomes a session, runs, and leaves in each format: through the menus, picks and dialogs of VS Code. */
import assert from 'node:assert/strict';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseNotebook, sourceOf } from '../../../src/export/notebookFile.ts';
import { cells, charts, idle, panelReady } from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** Stands in outputs alone: the code does not have it. */
const ROW = 'row-4711';
const PICTURE = /<img[^>]+src="data:image\/png/;
const PLOTLY = `from IPython.display import display
trace = {"type": "bar", "x": ["north", "south"], "y": [3, 5]}
display({"application/vnd.plotly.v1+json": {"data": [trace], "layout": {"title": {"text": "Alive"}}}}, raw=True)`;
const MATPLOTLIB = `import matplotlib.pyplot as plt
df.groupby("region")["units"].sum().plot.bar(title="Units by region")
plt.show()`;

const cellOf = (kind: 'code' | 'markdown', id: string, source: string): object => ({
  ...{ cell_type: kind, id, metadata: {}, source },
  ...(kind === 'code' ? { execution_count: null, outputs: [] } : {}),
});
const fileOf = (...all: object[]): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: all });
const REPORT = fileOf(
  cellOf('markdown', 'm1', '# Regions\n\nHow many units each one took.'),
  cellOf(
    'code',
    'c1',
    'import pandas as pd\ndf = pd.read_csv("sales.csv")\nprint(f"row-{4000 + 711}", len(df))',
  ),
  cellOf('code', 'c2', MATPLOTLIB),
  cellOf('code', 'c3', PLOTLY),
);

describe('notebooks in, and every format out', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  const panel = () => window.panel();
  before(async () => {
    vscode = await VsCodeFixture.start();
    await writeFile(join(vscode.workspace, 'regions.ipynb'), REPORT);
    await writeFile(join(vscode.workspace, 'second.ipynb'), fileOf(cellOf('code', 's1', 'print(6 * 7)')));
    window = await vscode.open();
  });
  after(async () => vscode.stop());

  /** `regions-2026-11-21.html`, as the dialog suggests it; all of it as bytes when it is there. */
  async function saved(ending: string, rows: 'With outputs' | 'Without rows'): Promise<string> {
    await window.pick(rows);
    const box = window.quickInput.locator('input').first();
    const name = new RegExp(`regions-\\d{4}-\\d\\d-\\d\\d\\.${ending}$`);
    let suggested = '';
    await attempt(20_000, async () => {
      suggested = await box.inputValue();
      assert.match(suggested, name);
    });
    const file = join(vscode.workspace, name.exec(suggested)?.[0] ?? '');
    // What an earlier export wrote must not be taken for this one.
    await rm(file, { force: true });
    await window.answerPath(file);
    await attempt(30_000, async () => assert.ok((await readFile(file)).length > 0));
    await window.told(`Saved ${name.exec(suggested)?.[0] ?? ''}`);
    return readFile(file, 'utf8');
  }

  promise('the menu of the Explorer opens a notebook as a session, and nothing of it runs', async () => {
    await window.chooseInContextMenu('regions.ipynb', 'Open Notebook as Session');
    await panelReady(panel());
    await attempt(30_000, async () => assert.equal(await cells(panel()).count(), 3));
    await panel().getByText('How many units each one took.').waitFor();
    assert.equal(await panel().locator('.cell-new').count(), 3);
    assert.equal(await panel().locator('.outputs').count(), 0);
    assert.deepEqual(await vscode.engineObjects(), []);
    await window.screenshot('notebook-opened');
  });

  promise('a command of VS Code runs all of it, with the data beside it', async () => {
    await window.command('Code Interpreter: Run All Cells');
    await panel().locator('.cell-ok').nth(2).waitFor({ timeout: 120_000 });
    await idle(panel());
    assert.equal(await panel().locator('.cell-error').count(), 0);
    assert.match(await cells(panel()).first().innerText(), new RegExp(`${ROW} 454`));
    assert.equal(await charts(panel()).count(), 2);
    await window.screenshot('notebook-ran');
  });

  promise('as a notebook, chosen from the list: cells, outputs, and paths beside the data', async () => {
    await window.command('Code Interpreter: Export Session…');
    await window.pick('Notebook');
    const notebook = parseNotebook('saved', await saved('ipynb', 'With outputs'));
    const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
    const source = code.map((cell) => sourceOf(cell)).join('\n');
    assert.match(source, /pd\.read_csv\("sales\.csv"\)/);
    const outputs = JSON.stringify(code.map((cell) => cell.outputs));
    for (const part of [ROW, 'image/png', 'application/vnd.plotly.v1+json'])
      assert.ok(outputs.includes(part));
    assert.ok(notebook.cells.some((cell) => sourceOf(cell).includes('# Regions')));
  });

  promise('as a script: cells, and answers as comments', async () => {
    await window.command('Code Interpreter: Export Session…');
    await window.pick('Python Script');
    const text = await saved('py', 'With outputs');
    assert.match(text, /^# %%/m);
    assert.match(text, /^df = pd\.read_csv\("sales\.csv"\)$/m);
    assert.match(text, /^# .*How many units each one took\./m);
    assert.ok(!text.includes('/workspace'), 'paths are as they are beside the script');
  });

  promise('as a report that opens offline, asks for nothing, and has its charts alive', async () => {
    await window.command('Code Interpreter: Export as HTML Report…');
    const text = await saved('html', 'With outputs');
    assert.ok(text.includes(ROW));
    assert.match(text, PICTURE);
    const context = await vscode.browser.newContext({ offline: true });
    try {
      const page = await context.newPage();
      const requests: string[] = [];
      page.on('request', (request) => {
        if (!/^(?:data|blob):/.test(request.url())) requests.push(request.url());
      });
      const names = await readdir(vscode.workspace);
      const name = names.find((found) => found.endsWith('.html')) ?? '';
      const address = pathToFileURL(join(vscode.workspace, name)).href;
      await page.goto(address);
      const alive = page.locator('.js-plotly-plot .bars path');
      await alive.first().waitFor({ state: 'attached', timeout: 30_000 });
      assert.equal(await alive.count(), 2);
      const picture = page.locator('img').first();
      await picture.scrollIntoViewIfNeeded();
      assert.ok(showsSomething(await screenStatistics(picture)), 'the picture is drawn');
      assert.deepEqual(requests, [address]);
    } finally {
      await context.close();
    }
  });

  promise('without rows: code and charts’ kinds stay, what was printed is gone', async () => {
    await window.command('Code Interpreter: Export as HTML Report…');
    const text = await saved('html', 'Without rows');
    assert.ok(!text.includes(ROW));
    assert.doesNotMatch(text, PICTURE);
    assert.match(text, /How many units each one took\./);
    assert.match(text, /read_csv/);
  });

  promise('as Markdown, with its pictures in a folder beside it', async () => {
    await window.command('Code Interpreter: Export as Markdown…');
    const text = await saved('md', 'With outputs');
    assert.ok(text.includes(ROW));
    const [, link = ''] = /!\[[^\]]*\]\(<?([^)>]+\.png)>?\)/.exec(text) ?? [];
    assert.match(link, /^regions-[\d-]+_files\//);
    const bytes = await readFile(join(vscode.workspace, decodeURI(link)));
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  });

  promise('the dialog opens another one, asks first, and the session before stays on disk', async () => {
    await window.command('Code Interpreter: Open Notebook as Session…');
    const box = window.quickInput.locator('input').first();
    const file = join(vscode.workspace, 'second.ipynb');
    await attempt(30_000, async () => {
      assert.match(await box.inputValue(), /\//, 'the dialog has read the folder');
      await window.page.waitForTimeout(300);
      await box.fill(file);
      await window.page.waitForTimeout(300);
      assert.equal(await box.inputValue(), file);
    });
    await window.page.keyboard.press('Enter');
    await window.dialog.getByText('Start a new session?').waitFor({ timeout: 20_000 });
    await window.dialog.getByRole('button', { name: 'New Session' }).click();
    await attempt(30_000, async () => assert.equal(await panel().locator('.cell-new').count(), 1));
    await cells(panel()).first().getByText('print').waitFor();
    await window.command('Code Interpreter: Restart and Run All Cells');
    await panel().locator('.cell-ok').waitFor({ timeout: 120_000 });
    assert.match(await cells(panel()).first().innerText(), /\b42\b/);
    assert.ok((await readdir(vscode.workspace)).includes('second.ipynb'));
  });
});
