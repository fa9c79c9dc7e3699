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
/** Interruptions on their way to the main thread. */
let outstanding = 0;
/** Since the last of them arrived: asks whether the main thread listens again. */
let pinging = null;
/** Counts interruptions: an answer to a question from before the last one says nothing. */
let generation = 0;

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
  // One at a time: a second request while the first is carried out is of no use, and can end the process.
  if (running === null || outstanding > 0) return;
  outstanding += 1;
  // Ends what runs now. When nothing runs because the cell waits, it ends what would run next: perhaps the first
  // ping, which is why there are more. The cell's end is told only when nothing of this can reach the next cell.
  session.post('Runtime.terminateExecution', () => {
    outstanding -= 1;
    generation += 1;
    const asked = generation;
    clearInterval(pinging);
    pinging = setInterval(() => parentPort.postMessage({ op: 'ping', asked }), PING_INTERVAL_MS);
  });
}

parentPort.on('message', (message) => {
  if (message.op === 'pong') {
    if (message.asked === generation && outstanding === 0) finish(INTERRUPTED);
  } else if (message.id === running && outstanding === 0 && pinging === null) {
    finish(message.result);
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
