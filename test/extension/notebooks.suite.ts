/** VS Code's own notebooks on the sandbox: cells, outputs, interruption, help from the kernel. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { extraCertificates } from '../support/certificates.ts';
import { EXTENSION_ID, setSetting, testApi, until, workspaceFile } from './support.ts';

const code = (source: string) => ({
  cell_type: 'code',
  id: `c${source.length}`,
  metadata: {},
  execution_count: null,
  outputs: [],
  source,
});
const notebookFile = async (name: string, cells: string[]): Promise<vscode.Uri> =>
  workspaceFile(
    name,
    JSON.stringify({
      cells: cells.map((source, index) => ({ ...code(source), id: `c${index}` })),
      metadata: {
        kernelspec: { name: 'python3', display_name: 'Python 3' },
        language_info: { name: 'python' },
      },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );

async function opened(uri: vscode.Uri): Promise<vscode.NotebookDocument> {
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand('notebook.selectKernel', {
    id: 'codeInterpreter.sandbox',
    extension: EXTENSION_ID,
  });
  return notebook;
}

/** Runs a cell and waits for its end. */
async function run(notebook: vscode.NotebookDocument, index: number): Promise<vscode.NotebookCell> {
  const cell = notebook.cellAt(index);
  const before = cell.executionSummary?.timing?.endTime;
  await vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: index, end: index + 1 }],
    document: notebook.uri,
  });
  const ended = (): boolean => {
    const end = cell.executionSummary?.timing?.endTime;
    return end !== undefined && end !== before;
  };
  await until(`cell ${index} has ended`, ended, 60_000);
  return cell;
}

const textOf = (cell: vscode.NotebookCell, mime: string): string =>
  cell.outputs
    .flatMap(({ items }) => items.filter((item) => item.mime === mime))
    .map(({ data }) => Buffer.from(data).toString('utf8'))
    .join('');
const STDOUT = 'application/vnd.code.notebook.stdout';
const STDERR = 'application/vnd.code.notebook.stderr';

