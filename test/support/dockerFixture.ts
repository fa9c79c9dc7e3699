/**
 * Sandboxes on the real engine for tests: made from the real image, with a workspace of their own, and gone when
 * the test is over. Without an engine these tests fail; none of them is skipped.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectEngine, type Engine } from '../../src/container/docker.ts';
import { createDockerSandbox, type SandboxOptions } from '../../src/container/dockerSandbox.ts';
import { DEFAULT_BASE, ensureImage, type ImageSource } from '../../src/container/image.ts';
import { OWNER_LABEL, ROLE_LABEL, SESSION_LABEL } from '../../src/container/labels.ts';
import { DEFAULT_LIMITS, type HostMount } from '../../src/container/policy.ts';
import type { ExecuteRequest } from '../../src/kernel/kernel.ts';
import type { Sandbox } from '../../src/kernel/sandbox.ts';
import type { CellResult, Language, Output } from '../../src/shared/outputs.ts';
import { extraCertificates } from './certificates.ts';
import { englishOf } from '../../src/shared/l10n.ts';

/** The engine the tests use: what DOCKER_HOST or the Docker context says. */
export const TEST_DOCKER = { host: null };

const contextFolder = fileURLToPath(new URL('../../sandbox/', import.meta.url));

const images = new Map<boolean, Promise<string>>();

/**
 * Reference of the real image, built when it is not there (also when another test process is building it: that is harmless).
 * CODE_INTERPRETER_TEST_IMAGE names another one, CODE_INTERPRETER_TEST_OFFICE_IMAGE another one with LibreOffice.
 */
export async function imageForTests({ office = false } = {}): Promise<string> {
  const named = process.env[`CODE_INTERPRETER_TEST_${office ? 'OFFICE_' : ''}IMAGE`];
  if (named !== undefined && named !== '') return named;
  const built = images.get(office) ?? buildForTests(office);
  images.set(office, built);
  return built;
}

async function buildForTests(office: boolean): Promise<string> {
  const caFile = extraCertificates();
  const build = { kind: 'build', contextFolder, base: DEFAULT_BASE, caFile, office } as const;
  const log: string[] = [];
  try {
    return await ensureImage(
      await engineForTests(),
      build,
      () => undefined,
      (line) => log.push(line),
    );
  } catch (error) {
    throw new Error(`The sandbox image could not be built:\n${log.slice(-40).join('\n')}`, {
      cause: error,
    });
  }
}

export const engineForTests = async (): Promise<Engine> => connectEngine(TEST_DOCKER);

/** A folder of the host that the container's user can read. */
export function makeWorkspace(
  files: Record<string, string | Buffer> = { 'data.csv': 'x,y\n1,2\n3,4\n' },
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'workspace-'));
  chmodSync(folder, 0o755);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: 0o644 });
  }
  return folder;
}

/** Everything about a tree that code could change: names, kinds, modes, owners, times, contents, link targets. */
export function treeHash(root: string): string {
  const hash = createHash('sha256');
  const visit = (name: string): void => {
    const full = path.join(root, name);
    const stat = lstatSync(full, { bigint: true });
    hash.update(
      `${name}\0${stat.mode}\0${stat.uid}:${stat.gid}\0${stat.size}\0${stat.mtimeNs}\0${stat.nlink}\0`,
    );
    if (stat.isSymbolicLink()) hash.update(readlinkSync(full));
    else if (stat.isFile()) hash.update(readFileSync(full));
    else if (stat.isDirectory()) for (const entry of readdirSync(full).sort()) visit(path.join(name, entry));
  };
  visit('.');
  return hash.digest('hex');
}

/** A cell's result with what it printed and showed. */
export interface Run extends CellResult {
  stdout: string;
  stderr: string;
  outputs: Output[];
  /** `ename: evalue` of its error output; null when there was none. */
  error: string | null;
}

export class SandboxFixture {
  readonly sessionId = `test-${randomUUID()}`;
  readonly log: string[] = [];
  readonly lost: string[] = [];
  readonly sandbox: Sandbox;

