/**
 * `npm test`: everything, from a bare clone. Stages run one after the other, and none hides a later one.
 * `npm test -- --only unit,vscode` runs the named stages alone.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCodeServer } from './setup/codeServer.mjs';
import { ensureBaseImage, ensureEngine } from './setup/engine.mjs';
import { engineAddress, ourObjects } from './setup/engineApi.mjs';
import { noGvisor, startGvisorEngine } from './setup/gvisor.mjs';
import { checkNode, ensureNodeModules, npmCommand } from './setup/nodeModules.mjs';
import { ensureBrowser, ensureProgram } from './setup/packages.mjs';
import { ensureSandboxImage } from './setup/sandboxImage.mjs';
import { repository, say, SetupError } from './setup/shell.mjs';
import { check, counted, nodeTests, outcome, printSummary, twice } from './setup/stages.mjs';

const node = process.execPath;
const npmRun = (name, script) => async () => {
  const [command, ...args] = npmCommand();
  return check(name, command, [...args, 'run', '--silent', script]);
};
const tests = (name, folder, options) => async () =>
  counted(name, node, nodeTests(folder, options), { limitMs: 1_800_000 });
/** With browsers, containers and clocks. */
const realTests = (name, folder, options) => async () =>
  twice(
    async (again, as) => counted(as, node, nodeTests(folder, { ...options, again }), { limitMs: 1_800_000 }),
    name,
  );

/** What a stage needs to be there before it: done once, when the first stage asks. */
const prepared = new Map();
const once = async (name, work) => {
  if (!prepared.has(name)) prepared.set(name, work());
  return prepared.get(name);
};
let engine = null;
let sandboxImage = '';
const needs = {
  engine: async () => {
    engine = await ensureEngine();
  },
  image: async () => {
    await prepare('engine');
    await ensureBaseImage();
    sandboxImage = await ensureSandboxImage();
  },
  python: async () => {
    await ensureProgram('python');
    await ensureProgram('dockerCli');
  },
  codeServer: ensureCodeServer,
  browser: async () => {
    process.env.CHROMIUM = await ensureBrowser();
  },
  package: async () => {
    if (existsSync(join(repository, 'dist/code-interpreter.vsix')) && !selected.includes('package')) return;
    const result = await once('package stage', npmRun('package', 'package'));
    if (result.failed > 0) throw new SetupError('The extension could not be built.');
  },
};
const prepare = async (name) => once(name, needs[name]);

/** In this order: what is quick, and what others stand on, first. */
const STAGES = [
  { name: 'format', run: npmRun('format', 'check:format') },
  { name: 'lint', run: npmRun('lint', 'check:lint') },
  { name: 'types', run: npmRun('types', 'check:types') },
  { name: 'unit', run: tests('unit', 'test/unit', { concurrency: 2 }) },
  { name: 'package', run: async () => once('package stage', npmRun('package', 'package')) },
  { name: 'delivery', needs: ['package'], run: tests('delivery', 'test/e2e/delivery') },
  { name: 'bridge', needs: ['image', 'python'], run: async () => bridgeTests() },
  {
    name: 'sandbox',
    needs: ['image', 'package'],
    run: realTests('sandbox', 'test/sandbox', { concurrency: 2 }),
  },
  { name: 'gvisor', needs: ['image'], run: gvisorTests },
  {
    name: 'webview',
    needs: ['package', 'browser'],
    run: realTests('webview', 'test/e2e/webview', { concurrency: 2 }),
  },
  {
    name: 'extension',
    needs: ['package', 'image', 'codeServer', 'browser'],
    run: async () =>
      counted('extension', node, (file) => ['--import', 'tsx', 'test/extension/runTests.ts', file]),
  },
  {
    name: 'vscode',
    needs: ['package', 'image', 'codeServer', 'browser'],
    run: realTests('vscode', 'test/e2e/vscode', { concurrency: 2 }),
  },
];

/** The Python tests of what runs inside the container, in the container. */
async function bridgeTests() {
  const args = ['--import', 'tsx', 'test/setup/bridgeTests.ts'];
  return twice(async (again, as) => counted(as, node, (file) => [...args, file, ...again]), 'bridge');
}

/** The attacks again, on gVisor, on an engine of their own. */
async function gvisorTests() {
  const start = performance.now();
  const reason = noGvisor();
  if (reason !== null) {
    say(`gvisor: skipped, because ${reason}`);
    return outcome('gvisor', start, { skipped: 1 });
  }
  const gvisor = await startGvisorEngine(sandboxImage, engineAddress());
  try {
    const env = {
      ...process.env,
      DOCKER_HOST: gvisor.host,
      CODE_INTERPRETER_TEST_IMAGE: sandboxImage,
      CODE_INTERPRETER_TEST_RUNTIMES: 'runsc',
    };
    return await twice(
      async (again, as) =>
        counted(as, node, nodeTests('test/sandbox/attacks', { again }), { env, limitMs: 1_200_000 }),
      'gvisor',
    );
  } finally {
    await gvisor.stop();
  }
}

function readArguments(args) {
  const all = STAGES.map(({ name }) => name);
  if (args.length === 0) return all;
  const names = args[0] === '--only' && args.length === 2 ? args[1].split(',') : [''];
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return names;
  console.error(`Usage: npm test [-- --only STAGE[,STAGE…]]; stages: ${all.join(', ')}`);
  process.exit(2);
}

async function runStage(stage) {
  const start = performance.now();
  try {
    for (const need of stage.needs ?? []) await prepare(need);
    console.log(`\n== ${stage.name}`);
    return await stage.run();
  } catch (error) {
    const text = error instanceof SetupError ? error.message : error.stack;
    console.error(`${stage.name}: ${text}`);
    return outcome(stage.name, start, { failed: 1, failures: [text.split('\n')[0]] });
  }
}

/** Nothing of ours may be left on the engine. */
async function leftovers(before) {
  const start = performance.now();
  const known = new Set(before.map(({ id }) => id));
  const left = (await ourObjects(engineAddress())).filter(({ id }) => !known.has(id));
  const failures = left.map(
    ({ kind, id, labels }) => `left on the engine: ${kind} ${id} ${JSON.stringify(labels)}`,
  );
  return outcome('clean-up', start, left.length === 0 ? { passed: 1 } : { failed: left.length, failures });
}

// Ctrl+C reaches the stage that runs, too; it ends first, then an engine of our own does.
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true));

const selected = readArguments(process.argv.slice(2));
const outcomes = [];
let before = null;
try {
  checkNode();
  await ensureNodeModules();
  const chosen = STAGES.filter(({ name }) => selected.includes(name));
  const needsEngine = chosen.some((stage) => stage.needs?.includes('image'));
  if (needsEngine) {
    await prepare('engine').catch(() => undefined);
    before = await ourObjects(engineAddress()).catch(() => null);
    // These wait for the network and the disk; meanwhile the quick stages use the processor.
    for (const need of ['image', 'codeServer', 'browser']) {
      if (chosen.some((stage) => stage.needs?.includes(need))) prepare(need).catch(() => undefined);
    }
  }
  for (const stage of chosen) {
    if (interrupted) throw new SetupError('Interrupted.');
    outcomes.push(await runStage(stage));
  }
  if (before !== null) outcomes.push(await leftovers(before));
} catch (error) {
  const text = error instanceof SetupError ? error.message : error.stack;
  say(text);
  outcomes.push(outcome('set-up', performance.now(), { failed: 1, failures: [text.split('\n')[0]] }));
} finally {
  await engine?.stop();
}
printSummary(outcomes);
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
