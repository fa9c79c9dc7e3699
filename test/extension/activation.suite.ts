/** Activation is quick because what it does not need is not evaluated: seen by V8's own counters. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { extension, testApi, until } from './support.ts';
import * as vscode from 'vscode';

/** Texts that stand in exactly one library's code, also when it is minified. */
const MARKS = { sdk: 'anthropic-version', dockerode: '/containers/create?' };

describe('activation', () => {
  const inspector = new Session();
  const bundle = path.join(extension().extensionPath, 'dist', 'extension.js');
  const source = readFileSync(bundle, 'utf8');

  const post = async <T>(method: string, params: object = {}): Promise<T> =>
    new Promise((resolve, reject) =>
      inspector.post(method, params, (error, result) => (error ? reject(error) : resolve(result as T))),
    );

  /** Whether any function that holds the text was called (other than the file itself). */
  async function wasEvaluated(text: string): Promise<boolean> {
    const offset = source.indexOf(text);
    assert.ok(offset > 0, `${text} is in the bundle`);
    const { result } = await post<Profiler.TakePreciseCoverageReturnType>('Profiler.takePreciseCoverage');
    const script = result.find(({ url }) => url === bundle || url === pathToFileURL(bundle).href);
    assert.ok(script, 'the bundle was counted');
    return script.functions
      .flatMap(({ ranges }) => ranges.slice(0, 1))
      .filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
      .filter(({ startOffset, endOffset }) => endOffset - startOffset < source.length * 0.9)
      .some(({ count }) => count > 0);
  }

  before(async () => {
    inspector.connect();
    await post('Profiler.enable');
    await post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  });
  after(() => inspector.disconnect());

  it('has not happened before the user does something', () => {
    assert.equal(extension().isActive, false);
  });

  it('loads neither the SDK nor dockerode', async () => {
    await testApi();
    assert.equal(await wasEvaluated(MARKS.sdk), false, 'SDK');
    assert.equal(await wasEvaluated(MARKS.dockerode), false, 'dockerode');
  });

  it('loads dockerode when the panel looks for the engine (so the counters do count)', async () => {
    await vscode.commands.executeCommand('codeInterpreter.focus');
    await until('dockerode is loaded', async () => wasEvaluated(MARKS.dockerode));
    assert.equal(await wasEvaluated(MARKS.sdk), false, 'SDK');
  });

  it('registers every command of the manifest', async () => {
    const { contributes } = extension().packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
