'use strict';
// The Node process of JavaScript cells. Cells run in this thread's global scope, evaluated in the inspector's REPL
// mode (declarations persist and may be repeated, top-level await works). A worker talks to the bridge, so that a
// cell that never yields can still be interrupted, with its state kept.
const { existsSync } = require('node:fs');
const { Session } = require('node:inspector');
const { Worker } = require('node:worker_threads');
const { createRequire, registerHooks } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const util = require('node:util');
const { withLoadableImports } = require('./javascript_imports.cjs');

const INSPECT = { depth: 4, maxArrayLength: 100, maxStringLength: 100_000, breakLength: 100, colors: false };
const inspectDefaults = { ...util.inspect.defaultOptions };

/** What a value looks like; objects may have hostile getters and inspectors of their own. */
function show(value) {
  try {
    return util.inspect(value, { ...inspectDefaults, ...INSPECT });
  } catch (error) {
    return `[cannot be shown: ${error}]`;
  }
}

/** Frames of the inspector and of Node's own modules say nothing about the cell. */
function traceback(error) {
  const stack = typeof error.stack === 'string' ? error.stack : String(error);
  return stack
    .split('\n')
    .filter((line) => !/^\s+at .*(node:internal|node:inspector|javascript_main\.cjs)/.test(line));
}

function describeError(error) {
  if (util.types.isNativeError(error) || error instanceof Error) {
    const lines = traceback(error);
    if (error.cause !== undefined) lines.push(`  [cause]: ${show(error.cause)}`);
    return { ename: String(error.name), evalue: String(error.message), traceback: lines };
  }
  const text = show(error);
  return { ename: 'Uncaught', evalue: text, traceback: [`Uncaught ${text}`] };
}

// Called through the inspector, never by cells.
Object.defineProperty(globalThis, Symbol.for('code-interpreter.show'), { value: show });
Object.defineProperty(globalThis, Symbol.for('code-interpreter.error'), {
  value: (error) => {
    try {
      return describeError(error);
    } catch (problem) {
      return { ename: 'Error', evalue: `[cannot be shown: ${problem}]`, traceback: [] };
    }
  },
});

// Code evaluated by the inspector cannot import by itself (see javascript_imports.cjs). Paths are seen from the
// working directory, names from the image's packages.
Object.defineProperty(globalThis, Symbol.for('code-interpreter.import'), {
  value: (specifier, options) => {
    const name = String(specifier);
    return import(/^\.{0,2}\//.test(name) ? pathToFileURL(path.resolve(name)).href : name, options);
  },
});

// Node remembers that a package was not there, also when a cell has installed it since: it is looked for under another
// path then. Both lead to the same folder.
const INSTALLED = '/packages/lib';
const besideInstalled = pathToFileURL(`${INSTALLED}/cell.mjs`).href;
const requireInstalled = createRequire(besideInstalled);
registerHooks({
  resolve: (specifier, context, next) => {
    try {
      return next(specifier, context);
    } catch (error) {
      const [name] = /^(@[^/]+\/)?[^./@][^/:]*/.exec(specifier) ?? [];
      if (name === undefined || context.parentURL === besideInstalled) throw error;
      if (!existsSync(`${INSTALLED}/node_modules/${name}`)) throw error;
      if (error?.code === 'ERR_MODULE_NOT_FOUND')
        return next(specifier, { ...context, parentURL: besideInstalled });
      if (error?.code !== 'MODULE_NOT_FOUND') throw error;
      return { url: pathToFileURL(requireInstalled.resolve(specifier)).href, shortCircuit: true };
    }
  },
});

process.on('uncaughtException', (error) => {
  process.stderr.write(`Uncaught ${describeError(error).traceback.join('\n')}\n`);
});
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`Unhandled rejection: ${describeError(reason).traceback.join('\n')}\n`);
});
// Output must be in the pipe before a cell's end is told, and before process.exit().
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
// A cell that was interrupted through its children must not lose the process to the same signal.
process.on('SIGINT', () => {});

const start = path.join(process.cwd(), 'cell.js');
for (const [name, value] of Object.entries({
  require: createRequire(start),
  module: { exports: {} },
  exports: {},
  __filename: start,
  __dirname: process.cwd(),
})) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

/** What keeps this thread going on, as kind → how many: timers, files, processes. */
function activity() {
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
let activityBefore = new Map();
/** Whether a cell that is no longer waited for left something behind that could go on with it. */
const goesOn = () => [...activity()].some(([kind, count]) => count > (activityBefore.get(kind) ?? 0));

// Cells are evaluated by a session of this thread. The worker has a session of its own, only to end what runs here:
// a session does not take a message while it carries out another.
let session;
function renewSession() {
  session?.disconnect();
  session = new Session();
  session.connect();
}
renewSession();
const post = (method, params) =>
  new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
  });

/** Calls a function of this file with a value that the inspector knows. */
async function withValue(helper, { objectId, unserializableValue, value }) {
  const argument =
    objectId !== undefined
      ? { objectId }
      : unserializableValue !== undefined
        ? { unserializableValue }
        : { value };
  const { result: callee } = await post('Runtime.evaluate', {
    expression: `globalThis[Symbol.for('code-interpreter.${helper}')]`,
  });
  const { result } = await post('Runtime.callFunctionOn', {
    objectId: callee.objectId,
    functionDeclaration: 'function (value) { return this(value); }',
    arguments: [argument],
    returnByValue: true,
  });
  return result.value;
}

async function run(code) {
  const { result, exceptionDetails } = await post('Runtime.evaluate', {
    expression: withLoadableImports(code),
    replMode: true,
    awaitPromise: true,
    objectGroup: 'cell',
  });
  if (exceptionDetails !== undefined) {
    const { exception, text } = exceptionDetails;
    if (exception === undefined) return { type: 'error', ename: 'Error', evalue: text, traceback: [text] };
    return { type: 'error', ...(await withValue('error', exception)) };
  }
  return result.type === 'undefined' ? { type: 'ok' } : { type: 'ok', text: await withValue('show', result) };
}

const socketFd = Number(process.argv[2]);
process.argv.splice(1);
const worker = new Worker(path.join(__dirname, 'javascript_worker.cjs'), { workerData: { socketFd } });
worker.on('exit', () => process.exit(1));
worker.on('message', (message) => {
  if (message.op === 'ping') {
    // The inspector would tell the old session, from within the garbage collection, when the promise of a cell that
    // was given up is collected; Node does not survive calling it then.
    renewSession();
    worker.postMessage({ op: 'pong', asked: message.asked, goesOn: goesOn() });
    return;
  }
  activityBefore = activity();
  run(message.code)
    .catch((error) => ({ type: 'error', ...describeError(error) }))
    .then((result) => {
      session.post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
      worker.postMessage({ op: 'result', id: message.id, result });
    });
});
