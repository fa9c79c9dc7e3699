'use strict';
// Second thread of the JavaScript kernel: passes cells from the bridge to the main thread and answers back, and
// ends a cell that is to be interrupted. See javascript_main.cjs.
const { Session } = require('node:inspector');
const net = require('node:net');
const readline = require('node:readline');
const { parentPort, workerData } = require('node:worker_threads');

/** How often the main thread is asked whether it listens again after an interruption. */
const PING_INTERVAL_MS = 50;

const session = new Session();
session.connectToMainThread();

const socket = new net.Socket({ fd: workerData.socketFd, readable: true, writable: true });
const answer = (message) => socket.write(`${JSON.stringify(message)}\n`);
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(1));

/** The id of the cell that runs, or null. */
let running = null;
/** Set while an interruption waits for the main thread. */
let pinging = null;

const INTERRUPTED = {
  type: 'error',
  ename: 'Interrupted',
  evalue: 'The cell was interrupted.',
  traceback: ['Interrupted: the cell was interrupted.'],
};

function finish(result) {
  if (running !== null) answer({ ...result, id: running });
  running = null;
  clearInterval(pinging);
  pinging = null;
}

function interrupt() {
  if (running === null) return;
  // Ends what runs now. When nothing runs because the cell waits, it ends what would run next: perhaps the first
  // ping, which is why there are more.
  session.post('Runtime.terminateExecution', () => {
    pinging ??= setInterval(() => parentPort.postMessage({ op: 'ping' }), PING_INTERVAL_MS);
  });
}

parentPort.on('message', (message) => {
  if (message.op === 'pong') {
    if (pinging !== null) finish(INTERRUPTED);
  } else if (message.id === running) {
    finish(pinging === null ? message.result : INTERRUPTED);
  }
});

readline.createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.op === 'execute') {
    running = message.id;
    parentPort.postMessage(message);
  } else if (message.op === 'interrupt') {
    interrupt();
  }
});
answer({ type: 'ready', id: 0 });
