/**
 * Runs the tests of this folder inside an extension host: in desktop VS Code when `VSCODE_EXECUTABLE` names one,
 * else in code-server. Argument: the file that takes the counts.
 */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';

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

  const workspace = await mkdtemp(join(tmpdir(), 'code-interpreter-extension-'));
  try {
    await runTests({
      vscodeExecutablePath:
        process.env.VSCODE_EXECUTABLE ?? join(repository, 'test/support/vscode-for-tests'),
      extensionDevelopmentPath: repository,
      extensionTestsPath: bundle,
      launchArgs: [workspace],
      extensionTestsEnv: { CODE_INTERPRETER_TEST_REPORT: report },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

void main();
