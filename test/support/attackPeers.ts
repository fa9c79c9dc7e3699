/**
 * What people run a model's code in otherwise, for the comparison of who stops what: a container as `docker run` makes
 * it, with the workspace mounted read-only, and Anthropic's sandbox-runtime around a process of this machine. Each cell is
 * a program of its own there. Nothing is set beyond what each needs to be used at all.
 */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Language } from '../../src/shared/outputs.ts';
import { ensureSandboxRuntime } from '../setup/sandboxRuntime.mjs';
import type { Peer } from './attack.ts';
import { imageForTests, type Run } from './dockerFixture.ts';

/** Attacks must not run as root on this machine. */
const USER = 1000;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

async function end(
  command: string,
  args: readonly string[],
  more: { timeoutMs?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const { timeoutMs = 600_000, cwd, env } = more;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  const ended: Ended = { code: null, stdout: '', stderr: '', timedOut: false };
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()));
  const timer = setTimeout(() => {
    ended.timedOut = true;
    // The group: what it started holds the pipes open.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  ended.code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(timer);
  return ended;
}

async function must(command: string, args: readonly string[], more = {}): Promise<string> {
  const { code, stdout, stderr } = await end(command, args, more);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function commandOf(language: Language, code: string): string[] {
  switch (language) {
    case 'python':
      return ['python3', '-c', code];
    case 'bash':
      return ['bash', '-c', code];
    case 'javascript':
      return ['node', '-e', `(async () => {${code}\n})()`];
  }
}

function asRun({ code, stdout, stderr, timedOut }: Ended, startedAt: number): Run {
  return {
    status: timedOut ? 'timeout' : code === 0 ? 'ok' : 'error',
    executionCount: null,
    durationMs: performance.now() - startedAt,
    stateLost: false,
    truncated: [],
    artifacts: [],
    refused: [],
    outputs: [],
    stdout,
    stderr,
    error: code === 0 ? null : (stderr.trim().split('\n').at(-1) ?? ''),
  };
}

/** `docker run -v WORKSPACE:/workspace:ro IMAGE`, and nothing else. */
async function plainContainer(workspace: string): Promise<Peer> {
  const image = await imageForTests();
  const id = await must('docker', [
    'run',
    '-d',
    '-v',
    `${workspace}:/workspace:ro`,
    image,
    'sleep',
    'infinity',
  ]);
  return {
    run: async (language, code, timeoutMs) => {
      const startedAt = performance.now();
      return asRun(await end('docker', ['exec', id, ...commandOf(language, code)], { timeoutMs }), startedAt);
    },
    close: async () => {
      await must('docker', ['rm', '-f', '-v', id]);
    },
  };
}

/**
 * Python, bash and Node of this machine inside of sandbox-runtime: no domain allowed, one folder to write to. Paths of
 * the container stand for those of the host in both directions.
 */
async function sandboxRuntime(workspace: string): Promise<Peer> {
  const installed = await ensureSandboxRuntime();
  const home = mkdtempSync(path.join(tmpdir(), 'srt-'));
  // The cache of root is not for other users to read.
  const program = path.join(home, 'program');
  cpSync(installed.folder, program, { recursive: true });
  const node = path.join(program, installed.node);
  const entry = path.join(program, installed.entry);
  const outputs = path.join(home, 'outputs');
  mkdirSync(outputs);
  chmodSync(home, 0o777);
  chmodSync(outputs, 0o777);
  const settings = path.join(home, 'settings.json');
  writeFileSync(
    settings,
    JSON.stringify({
      network: { allowedDomains: [], deniedDomains: [] },
      filesystem: { denyRead: [], allowWrite: [outputs], denyWrite: [] },
    }),
  );
  const toHost = (text: string): string =>
    text.replaceAll('/workspace', workspace).replaceAll('/outputs', outputs);
  const fromHost = (text: string): string =>
    text.replaceAll(workspace, '/workspace').replaceAll(outputs, '/outputs');
  return {
    run: async (language, code, timeoutMs) => {
      const startedAt = performance.now();
      const words = commandOf(language, toHost(code)).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
      const asUser = ['--reuid', String(USER), '--regid', String(USER), '--clear-groups'];
      const ended = await end(
        'setpriv',
        [...asUser, node, entry, '-s', settings, '-c', `cd '${outputs}' && ${words.join(' ')}`],
        { timeoutMs, cwd: home, env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' } },
      );
      return asRun({ ...ended, stdout: fromHost(ended.stdout), stderr: fromHost(ended.stderr) }, startedAt);
    },
    close: async () => {
      rmSync(home, { recursive: true, force: true });
      await Promise.resolve();
    },
  };
}

/** Name of a runtime → what runs cells on a workspace of the host. */
export const PEERS: Readonly<Record<string, (workspace: string) => Promise<Peer>>> = {
  'plain container': plainContainer,
  'sandbox-runtime': sandboxRuntime,
};
