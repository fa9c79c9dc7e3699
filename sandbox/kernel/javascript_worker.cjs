'use strict';
// Second thread of the JavaScript kernel: passes cells from the bridge to the main thread and answers back, and
// ends a cell that is to be interrupted. See javascript_main.cjs.
const { Session } = require('node:inspector');
const net = require('node:net');
const readline = require('node:readline');
const { parentPort, workerData } = require('node:worker_threads');
const { Variables } = require('./javascript_variables.cjs');

/** How often the main thread is asked whether it listens again after an interruption. */
const PING_INTERVAL_MS = 50;
/** After this long without an answer the main thread is inside of the cell's code. */
const SILENCE_MS = 400;

const session = new Session();
session.connectToMainThread();

const socket = new net.Socket({ fd: workerData.socketFd, readable: true, writable: true });
const answer = (message) => socket.write(`${JSON.stringify(message)}\n`);
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(1));

/** The id of the cell that runs, or null. */
let running = null;
/** Asks the main thread, while a cell is to be interrupted, whether it listens. */
let pinging = null;
/** Counts questions: an answer to one from before the code was ended says nothing. */
let generation = 0;
/** The code is being ended: nothing is told until that can no longer reach the next cell. */
let ending = false;

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

function ask() {
  generation += 1;
  const asked = generation;
  const ping = () => parentPort.postMessage({ op: 'ping', asked });
  clearInterval(pinging);
  pinging = setInterval(ping, PING_INTERVAL_MS);
  ping();
}

/**
 * A main thread that answers runs no code: the cell waits for something, and is only no longer waited for. V8 must
 * not be told to end code then, because it would end what runs next, or abort where no code is there to be ended.
 * A main thread that is silent is inside of the cell's code, and that is ended.
 */
function interrupt() {
  if (running === null || pinging !== null || ending) return;
  const id = running;
  ask();
  setTimeout(() => {
    if (running !== id || ending) return;
    ending = true;
    generation += 1;
    session.post('Runtime.terminateExecution', () => {
      ending = false;
      ask();
    });
  }, SILENCE_MS);
}

parentPort.on('message', (message) => {
  if (message.op === 'pong') {
    if (message.asked === generation) finish({ ...INTERRUPTED, goesOn: message.goesOn });
  } else if (message.id === running && pinging === null && !ending) {
    finish(message.result);
  }
});

readline.createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.op === 'execute') {
    running = message.id;
    parentPort.postMessage(message);
  } else if (message.op === 'query') {
    variables
      .answer(message.name, message.params)
      .catch(() => ({ ok: false, reason: 'failed', problem: 'The variables could not be read.' }))
      .then((result) => answer({ type: 'answered', id: message.id, result }));
  } else if (message.op === 'interrupt') {
    interrupt();
  }
});
// What there is before the first cell is no variable of the user's.
const variables = new Variables(session);
variables.begin().then(
  () => answer({ type: 'ready', id: 0 }),
  () => process.exit(1),
);