describe('a notebook of VS Code on the sandbox', function () {
  this.timeout(240_000);
  let notebook: vscode.NotebookDocument;

  before(async () => {
    await testApi();
    await setSetting('sandbox.caFile', extraCertificates() ?? undefined);
    await workspaceFile('data/beside.csv', 'a,b\n1,2\n');
    notebook = await opened(
      await notebookFile('data/first.ipynb', [
        'import pandas as pd\nx = 41\nprint("hello"); x + 1',
        'import pandas as pd\npd.read_csv("beside.csv")',
        'import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()',
        '1 / 0',
        'open("made.csv", "w").write("a\\n1\\n")',
        'from IPython.display import HTML, Markdown, display\ndisplay(HTML("<b>bold</b><img src=https://example.org/x><script>1</script>"))\ndisplay(Markdown("# T\\n![x](https://example.org/y)"))',
        'h = display("before", display_id=True)',
        'h.update("after")',
        'import time\nfor i in range(600): time.sleep(0.1)',
        'open("/workspace/data/beside.csv", "a")',
        '%%bash\ncat beside.csv',
        'display({"application/vnd.plotly.v1+json": {"data": [{"y": [1]}], "config": {"a": 1}}, "text/html": "<script>1</script>", "text/plain": "F"}, raw=True)\ndisplay({"application/vnd.vegalite.v5+json": {"mark": "bar", "data": {"url": "https://example.org"}}, "text/plain": "V"}, raw=True)',
      ]),
    );
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await setSetting('sandbox.caFile', undefined);
  });

  it('runs a cell in the container: output, result, execution count', async () => {
    const cell = await run(notebook, 0);
    assert.equal(cell.executionSummary?.success, true, textOf(cell, 'application/vnd.code.notebook.error'));
    assert.equal(cell.executionSummary.executionOrder, 1);
    assert.equal(textOf(cell, STDOUT), 'hello\n');
    assert.equal(textOf(cell, 'text/plain'), '42');
  });

  it('reads the file beside the notebook and shows the table as HTML and as text', async () => {
    const cell = await run(notebook, 1);
    assert.match(textOf(cell, 'text/html'), /<table[\s\S]*<td>2<\/td>/);
    assert.match(textOf(cell, 'text/plain'), /a {2}b/);
    assert.deepEqual(
      cell.outputs.flatMap(({ items }) => items.map(({ mime }) => mime)),
      ['text/html', 'text/plain'],
    );
  });

  it('shows a chart as a picture', async () => {
    const cell = await run(notebook, 2);
    const picture = cell.outputs.flatMap(({ items }) => items).find(({ mime }) => mime === 'image/png');
    assert.equal(Buffer.from(picture?.data ?? []).toString('latin1', 1, 4), 'PNG');
  });

  it('shows an error with its traceback, and the cell has failed', async () => {
    const cell = await run(notebook, 3);
    assert.equal(cell.executionSummary?.success, false);
    const error = JSON.parse(textOf(cell, 'application/vnd.code.notebook.error')) as {
      name: string;
      stack: string;
    };
    assert.equal(error.name, 'ZeroDivisionError');
    assert.match(error.stack, /1.*\/.*0/);
  });

  it('files stay in the sandbox, and reach the folder by the save dialog only', async () => {
    const cell = await run(notebook, 4);
    assert.equal(cell.executionSummary?.success, true);
    await assert.rejects(stat(vscode.Uri.joinPath(notebook.uri, '..', 'made.csv').fsPath));
    let offered = '';
    const original = vscode.window.showSaveDialog;
    Object.assign(vscode.window, {
      showSaveDialog: async (options: vscode.SaveDialogOptions) => {
        offered = options.defaultUri?.path ?? '';
        return Promise.resolve(undefined);
      },
    });
    try {
      await vscode.commands.executeCommand('codeInterpreter.saveNotebookFiles', notebook.uri, 4);
    } finally {
      Object.assign(vscode.window, { showSaveDialog: original });
    }
    assert.match(offered, /made\.csv$/);
  });

  it('gives the renderers no script and nothing to load', async () => {
    const cell = await run(notebook, 5);
    const html = textOf(cell, 'text/html');
    assert.match(html, /<b>bold<\/b>/);
    assert.match(html, /<h1>T<\/h1>/);
    assert.doesNotMatch(html, /script|example\.org/);
    assert.equal(textOf(cell, 'text/markdown'), '');
  });

  it('a display of another cell is updated in its place', async () => {
    const shown = await run(notebook, 6);
    assert.match(textOf(shown, 'text/plain'), /before/);
    await run(notebook, 7);
    await until('it is updated', () => /after/.test(textOf(notebook.cellAt(6), 'text/plain')));
    assert.doesNotMatch(textOf(notebook.cellAt(6), 'text/plain'), /before/);
    assert.equal(notebook.cellAt(6).executionSummary?.success, true);
  });

  it('completes and explains by the live kernel', async () => {
    const cell = notebook.cellAt(0);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(cell.document.uri, new vscode.Position(2, 0), 'x.bit_');
    await vscode.workspace.applyEdit(edit);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      cell.document.uri,
      new vscode.Position(2, 6),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(
      labels.some((label) => label.endsWith('bit_length')),
      labels.slice(0, 20).join(),
    );
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      cell.document.uri,
      new vscode.Position(0, 18),
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((part) => (typeof part === 'string' ? part : part.value));
    assert.match(text.join('\n'), /pandas|powerful data analysis/i);
  });

  it('interrupts, and the variables stay', async () => {
    const cell = notebook.cellAt(8);
    const ended = run(notebook, 8);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await vscode.commands.executeCommand('notebook.cancelExecution');
    await ended;
    assert.equal(cell.executionSummary?.success, false);
    const again = await run(notebook, 7);
    assert.equal(again.executionSummary?.success, true, 'h is still known');
  });

  it('cannot write into the workspace', async () => {
    const cell = await run(notebook, 9);
    assert.equal(cell.executionSummary?.success, false);
    assert.match(textOf(cell, 'application/vnd.code.notebook.error'), /Read-only file system|Permission/);
  });

  it('gives interactive charts as their data, and none that names something outside', async () => {
    const cell = await run(notebook, 11);
    const kinds = cell.outputs.map(({ items }) => items.map(({ mime }) => mime));
    assert.deepEqual(kinds, [['application/vnd.plotly.v1+json', 'text/plain'], ['text/plain']]);
    const figure: unknown = JSON.parse(textOf(cell, 'application/vnd.plotly.v1+json'));
    assert.deepEqual(figure, { data: [{ y: [1] }], layout: {} });
  });

  it('bash begins beside the notebook, too', async () => {
    const cell = await run(notebook, 10);
    assert.equal(textOf(cell, STDOUT), 'a,b\n1,2\n', textOf(cell, STDERR));
  });

  it('a restart makes the variables unknown', async () => {
    await vscode.commands.executeCommand('codeInterpreter.restartNotebook');
    const cell = await run(notebook, 7);
    assert.equal(cell.executionSummary?.success, false);
    assert.match(textOf(cell, 'application/vnd.code.notebook.error'), /NameError/);
    assert.equal(textOf(cell, STDERR), '');
    const beside = await run(notebook, 1);
    assert.match(textOf(beside, 'text/plain'), /a {2}b/, 'cells begin beside the notebook again');
  });
});
