/** The CLI as a user runs it: a process of its own, with real streams and signals. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildSync } from 'esbuild';
import { parseOwner } from '../../src/container/owner.ts';
import { OWNER_LABEL } from '../../src/container/labels.ts';

const ROOT = path.join(__dirname, '..', '..');

/** Built once for each test file: a process that translates the source for itself takes four times as long to start. */
let built: string | null = null;
function builtCli(): string {
  if (built !== null) return built;
  const outfile = path.join(ROOT, 'dist', 'test', `cli-${process.pid}.cjs`);
  buildSync({
    ...{ entryPoints: [path.join(ROOT, 'src', 'cli.ts')], outfile, bundle: true, logLevel: 'warning' },
    ...{ platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'] },
    external: ['*.node', 'cpu-features', 'ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'],
  });
  process.on('exit', () => {
    rmSync(outfile, { force: true });
  });
  built = outfile;
  return outfile;
}

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export class CliProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly done: Promise<CliResult>;
  private stdout = '';
  private stderr = '';
  private readonly watchers = new Set<() => void>();

  /** @param entry a built bundle; default: the source as it is now. */
  constructor(args: readonly string[], env: Record<string, string> = {}, entry: string | null = null) {
    const own = { ...process.env };
    delete own.ANTHROPIC_API_KEY;
    this.child = spawn(process.execPath, [entry ?? builtCli(), ...args], {
      cwd: ROOT,
      env: { ...own, ...env },
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.notify();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.notify();
    });
    this.done = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.notify();
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
    // A process that has ended takes no more input; its exit code tells why.
    this.child.stdin.on('error', () => undefined);
  }

  send(...requests: object[]): void {
    for (const request of requests) this.child.stdin.write(JSON.stringify(request) + '\n');
  }

  get lines(): Answer[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Answer);
  }

  get errors(): string {
    return this.stderr;
  }

  /** Resolves when the condition holds; fails when the process ends first or the time is up. */
  async until(condition: (cli: CliProcess) => boolean, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!condition(this)) {
      assert.ok(this.child.exitCode === null, `the CLI ended early: ${this.stderr}`);
      assert.ok(Date.now() < deadline, `not within ${timeoutMs} ms: ${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.watchers.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  private notify(): void {
    for (const watcher of this.watchers) watcher();
    this.watchers.clear();
  }
}

/** A line of `exec`. */
export interface Answer {
  id: string | null;
  type: 'output' | 'done' | 'error' | 'restarted';
  status?: string;
  executionCount?: number | null;
  durationMs?: number;
  artifacts?: { name: string; bytes: number; sha256: string }[];
  message?: string;
  output?: {
    output_type: string;
    text?: string;
    ename?: string;
    evalue?: string;
    data?: Record<string, unknown>;
  };
}

export async function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const cli = new CliProcess(args, env);
  cli.child.stdin.end();
  return cli.done;
}

export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  assert.equal(status, 0, `docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Containers and volumes whose owner is this process. */
export function belongingsOf(pid: number | undefined): string[] {
  const format = `{{.Name}}\t{{.Label "${OWNER_LABEL}"}}`;
  const filter = ['--filter', `label=${OWNER_LABEL}`];
  const all = [
    docker('ps', '-a', ...filter, '--format', format.replace('.Name', '.Names')),
    docker('volume', 'ls', ...filter, '--format', format),
  ];
  return all
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .filter(([, label = '']) => parseOwner(label)?.pid === pid)
    .map(([name = '']) => name);
}

/** A folder the sandbox's user can read, removed at the end of the process. */
export function sharedFolder(template?: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  chmodSync(folder, 0o755);
  if (template !== undefined) cpSync(template, folder, { recursive: true });
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
