/** The Python tests of what runs in the container, with counts. Arguments: the file that takes them; patterns of tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageForTests } from '../support/dockerFixture.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
  failedTests: string[];
}

/** Reads what unittest prints: "FAIL: test_x (module.Class…)", "Ran 12 tests", "FAILED (failures=1, skipped=2)". */
function countsOf(text: string): Counts {
  const ran = Number(/^Ran (\d+) tests?/m.exec(text)?.[1] ?? 0);
  const last = /^(?:OK|FAILED)(?: \((.*)\))?$/m.exec(text)?.[1] ?? '';
  const of = (kind: string): number => Number(new RegExp(`\\b${kind}=(\\d+)`).exec(last)?.[1] ?? 0);
  const failures = [...text.matchAll(/^(?:FAIL|ERROR): (.+)$/gm)].map(([, name]) => name ?? '');
  // Several parts of one test can fail; what is in brackets is its full name, or its class where that was not set up.
  const named = failures.map((failure) => /\(([\w.]+)\)/.exec(failure)?.[1] ?? failure);
  const failedTests = [...new Set(named)];
  const failed = failedTests.length + of('unexpected successes');
  const skipped = of('skipped') + of('expected failures');
  return { passed: Math.max(0, ran - failed - skipped), failed, skipped, failures, failedTests };
}

/** Two at a time, for they wait for containers more than they compute. */
const SHARDS = 2;

async function runShard(
  image: string,
  office: string,
  queue: string,
  patterns: readonly string[],
): Promise<{ counts: Counts; code: number }> {
  const env = { ...process.env, QUEUE: queue, SANDBOX_OFFICE_IMAGE: office };
  const stdio = ['ignore', 'inherit', 'pipe'] as const;
  const child = spawn('python3', ['sandbox/tests/run.py', image, ...patterns], { stdio: [...stdio], env });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    process.stderr.write(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { counts: countsOf(text), code: code ?? 1 };
}

async function main(report: string, patterns: readonly string[]): Promise<void> {
  const image = await imageForTests();
  // After it: all but the last steps are its.
  const office = await imageForTests({ office: true });
  const queue = await mkdtemp(join(tmpdir(), 'code-interpreter-queue-'));
  // A few tests are run by one: the other would find none.
  const length = patterns.length > 0 ? 1 : SHARDS;
  const shards = await Promise.all(
    Array.from({ length }, async () => runShard(image, office, queue, patterns)),
  ).finally(async () => rm(queue, { recursive: true, force: true }));
  const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
    shards.reduce((total, { counts }) => total + counts[key], 0);
  const counts: Counts = {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: shards.flatMap(({ counts: { failures } }) => failures),
    failedTests: shards.flatMap(({ counts: { failedTests } }) => failedTests),
  };
  await mkdir(dirname(report), { recursive: true });
  await writeFile(report, JSON.stringify(counts));
  process.exitCode = Math.max(...shards.map(({ code }) => code));
}

const [report = 'test-results/bridge.json', ...patterns] = process.argv.slice(2);
main(report, patterns).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
