/**
 * Last resort when this process exits without disposing: a small detached process asks the engine to remove what
 * is left. Where that fails, too, the next activation removes the leftovers of a dead owner.
 */
import { spawn } from 'node:child_process';
import type { Engine } from './docker.ts';

interface Leftover {
  engine: Engine;
  /** Ids or names, in the order of removal; what does not exist is passed over. */
  containers: readonly string[];
  volumes: readonly string[];
}

const leftovers = new Set<Leftover>();
let listening = false;

/** @returns forgets it again. */
export function removeAtExit(leftover: Leftover): () => void {
  leftovers.add(leftover);
  if (!listening) {
    listening = true;
    process.on('exit', removeDetached);
  }
  return () => {
    leftovers.delete(leftover);
  };
}

/** Runs in the detached process; the argument is JSON of `[socketPath, [path, …]]`. */
const SCRIPT = `
const http = require('node:http');
const [socketPath, paths] = JSON.parse(process.argv[1]);
const next = () => {
  const path = paths.shift();
  if (path === undefined) return;
  const request = http.request({ socketPath, path, method: 'DELETE' }, (r) => { r.resume(); r.on('end', next); });
  request.setTimeout(30000, () => request.destroy());
  request.on('error', () => {});
  request.end();
};
next();
`;

function removeDetached(): void {
  const bySocket = new Map<string, string[]>();
  for (const { engine, containers, volumes } of leftovers) {
    if (engine.socketPath === null) continue;
    const paths = bySocket.get(engine.socketPath) ?? [];
    paths.push(...containers.map((id) => `/containers/${encodeURIComponent(id)}?force=1&v=1`));
    paths.push(...volumes.map((name) => `/volumes/${encodeURIComponent(name)}`));
    bySocket.set(engine.socketPath, paths);
  }
  for (const [socketPath, paths] of bySocket) {
    const child = spawn(process.execPath, ['-e', SCRIPT, JSON.stringify([socketPath, paths])], {
      detached: true,
      stdio: 'ignore',
      // In VS Code the executable is Electron, which runs as Node only when told so.
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
    child.on('error', () => undefined);
    child.unref();
  }
}
