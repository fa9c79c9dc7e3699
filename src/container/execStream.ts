/** A command in a container, with its streams: stdout with backpressure, the end of stderr as text. */
import { pipeline, type Duplex, type Readable } from 'node:stream';
import { Demux } from './demux.ts';
import type { Engine } from './docker.ts';

const STDERR_CHARACTERS = 4000;
const EXIT_CODE_TRIES = 20;
const EXIT_CODE_PAUSE_MS = 25;

export interface Command {
  stdin: Duplex;
  stdout: Readable;
  /** The last part of what the command wrote to stderr so far. */
  stderrText(): string;
  /** After stdout has ended. Null: not known. */
  exitCode(): Promise<number | null>;
  /** Closes the streams; the command itself may go on. Idempotent. */
  close(): void;
}

export async function startCommand(
  engine: Engine,
  containerId: string,
  command: string[],
  stdin: 'open' | 'none',
): Promise<Command> {
  const { id, stream } = await engine.exec(containerId, command, stdin);
  let stderr = '';
  const decoder = new TextDecoder();
  const stdout = new Demux((chunk) => {
    stderr = (stderr + decoder.decode(chunk, { stream: true })).slice(-STDERR_CHARACTERS);
  });
  // The error reaches the reader of stdout, too.
  pipeline(stream, stdout, () => undefined);
  return {
    stdin: stream,
    stdout,
    stderrText: () => stderr,
    exitCode: async () => exitCodeOf(engine, id),
    close: () => {
      stream.destroy();
      stdout.destroy();
    },
  };
}

/** The engine notes the exit code a moment after the stream's end. */
async function exitCodeOf(engine: Engine, execId: string): Promise<number | null> {
  for (let n = 0; n < EXIT_CODE_TRIES; n += 1) {
    const code = await engine.execExitCode(execId);
    if (code !== null) return code;
    await new Promise((resolve) => setTimeout(resolve, EXIT_CODE_PAUSE_MS));
  }
  return null;
}

/** Runs a short command to its end. @throws when its output is longer than the limit. */
export async function runCommand(
  engine: Engine,
  containerId: string,
  command: string[],
  limitBytes: number,
): Promise<{ exitCode: number | null; stdout: Buffer; stderr: string }> {
  const running = await startCommand(engine, containerId, command, 'none');
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw new Error(`${command[0] ?? ''} wrote more than ${limitBytes} bytes.`);
      chunks.push(chunk);
    }
    return {
      exitCode: await running.exitCode(),
      stdout: Buffer.concat(chunks),
      stderr: running.stderrText(),
    };
  } finally {
    running.close();
  }
}
