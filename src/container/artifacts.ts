/**
 * Bytes of an output file, streamed by a small program in the container that refuses links and everything that
 * is no regular file. The engine's archive endpoints are not used: they would follow what hostile code prepares.
 */
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { artifactUnreadable } from '../failures.ts';
import { unsafeNameReason } from '../kernel/artifactName.ts';
import type { Engine } from './docker.ts';
import { startCommand, type Command } from './execStream.ts';

const FETCH = ['python3', '-I', '/opt/code-interpreter/kernel/fetch.py'];
const REASON_CHARACTERS = 200;

/** The limit again on the host, and the command's own verdict at the end: what it did not vouch for is an error. */
class Checked extends Transform {
  private bytes = 0;

  constructor(
    private readonly name: string,
    private readonly limitBytes: number,
    private readonly command: Command,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limitBytes) {
      done(artifactUnreadable(this.name, `it is larger than ${this.limitBytes} bytes`));
      return;
    }
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.command.exitCode().then(
      (code) => {
        done(code === 0 ? null : artifactUnreadable(this.name, reasonOf(this.command.stderrText(), code)));
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.command.close();
    done(error);
  }
}

/** The program writes one line of JSON with `reason`; whatever else is there comes from somebody else. */
function reasonOf(stderr: string, code: number | null): string {
  try {
    const value: unknown = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
    const reason: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'reason') : null;
    // Shown to the user, written in the container: one short line of plain characters.
    if (typeof reason === 'string')
      return reason.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, REASON_CHARACTERS);
  } catch {
    // Not our program's line.
  }
  return `the sandbox could not read it (exit code ${code ?? 'unknown'})`;
}

/**
 * @param name relative to `/outputs`.
 * @throws Failure `artifact-unreadable`, at once or as the stream's error.
 */
export async function openArtifact(
  engine: Engine,
  containerId: string,
  name: string,
  limitBytes: number,
): Promise<Readable> {
  const unsafe = unsafeNameReason(name);
  if (unsafe !== null) throw artifactUnreadable(name, unsafe);
  const command = await startCommand(engine, containerId, [...FETCH, String(limitBytes), name], 'none');
  const checked = new Checked(name, limitBytes, command);
  command.stdout.on('error', (error) => checked.destroy(error));
  return command.stdout.pipe(checked);
}
