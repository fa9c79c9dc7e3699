/** What a subcommand gets from outside. Tests pass their own; `src/cli.ts` passes the real one. */
import type { Readable, Writable } from 'node:stream';
import type { SandboxOptions } from '../container/dockerSandbox.ts';
import type { Sandbox } from '../kernel/sandbox.ts';
import type { Lifetime } from './lifetime.ts';

export interface World {
  stdin: Readable;
  /** Results only. */
  stdout: Sink;
  /** Progress and diagnostics. */
  stderr: Sink;
  env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of the command line start here. */
  cwd: string;
  lifetime: Lifetime;
  createSandbox(options: SandboxOptions): Sandbox;
}

/** A standard stream that tells when what was written has left, so that a slow reader slows us down. */
export class Sink {
  constructor(
    private readonly stream: Writable,
    onError: (error: NodeJS.ErrnoException) => void,
  ) {
    stream.on('error', onError);
  }

  write(text: string): void {
    if (!this.stream.destroyed) this.stream.write(text);
  }

  line(text: string): void {
    this.write(text + '\n');
  }

  /** Resolves when everything written so far was taken by the system, or never will be. */
  async flush(): Promise<void> {
    if (this.stream.destroyed) return;
    await new Promise<void>((resolve) => {
      this.stream.write('', () => {
        resolve();
      });
    });
  }
}
