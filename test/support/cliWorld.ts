/** A world for the CLI's tests: standard streams in memory and a sandbox of the test's choice. */
import { PassThrough, Writable } from 'node:stream';
import { Lifetime } from '../../src/cli/lifetime.ts';
import { main } from '../../src/cli/main.ts';
import { Sink, type World } from '../../src/cli/world.ts';
import type { SandboxOptions } from '../../src/container/dockerSandbox.ts';
import type { Sandbox } from '../../src/kernel/sandbox.ts';

export interface TestWorld extends World {
  input: PassThrough;
  out(): string;
  /** Standard output as JSON lines. */
  lines(): unknown[];
  err(): string;
  /** What the sandboxes were made from. */
  asked: SandboxOptions[];
  run(...args: string[]): Promise<number>;
}

export function cliWorld(sandbox: () => Sandbox, overrides: Partial<World> = {}): TestWorld {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Sink =>
    new Sink(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString();
          done();
        },
      }),
      () => undefined,
    );
  const input = new PassThrough();
  const asked: SandboxOptions[] = [];
  const world: TestWorld = {
    input,
    stdin: input,
    stdout: sink('out'),
    stderr: sink('err'),
    env: {},
    cwd: process.cwd(),
    lifetime: new Lifetime(),
    asked,
    createSandbox: (options) => {
      asked.push(options);
      return sandbox();
    },
    out: () => written.out,
    lines: () =>
      written.out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
    err: () => written.err,
    run: async (...args) => main(args, world),
    ...overrides,
  };
  return world;
}
