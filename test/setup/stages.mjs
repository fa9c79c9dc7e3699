/** One stage of `npm test`: a program run to its end, with counts read from what it wrote for machines. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository, since } from './shell.mjs';

const results = join(repository, 'test-results');

/** @typedef {import('./stages.d.mts').Outcome} Outcome */

/** Runs a program with its output on our terminal. Resolves with null or with how it failed. */
async function runOnTerminal(command, args, { env, limitMs }) {
  const child = spawn(command, args, { cwd: repository, env, stdio: ['ignore', 'inherit', 'inherit'] });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 20_000).unref();
  }, limitMs);
  const ended = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(code === 0 ? null : `ended with ${code ?? signal}`));
  });
  clearTimeout(timer);
  return late ? `did not end within ${Math.round(limitMs / 60_000)} min` : ended;
}

/**
 * A program that is one check: passed when it ends with 0.
 * @returns {Promise<Outcome>}
 */
export async function check(name, command, args, { env = process.env, limitMs = 600_000 } = {}) {
  const start = performance.now();
  const problem = await runOnTerminal(command, args, { env, limitMs });
  return outcome(name, start, problem === null ? { passed: 1 } : { failed: 1, failures: [problem] });
}

/**
 * A program that writes `{passed, failed, skipped, failures}` to the file it is given.
 * @param {(file: string) => string[]} argsFor
 * @returns {Promise<Outcome>}
 */
export async function counted(name, command, argsFor, { env = process.env, limitMs = 1_200_000 } = {}) {
  const start = performance.now();
  const file = join(results, `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const problem = await runOnTerminal(command, argsFor(file), { env, limitMs });
  const counts = readCounts(file);
  // Nothing may pass for the reason that nothing ran, and no failure may hide behind good counts.
  if (counts === null) {
    const why = problem ?? 'no results were written';
    return outcome(name, start, { failed: 1, failures: [why] });
  }
  if (counts.passed + counts.failed + counts.skipped === 0) {
    return outcome(name, start, { failed: 1, failures: ['no test was found'] });
  }
  if (problem !== null && counts.failed === 0) {
    return outcome(name, start, { ...counts, failed: 1, failures: [problem] });
  }
  return outcome(name, start, counts);
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

export function outcome(
  name,
  start,
  { passed = 0, failed = 0, skipped = 0, failures = [], unsteady = [], failedTests = [] },
) {
  return { name, passed, failed, skipped, failures, unsteady, failedTests, time: since(start) };
}

/** More than these are no chance of a busy machine. */
const SECOND_TRIES = 4;

/**
 * For stages with browsers, containers and clocks: a few failing tests are run once more. One that passes then counts as
 * passed and is named at the end as unsteady, with what it said: to be mended, and no reason to stop.
 * @param {(again: string[], name: string) => Promise<Outcome>} run  names of what is run again; none: everything
 * @returns {Promise<Outcome>}
 */
export async function twice(run, name) {
  const start = performance.now();
  const first = await run([], name);
  const names = [...new Set(first.failedTests)];
  // What is counted beside the tests (a program that died, a file that was not loaded) has no second try.
  if (first.failed === 0 || first.failed !== first.failedTests.length || names.length > SECOND_TRIES)
    return first;
  console.log(`\n== ${name}: once more: ${names.join(' | ')}`);
  const again = await run(names, `${name}-again`);
  const steady = again.failed === 0 && again.passed >= first.failed;
  if (!steady) return { ...first, time: since(start) };
  return outcome(name, start, {
    passed: first.passed + first.failed,
    skipped: first.skipped,
    unsteady: first.failures,
  });
}

/** One file that hangs ends as one failure, in milliseconds; the longest takes a third of it. */
const FILE_LIMIT_MS = 720_000;

/**
 * node:test's arguments for tests that are run again: the files that name them as a whole, because a test may need those
 * before it, and files that failed as such; where a name is put together at run time, the tests of that name in all files.
 */
export function againArguments(files, names) {
  if (names.length === 0) return files;
  const texts = new Map(files.map((file) => [file, readFileSync(join(repository, file), 'utf8')]));
  const naming = names.map((name) => files.filter((file) => file === name || texts.get(file).includes(name)));
  if (naming.every((found) => found.length > 0)) return [...new Set(naming.flat())];
  return [...names.map((name) => `--test-name-pattern=/${escaped(name)}$/`), ...files];
}

const escaped = (text) => text.replaceAll(/[/\\^$*+?.()|[\]{}]/g, '\\$&');

/**
 * Arguments for Node to run the test files below a folder (`*.test.ts` at any depth; Node 20 knows no globs), readable on
 * the terminal and counted in `file`.
 */
export const nodeTests =
  (folder, { concurrency = 1, again = [] } = {}) =>
  (file) => [
    ...['--import', 'tsx', '--test', `--test-concurrency=${concurrency}`, `--test-timeout=${FILE_LIMIT_MS}`],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./test/support/countReporter.mjs', `--test-reporter-destination=${file}`],
    ...againArguments(testFiles(folder), again),
  ];

function testFiles(folder) {
  const root = join(repository, folder);
  const names = existsSync(root) ? readdirSync(root, { recursive: true }) : [];
  const found = names.filter((name) => name.endsWith('.test.ts')).sort();
  // Without a file Node would look for tests by itself, and find this program.
  return found.length === 0 ? [join(folder, 'none.test.ts')] : found.map((name) => join(folder, name));
}

/** The table at the end, and the closing line that machines read. */
export function printSummary(outcomes) {
  const sum = (key) => outcomes.reduce((total, one) => total + one[key], 0);
  const rows = [['stage', 'passed', 'failed', 'skipped', 'time']].concat(
    outcomes.map((o) => [o.name, o.passed, o.failed, o.skipped, o.time].map(String)),
  );
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log('');
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
    console.log(cells.join('  '));
  }
  for (const { name, failures } of outcomes) {
    for (const failure of failures) console.log(`FAILED ${name}: ${failure}`);
  }
  for (const { name, unsteady } of outcomes) {
    for (const failure of unsteady) console.log(`UNSTEADY ${name}, passed when run again: ${failure}`);
  }
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
}
