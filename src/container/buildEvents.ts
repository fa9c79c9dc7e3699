/** The engine's build and pull events: one JSON object a line. A failure arrives as `error` in the last one. */
import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import type { Progress } from '../kernel/sandbox.ts';
import { LineReader } from '../kernel/lineReader.ts';
import { t } from '../shared/l10n.ts';

const eventSchema = z.object({
  stream: z.optional(z.string()),
  status: z.optional(z.string()),
  id: z.optional(z.string()),
  progress: z.optional(z.string()),
  progressDetail: z.optional(z.object({ current: z.optional(z.number()), total: z.optional(z.number()) })),
  error: z.optional(z.string()),
  aux: z.optional(z.object({ ID: z.optional(z.string()) })),
});
export type EngineEvent = z.infer<typeof eventSchema>;

const LINE_LIMIT_BYTES = 8 * 1024 * 1024;

/** @throws the stream's error, or one that says that an event could not be understood. */
export async function* readEvents(stream: Readable): AsyncGenerator<EngineEvent> {
  const reader = new LineReader(LINE_LIMIT_BYTES);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const line of reader.push(chunk)) {
      const event = eventSchema.safeParse(JSON.parse(line));
      if (event.success) yield event.data;
      else throw new Error('The engine sent an event that could not be understood.');
    }
  }
}

export interface BuildOutcome {
  imageId: string | null;
  /** Null: no error was reported. */
  error: string | null;
  /** The step that was last begun: "step 3 of 14 (RUN apt-get …)". */
  lastStep: string;
}

/** Follows a build: what to show, what to log, and how it ended. */
export class BuildFollower {
  private imageId: string | null = null;
  private error: string | null = null;
  private lastStep = 'before the first step';
  private pendingLog = '';

  constructor(
    private readonly onProgress: (progress: Progress) => void,
    private readonly log: (line: string) => void,
  ) {}

  event({ stream, status, error, aux }: EngineEvent): void {
    if (aux?.ID !== undefined) this.imageId = aux.ID;
    const text = stream ?? (status === undefined ? '' : `${status}\n`);
    this.pendingLog += text;
    const lines = this.pendingLog.split('\n');
    this.pendingLog = lines.pop() ?? '';
    for (const line of lines) this.line(line);
    if (error !== undefined) {
      this.error = error.trim();
      this.log(`build: error: ${this.error}`);
    }
  }

  outcome(): BuildOutcome {
    if (this.pendingLog !== '') this.line(this.pendingLog);
    this.pendingLog = '';
    return { imageId: this.imageId, error: this.error, lastStep: this.lastStep };
  }

  private line(text: string): void {
    const line = text.trimEnd();
    if (line === '') return;
    this.log(`build: ${line}`);
    // Only the classic builder's own lines: a command may print anything, but seldom exactly this.
    const step = /^Step (\d+)\/(\d+) : (.*)$/.exec(line);
    if (step === null) return;
    const [, n = '', m = '', instruction] = step;
    this.lastStep = `step ${n} of ${m}, ${shorten(instruction ?? '')}`;
    this.onProgress({
      message: t`Building the sandbox image, step ${n} of ${m}`,
      step: Number(n),
      steps: Number(m),
    });
  }
}

const SHOWN_CHARACTERS = 80;

function shorten(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return oneLine.length <= SHOWN_CHARACTERS ? oneLine : `${oneLine.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Follows a pull: layers add up to one line for the user. */
export class PullFollower {
  private readonly layers = new Map<string, { current: number; total: number }>();
  error: string | null = null;

  constructor(
    private readonly reference: string,
    private readonly onProgress: (progress: Progress) => void,
    private readonly log: (line: string) => void,
  ) {}

  event({ status, id, progressDetail, error }: EngineEvent): void {
    if (error !== undefined) this.error = error;
    const { current, total } = progressDetail ?? {};
    if (id === undefined || current === undefined || total === undefined || total <= 0) {
      if (status !== undefined) this.log(`pull: ${id === undefined ? '' : `${id}: `}${status}`);
      return;
    }
    this.layers.set(`${status ?? ''} ${id}`, { current, total });
    const all = [...this.layers.values()];
    const sum = (key: 'current' | 'total'): number => all.reduce((bytes, layer) => bytes + layer[key], 0);
    const percent = Math.floor((100 * sum('current')) / sum('total'));
    this.onProgress({ message: t`Downloading ${this.reference}, ${percent} %` });
  }
}
