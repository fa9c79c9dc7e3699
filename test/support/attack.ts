/**
 * Attacks on a real sandbox: one sandbox for each group and runtime, with a workspace of its own that must be the same
 * afterwards. `CODE_INTERPRETER_TEST_RUNTIMES` names the runtimes (`runc,runsc`); runc alone by default. The names of
 * peers (attackPeers.ts) may stand there, too, for the comparison; whatever they do not stop fails.
 *
 *     attacks('C: leaving the container', {}, (target) => {
 *       it('C9 what must not happen', async () => target.refused('bash', 'mount …', /not permitted/));
 *       it('C9 may still: what people need', async () => { assert.equal(await target.ok('bash', 'echo hi'), 'hi'); });
 *     });
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe } from 'node:test';
import type { SandboxOptions } from '../../src/container/dockerSandbox.ts';
import { RUNTIME_CHOICES } from '../../src/container/runtimeChoice.ts';
import type { Language } from '../../src/shared/outputs.ts';
import { PEERS } from './attackPeers.ts';
import { makeWorkspace, SandboxFixture, treeHash, type Run } from './dockerFixture.ts';

export const RUNTIMES: readonly string[] = (process.env.CODE_INTERPRETER_TEST_RUNTIMES ?? 'runc')
  .split(',')
  .map((name) => name.trim())
  .filter((name) => name !== '');

export interface AttackWorld {
  /** Files of the workspace, or a function that makes one and returns its path. */
  workspace?: Record<string, string | Buffer> | (() => string | Promise<string>);
  options?: Partial<SandboxOptions>;
  /** True: tests change the workspace on the host, or it is too large, so nothing is compared at the end. */
  hostWrites?: boolean;
  /** The only runtimes that the promise is made for; all without it. */
  runtimes?: readonly string[];
}

/** What else code could be given to: the same cells run there, to see who stops what. */
export interface Peer {
  run: (language: Language, code: string, timeoutMs: number) => Promise<Run>;
  close: () => Promise<void>;
}

/** The test asks for something that only our sandbox has. */
export class OnlyOurs extends Error {}

export class Target {
  private fixture: SandboxFixture | null = null;
  private peer: { peer: Peer; workspace: string } | null = null;
  private hash = '';

  constructor(
    readonly runtime: string,
    private readonly world: AttackWorld,
  ) {}

  get box(): SandboxFixture {
    if (this.peer !== null) throw new OnlyOurs(`${this.runtime} is no sandbox of ours`);
    if (this.fixture === null) throw new Error('The sandbox is there during tests only.');
    return this.fixture;
  }

  /** Of the host. */
  get workspace(): string {
    return this.peer?.workspace ?? this.box.workspace;
  }

  async open(): Promise<void> {
    const { workspace, options } = this.world;
    const folder = typeof workspace === 'function' ? await workspace() : makeWorkspace(workspace);
    const start = PEERS[this.runtime];
    if (start === undefined)
      this.fixture = await SandboxFixture.started({ ...optionsFor(this.runtime), ...options }, folder);
    else this.peer = { peer: await start(folder), workspace: folder };
    this.hash = this.hashOf(folder);
  }

  private hashOf(folder: string): string {
    return this.world.hostWrites === true ? '' : treeHash(folder);
  }

  async close(): Promise<void> {
    const { fixture, peer } = this;
    this.peer = null;
    if (peer !== null) {
      await peer.peer.close();
      rmSync(peer.workspace, { recursive: true, force: true });
    }
    if (fixture === null) return;
    this.fixture = null;
    const hash = this.hashOf(fixture.workspace);
    await fixture.close();
    assert.equal(hash, this.hash, 'the workspace was changed');
  }

  async run(language: Language, code: string, timeoutMs = 60_000): Promise<Run> {
    if (this.peer !== null) return this.peer.peer.run(language, code, timeoutMs);
    return this.box.run(language, code, { timeoutMs });
  }

  /** stdout of a cell that must succeed, trimmed. */
  async ok(language: Language, code: string): Promise<string> {
    if (this.peer === null) return this.box.ok(language, code);
    const run = await this.run(language, code);
    assert.equal(run.status, 'ok', run.stderr);
    return run.stdout.trim();
  }

  /** The cell must fail, and say so in these words. The next cell must run. */
  async refused(language: Language, code: string, words: RegExp): Promise<void> {
    const run = await this.run(language, code);
    const said = `${run.stdout}${run.stderr}${run.error ?? ''}`;
    assert.equal(run.status, 'error', `it ended with ${run.status}: ${said}`);
    assert.match(said, words);
    assert.equal(
      await this.ok(language, language === 'javascript' ? 'console.log(1)' : 'echo=1'),
      expected(language),
    );
  }
}

const expected = (language: Language): string => (language === 'javascript' ? '1' : '');

/** What makes a sandbox run on this runtime. */
export function optionsFor(runtime: string): Partial<SandboxOptions> {
  const choice = RUNTIME_CHOICES.find((name) => name === runtime);
  if (choice === undefined) throw new Error(`There is no runtime "${runtime}" to choose.`);
  return { runtime: choice };
}

/** Declares the tests once for each runtime, with a sandbox that is there while they run. */
export function attacks(group: string, world: AttackWorld, tests: (target: Target) => void): void {
  for (const runtime of RUNTIMES.filter((name) => world.runtimes?.includes(name) ?? true)) {
    describe(`${group} (${runtime})`, () => {
      const target = new Target(runtime, world);
      before(async () => target.open());
      after(async () => target.close());
      tests(target);
    });
  }
}

export interface HostListener {
  connections: number;
  received: string;
  close: () => Promise<void>;
}

/** A program of the host that listens on a unix socket anyone may connect to. */
export async function listenOnHost(socketPath: string): Promise<HostListener> {
  const listener: HostListener = {
    connections: 0,
    received: '',
    close: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
  const server = createServer((connection) => {
    listener.connections += 1;
    connection
      .on('data', (chunk) => (listener.received += chunk.toString('latin1')))
      .on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  chmodSync(socketPath, 0o777);
  return listener;
}

export interface HostPipe {
  /** What has been written into the pipe since the last call. */
  read: () => string;
  close: () => void;
}

/** A named pipe that a program of the host reads. */
export function pipeOnHost(pipePath: string): HostPipe {
  execFileSync('mkfifo', ['-m', '666', pipePath]);
  // Open for both: reading never ends because a writer went away.
  const fd = openSync(pipePath, constants.O_RDWR | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(65_536);
  return {
    read: () => {
      try {
        return buffer.toString('latin1', 0, readSync(fd, buffer));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return '';
        throw error;
      }
    },
    close: () => {
      closeSync(fd);
    },
  };
}
