/** Runs the suites of this folder in the extension host. `run` is called by VS Code; it rejects on failures. */
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import Mocha from 'mocha';

/** What the runner reads. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'spec', color: false });
  // The suites are part of this bundle; mocha's functions become globals just before they are evaluated.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  if (process.env.CODE_INTERPRETER_TEST_WINDOW === 'workspace-file') await import('./workspaceFile.suite.ts');
  else await importAll();

  const counts: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => (counts.passed += 1))
      .on('pending', () => (counts.skipped += 1))
      .on('fail', (test) => {
        counts.failed += 1;
        counts.failures.push(test.fullTitle());
      });
  });
  const report = process.env.CODE_INTERPRETER_TEST_REPORT;
  if (report !== undefined) {
    await mkdir(path.dirname(report), { recursive: true });
    await writeFile(report, JSON.stringify(counts));
  }
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed.`);
}

/** In this order: activation is watched by the first. */
async function importAll(): Promise<void> {
  await import('./activation.suite.ts');
  await import('./entries.suite.ts');
  await import('./keys.suite.ts');
  await import('./panel.suite.ts');
  await import('./settings.suite.ts');
  await import('./apiKey.suite.ts');
  await import('./requests.suite.ts');
  await import('./changes.suite.ts');
  await import('./network.suite.ts');
  await import('./notebooks.suite.ts');
}
