'use strict';
// Second thread of the JavaScript kernel: takes cells from the bridge, has the main thread evaluate them through
// the inspector, and answers. See javascript_main.cjs.
const { Session } = require('node:inspector');
const net = require('node:net');
const readline = require('node:readline');
const { workerData } = require('node:worker_threads');
const { withLoadableImports } = require('./javascript_imports.cjs');

const session = new Session();
session.connectToMainThread();

const socket = new net.Socket({ fd: workerData.socketFd, readable: true, writable: true });
const answer = (message) => socket.write(`${JSON.stringify(message)}\n`);
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(1));

const post = (method, params) =>
  new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
  });

/** The running cell's way out, or null. */
let interrupt = null;

/** Calls one of the main thread's helpers with a value that lives there. */
async function inMain(helper, value) {
  const { result: callee } = await post('Runtime.evaluate', {
    expression: `globalThis[Symbol.for('code-interpreter.${helper}')]`,
  });
  const argument =
    value.objectId !== undefined
      ? { objectId: value.objectId }
      : value.unserializableValue !== undefined
        ? { unserializableValue: value.unserializableValue }
        : { value: value.value };
  const { result } = await post('Runtime.callFunctionOn', {
    objectId: callee.objectId,
    functionDeclaration: 'function (value) { return this(value); }',
    arguments: [argument],
    returnByValue: true,
  });
  return result.value;
}

const interrupted = {
  type: 'error',
  ename: 'Interrupted',
  evalue: 'The cell was interrupted.',
  traceback: ['Interrupted: the cell was interrupted.'],
};

async function run(code) {
  const evaluated = await post('Runtime.evaluate', {
    expression: withLoadableImports(code),
    replMode: true,
    awaitPromise: true,
    objectGroup: 'cell',
    userGesture: false,
  });
  if (evaluated.exceptionDetails !== undefined) {
    const { exception, text } = evaluated.exceptionDetails;
    if (exception === undefined) return { type: 'error', ename: 'Error', evalue: text, traceback: [text] };
    const described = await inMain('error', exception);
    return { type: 'error', ...described };
  }
  if (evaluated.result.type === 'undefined') return { type: 'ok' };
  return { type: 'ok', text: await inMain('show', evaluated.result) };
}

async function execute(id, code) {
  const stopped = new Promise((resolve) => {
    interrupt = () => {
      // Ends what runs now; a cell that only waits is given up.
      session.post('Runtime.terminateExecution', () => setTimeout(resolve, 50, interrupted));
    };
  });
  const finished = run(code).catch((error) => ({
    type: 'error',
    ename: 'Interrupted',
    evalue: String(error.message ?? error),
    traceback: [],
  }));
  const result = await Promise.race([finished, stopped]);
  interrupt = null;
  // Output still on its way in the main thread belongs to this cell.
  await post('Runtime.evaluate', { expression: '0' }).catch(() => {});
  await post('Runtime.releaseObjectGroup', { objectGroup: 'cell' }).catch(() => {});
  answer({ ...result, id });
}

readline.createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.op === 'execute') void execute(message.id, message.code);
  else if (message.op === 'interrupt') interrupt?.();
});
answer({ type: 'ready', id: 0 });
