/**
 * What a list of sessions says about one, read from its log without making events of all of it: outputs are most of
 * a log, and only looked at for charts.
 */
import * as z from 'zod/mini';
import { sessionEventSchema, type SessionEvent } from '../shared/events.ts';
import { eachLine, lineHead, parseLine } from './logLines.ts';
import { questionLine, titleOf, withEvent, type TitleParts } from './title.ts';

export const sessionFactsSchema = z.object({
  sessionId: z.string(),
  title: z.string(),
  /** The first question, in one line; empty: nothing was asked. */
  question: z.string(),
  /** All others, in one line each, for a search; at most 2,000 characters together. */
  later: z.string(),
  /** Milliseconds since the epoch: of the start, and of the last question or answer. */
  startedAt: z.number(),
  changedAt: z.number(),
  questions: z.int(),
  charts: z.int(),
  files: z.int(),
  /** Of the files together; each is kept once. */
  fileBytes: z.number(),
  /** Nobody asked, wrote or ran anything. */
  empty: z.boolean(),
});
export type SessionFacts = z.infer<typeof sessionFactsSchema>;

const LATER_CHARS = 2000;
const CHARTS = [
  'image/png',
  'image/jpeg',
  'image/svg+xml',
  'application/vnd.plotly',
  'application/vnd.vega',
].map((mime) => Buffer.from(`"${mime}`));

/** Null: no session started in it. */
export function factsOf(log: Buffer): SessionFacts | null {
  const reader = new FactsReader();
  for (const line of eachLine(log)) reader.take(line);
  return reader.facts();
}

class FactsReader {
  private sessionId: string | null = null;
  private title: TitleParts = { started: '', renamed: '', question: null };
  private startedAt = 0;
  private changedAt = 0;
  private questions = 0;
  private later = '';
  private touched = false;
  private readonly charts = new Map<string, number>();
  private readonly files = new Set<string>();
  private readonly bytes = new Map<string, number>();

  take(line: Buffer): void {
    const { type, cellId } = lineHead(line);
    switch (type) {
      case 'cell_running':
        this.touched = true;
        // What ran again begins anew.
        this.charts.delete(cellId);
        return;
      case 'cell_output':
        if (CHARTS.some((mime) => line.includes(mime))) {
          this.charts.set(cellId, (this.charts.get(cellId) ?? 0) + 1);
        }
        return;
      case 'session_started':
      case 'session_renamed':
      case 'user_message':
      case 'turn_ended':
      case 'run_ended':
      case 'cell_inserted':
      case 'artifact_stored':
      case 'file_edit': {
        const event = sessionEventSchema.safeParse(parseLine(line));
        if (event.success) this.takeEvent(event.data);
        return;
      }
      default:
    }
  }

  private takeEvent(event: SessionEvent): void {
    this.title = withEvent(this.title, event);
    if (event.type === 'session_started') {
      this.sessionId = event.sessionId;
      this.startedAt = event.at;
    } else if (event.type === 'user_message') {
      this.questions += 1;
      if (this.questions > 1 && this.later.length < LATER_CHARS) this.later += `${questionLine(event)}\n`;
    } else if (event.type === 'artifact_stored') this.file(event);
    else if (event.type === 'file_edit' && event.artifact !== null) this.file(event.artifact);
    if (event.type !== 'session_started' && event.type !== 'session_renamed') {
      this.touched = true;
      this.changedAt = Math.max(this.changedAt, event.at);
    }
  }

  private file({ name, sha256, bytes }: { name: string; sha256: string; bytes: number }): void {
    this.files.add(name);
    this.bytes.set(sha256, bytes);
  }

  facts(): SessionFacts | null {
    if (this.sessionId === null) return null;
    const { question } = this.title;
    const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);
    return {
      sessionId: this.sessionId,
      title: titleOf(this.title),
      question: question === null ? '' : questionLine(question).slice(0, 500),
      later: this.later.slice(0, LATER_CHARS),
      startedAt: this.startedAt,
      changedAt: Math.max(this.changedAt, this.startedAt),
      questions: this.questions,
      charts: sum(this.charts.values()),
      files: this.files.size,
      fileBytes: sum(this.bytes.values()),
      empty: !this.touched && this.title.renamed === '',
    };
  }
}
