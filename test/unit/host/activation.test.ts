/** What activation loads: the real composition root, bundled as for shipping but with its packages left outside. */
import assert from 'node:assert/strict';
import { createRequire, Module } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';

type Loader = (request: string, ...rest: unknown[]) => unknown;
/** Packages that stand outside the bundle here. */
const HEAVY = /^(@anthropic-ai\/sdk|dockerode|tar-stream|fast-png|parse5)/;

type Callable = (...args: unknown[]) => unknown;

/** Answers every use with more of itself; remembers the commands and providers that are registered. */
function fakeVscode(registered: Map<string, Callable>): unknown {
  const anything = (): unknown =>
    new Proxy(function () {}, {
      get: (_target, key) => (key === 'then' ? undefined : key === Symbol.iterator ? undefined : anything()),
      set: () => true,
      apply: () => anything(),
      construct: () => anything() as object,
    });
  const registerCommand = (id: string, run: Callable): unknown => {
    registered.set(id, run);
    return anything();
  };
  const names = [
    'window',
    'workspace',
    'notebooks',
    'languages',
    'env',
    'Uri',
    'Disposable',
    'EventEmitter',
    'ExtensionMode',
    'StatusBarAlignment',
  ];
  return {
    ...Object.fromEntries([...names, 'ProgressLocation', 'ViewColumn'].map((name) => [name, anything()])),
    commands: { registerCommand, executeCommand: () => undefined },
    // English: there is no bundle.
    l10n: { bundle: undefined },
  };
}

describe('activation', () => {
  const modules = Module as unknown as { _load: Loader };
  const load = modules._load;
  const loaded: string[] = [];
  const registered = new Map<string, Callable>();
  let folder = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'activation-'));
    const outfile = path.join(folder, 'extension.cjs');
    await build({
      entryPoints: ['src/extension.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['vscode', '@anthropic-ai/sdk', 'dockerode', 'tar-stream', 'fast-png', 'parse5'],
      // So that these go through `require`, which can be watched.
      supported: { 'dynamic-import': false },
      logLevel: 'error',
    });
    modules._load = function (this: unknown, request, ...rest) {
      loaded.push(request);
      if (request === 'vscode') return fakeVscode(registered);
      if (HEAVY.test(request)) return { default: class {} };
      return load.call(this, request, ...rest);
    };
    const started = createRequire(import.meta.url)(outfile) as { activate: Callable };
    const { env: context } = fakeVscode(new Map()) as { env: Record<string, unknown> };
    started.activate(
      new Proxy(context, {
        get: (target, key) =>
          key === 'subscriptions' ? [] : String(key).endsWith('Path') ? folder : target[String(key)],
      }),
    );
  });
  after(async () => {
    modules._load = load;
    await rm(folder, { recursive: true, force: true });
  });

  it('registers the commands', () => {
    assert.ok(registered.has('codeInterpreter.checkSetup'));
  });

  it('loads neither the SDK, nor dockerode, nor the image codec, nor a sanitiser', () => {
    assert.ok(loaded.includes('vscode'), 'loading is watched');
    assert.deepEqual(
      loaded.filter((name) => HEAVY.test(name)),
      [],
    );
  });

  it('loads them when they are needed (so the watching does watch)', async () => {
    await registered.get('codeInterpreter.removeOldImages')?.();
    assert.ok(loaded.includes('dockerode'));
    assert.ok(!loaded.some((name) => name.startsWith('@anthropic-ai/sdk')));
  });
});