  private constructor(
    readonly engine: Engine,
    readonly workspace: string,
    options: Partial<SandboxOptions>,
    imageSource: ImageSource,
  ) {
    const mounts: HostMount[] = [{ source: workspace, name: null }];
    this.sandbox = createDockerSandbox({
      sessionId: this.sessionId,
      mounts,
      limits: DEFAULT_LIMITS,
      image: imageSource,
      docker: TEST_DOCKER,
      runtime: 'runc',
      log: (line) => this.log.push(line),
      ...options,
    });
    this.sandbox.onLost((sentence) => this.lost.push(englishOf(sentence)));
  }

  /** Not started. */
  static async make(
    options: Partial<SandboxOptions> = {},
    workspace = makeWorkspace(),
  ): Promise<SandboxFixture> {
    const source = options.image ?? { kind: 'ready' as const, reference: await imageForTests() };
    return new SandboxFixture(await engineForTests(), workspace, options, source);
  }

  static async started(
    options: Partial<SandboxOptions> = {},
    workspace = makeWorkspace(),
  ): Promise<SandboxFixture> {
    const fixture = await SandboxFixture.make(options, workspace);
    try {
      await fixture.sandbox.start(() => undefined);
    } catch (error) {
      await fixture.close();
      throw new Error(`The sandbox did not start:\n${fixture.log.join('\n')}`, { cause: error });
    }
    return fixture;
  }

  async run(
    language: Language,
    code: string,
    more: Partial<ExecuteRequest> & { signal?: AbortSignal; onOutput?: (output: Output) => void } = {},
  ): Promise<Run> {
    const { signal, onOutput, ...request } = more;
    const outputs: Output[] = [];
    const result = await this.sandbox.kernel.execute(
      { language, code, timeoutMs: 60_000, outputLimitBytes: 1_000_000, ...request },
      (output) => {
        outputs.push(output);
        onOutput?.(output);
      },
      signal,
    );
    const text = (name: string): string =>
      outputs
        .map((output) => (output.output_type === 'stream' && output.name === name ? output.text : ''))
        .join('');
    const error = outputs.find((output) => output.output_type === 'error');
    return {
      ...result,
      outputs,
      stdout: text('stdout'),
      stderr: text('stderr'),
      error: error === undefined ? null : `${error.ename}: ${error.evalue}`,
    };
  }

  /** stdout of a cell that must succeed, trimmed. */
  async ok(language: Language, code: string): Promise<string> {
    const run = await this.run(language, code);
    if (run.status !== 'ok') throw new Error(`${run.status}: ${run.error ?? ''}\n${run.stderr}`);
    return run.stdout.trim();
  }

  async readArtifact(name: string, limitBytes = 1e9): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const stream = await this.sandbox.readArtifact(name, limitBytes);
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async containerId(): Promise<string> {
    const all = await this.engine.listContainers(`${SESSION_LABEL}=${this.sessionId}`);
    const sandbox = all.find(({ labels }) => !(ROLE_LABEL in labels));
    if (sandbox === undefined) throw new Error('This session has no container.');
    return sandbox.id;
  }

  async containers(): Promise<string[]> {
    return (await this.engine.listContainers(`${SESSION_LABEL}=${this.sessionId}`)).map(({ id }) => id);
  }

  async volumes(): Promise<string[]> {
    return (await this.engine.listVolumes(`${SESSION_LABEL}=${this.sessionId}`)).map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.sandbox.dispose();
    for (const id of await this.containers()) await this.engine.removeContainer(id);
    for (const name of await this.volumes()) await this.engine.removeVolume(name);
    rmSync(this.workspace, { recursive: true, force: true });
  }
}

/** Containers and volumes with our label, whoever made them. */
export async function ours(engine: Engine): Promise<{ containers: string[]; volumes: string[] }> {
  const [containers, volumes] = await Promise.all([
    engine.listContainers(OWNER_LABEL),
    engine.listVolumes(OWNER_LABEL),
  ]);
  return { containers: containers.map(({ id }) => id), volumes: volumes.map(({ name }) => name) };
}
