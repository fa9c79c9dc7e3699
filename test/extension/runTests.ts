/**
 * Runs the tests of this folder inside an extension host: in desktop VS Code when `VSCODE_EXECUTABLE` names one,
 * else in code-server. Argument: the file that takes the counts.
 */
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { HOSTILE } from './hostileSettings.ts';

const repository = resolve(import.meta.dirname, '../..');
const bundle = join(repository, 'dist/test/extension.cjs');
const report = resolve(process.argv[2] ?? join(repository, 'test-results/extension.json'));

async function main(): Promise<void> {
  await build({
    entryPoints: [join(repository, 'test/extension/index.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });

  const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-extension-'));
  try {
    const single = join(folder, 'workspace');
    await mkdir(single);
    const counts = [
      await inWindow('folder', single, join(folder, 'folder.json')),
      await inWindow('workspace-file', await severalFolders(folder), join(folder, 'several.json')),
    ];
    await mkdir(dirname(report), { recursive: true });
    await writeFile(report, JSON.stringify(sum(counts)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A workspace file with two folders, whose settings try what a repository must not be able to do. */
async function severalFolders(folder: string): Promise<string> {
  for (const [name, settings] of [
    ['one', HOSTILE.dotted],
    ['two', HOSTILE.nested],
  ] as const) {
    await mkdir(join(folder, name, '.vscode'), { recursive: true });
    await writeFile(join(folder, name, '.vscode/settings.json'), JSON.stringify(settings));
  }
  const file = join(folder, 'several.code-workspace');
  await writeFile(file, JSON.stringify({ folders: [{ path: 'one' }, { path: 'two' }], settings: {} }));
  return file;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
}

/** What its suites counted. A window that ends before it counted is a failure. */
async function inWindow(kind: 'folder' | 'workspace-file', open: string, file: string): Promise<Counts> {
  try {
    await runTests({
      vscodeExecutablePath:
        process.env.VSCODE_EXECUTABLE ?? join(repository, 'test/support/vscode-for-tests'),
      extensionDevelopmentPath: repository,
      extensionTestsPath: bundle,
      launchArgs: [open],
      extensionTestsEnv: { CODE_INTERPRETER_TEST_REPORT: file, CODE_INTERPRETER_TEST_WINDOW: kind },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  if (!existsSync(file)) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`the window "${kind}" told no results`] };
  }
  return JSON.parse(await readFile(file, 'utf8')) as Counts;
}

const sum = (all: Counts[]): Counts => ({
  passed: all.reduce((total, { passed }) => total + passed, 0),
  failed: all.reduce((total, { failed }) => total + failed, 0),
  skipped: all.reduce((total, { skipped }) => total + skipped, 0),
  failures: all.flatMap(({ failures }) => failures),
});

void main();
