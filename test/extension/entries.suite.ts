/** Menus and commands as VS Code calls them. No engine answers here: what is asked must wait, and be stoppable. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering, setSetting, testApi, until, workspaceFile } from './support.ts';

describe('entry points', () => {
  before(async () => {
    await setSetting('docker.host', 'unix:///nowhere/docker.sock');
  });
  after(async () => {
    await setSetting('docker.host', undefined);
  });
  afterEach(async () => {
    const api = await testApi();
    if ((await api.snapshot()).state.turn !== 'idle')
      await vscode.commands.executeCommand('codeInterpreter.stop');
    await vscode.commands.executeCommand('codeInterpreter.newSession');
  });

  async function lastQuestion() {
    const api = await testApi();
    const find = async () => (await api.snapshot()).events.findLast((event) => event.type === 'user_message');
    await until('something was asked', async () => (await find()) !== undefined, 5000);
    const question = await find();
    assert.ok(question);
    return question;
  }

  it('"Chart with Code Interpreter" on a CSV asks for a chart of that file', async () => {
    const uri = await workspaceFile('sales.csv', 'month,sales\n2025-01,3\n2025-02,5\n');
    await vscode.commands.executeCommand('codeInterpreter.chartResource', uri, [uri]);
    const { intent, files } = await lastQuestion();
    assert.equal(intent, 'chart');
    assert.deepEqual(files, [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }]);
  });

  it('"Analyze with Code Interpreter" takes all selected data files, and only those', async () => {
    const first = await workspaceFile('a b/käse "1".csv', 'x\n1\n');
    const second = await workspaceFile('DATA.TSV', 'x\ty\n1\t2\n');
    const other = await workspaceFile('notes.txt', 'x');
    await vscode.commands.executeCommand('codeInterpreter.analyzeResource', first, [first, second, other]);
    const { intent, files } = await lastQuestion();
    assert.equal(intent, 'analyze');
    assert.deepEqual(
      files.map(({ containerPath }) => containerPath),
      ['/workspace/a b/käse "1".csv', '/workspace/DATA.TSV'],
    );
  });

  it('Analyze File… takes the active file', async () => {
    const uri = await workspaceFile('active.csv', 'x\n1\n');
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand('codeInterpreter.analyzeFile');
    const { files } = await lastQuestion();
    assert.deepEqual(
      files.map(({ label }) => label),
      ['active.csv'],
    );
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('waits for a missing engine with a remedy, and Stop ends it', async () => {
    const api = await testApi();
    const uri = await workspaceFile('sales.csv', 'x\n1\n');
    await vscode.commands.executeCommand('codeInterpreter.chartResource', uri, [uri]);
    await until('the engine is missed', async () => (await api.snapshot()).state.sandbox.kind === 'waiting');
    const { state } = await api.snapshot();
    assert.ok(state.sandbox.kind === 'waiting');
    assert.match(state.sandbox.failure.code, /^docker-wrong-place$/);
    assert.ok(state.sandbox.failure.remedy);
    assert.equal(state.turn, 'running', 'the question waits');
    await vscode.commands.executeCommand('codeInterpreter.stop');
    const { events, state: after } = await api.snapshot();
    assert.equal(after.turn, 'idle');
    const end = events.findLast((event) => event.type === 'turn_ended');
    assert.equal(end?.end.kind, 'stopped');
  });

  it('Stop says that nothing is running when nothing is', async () => {
    const said: unknown[] = [];
    const stop = async () => vscode.commands.executeCommand('codeInterpreter.stop');
    await answering('showInformationMessage', (text) => void said.push(text), stop);
    assert.deepEqual(said, ['Nothing is running.']);
  });

  it('turns an exception into one sentence, never into a rejected command', async () => {
    const said: unknown[] = [];
    const gone = vscode.Uri.joinPath(vscode.Uri.file('/nowhere'), 'gone.csv');
    const run = async () => vscode.commands.executeCommand('codeInterpreter.chartResource', gone, [gone]);
    await answering('showErrorMessage', (text) => void said.push(text), run);
    assert.equal(said.length, 1);
    assert.match(String(said[0]), /no longer exists/);
  });

  it('a file that is no data is refused with what can be read', async () => {
    const said: unknown[] = [];
    const uri = await workspaceFile('notes.txt', 'x');
    const run = async () => vscode.commands.executeCommand('codeInterpreter.analyzeResource', uri, [uri]);
    await answering('showErrorMessage', (text) => void said.push(text), run);
    assert.match(String(said[0]), /notes\.txt.*CSV/s);
  });

  it('Try with Sample Data asks about the bundled file in a session of its own', async () => {
    await vscode.commands.executeCommand('codeInterpreter.trySample');
    const { files } = await lastQuestion();
    assert.deepEqual(files, [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }]);
  });
});
