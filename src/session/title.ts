/** What a session is called: as the user named it, else by its first question. Pure. */
import type { SessionEvent } from '../shared/events.ts';
import type { EventLog } from './eventLog.ts';

/** The title of a session in which nothing was asked. */
export const UNTITLED = 'Session';
const MAX_CHARS = 60;

type Question = Pick<Extract<SessionEvent, { type: 'user_message' }>, 'intent' | 'text' | 'files'>;

/** One line; a question that a menu asked has no words of its own. */
export function questionLine({ intent, text, files }: Question): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line !== '') return line;
  const names = files.map(({ label }) => label.split('/').at(-1) ?? label).join(', ');
  return `${intent === 'chart' ? 'Chart' : 'Analyze'} ${names}`.trim();
}

/** Cut between words where there are any. */
export function shortened(line: string, maxChars = MAX_CHARS): string {
  const letters = Array.from(line);
  if (letters.length <= maxChars) return line;
  const head = letters.slice(0, maxChars - 1).join('');
  const space = head.lastIndexOf(' ');
  return `${(space > maxChars / 2 ? head.slice(0, space) : head).trimEnd()}…`;
}

/** What was typed as a title, made fit for one line; empty: the title is made from the question again. */
export const asTitle = (typed: string): string => shortened(typed.replaceAll(/\s+/g, ' ').trim(), 200);

export interface TitleParts {
  /** Of `session_started`. */
  started: string;
  renamed: string;
  question: Question | null;
}

export function titleOf({ started, renamed, question }: TitleParts): string {
  if (renamed !== '') return renamed;
  if (started !== '' && started !== UNTITLED) return started;
  return question === null ? UNTITLED : shortened(questionLine(question));
}

/** The title of a log that grows: each event is looked at once. */
export class SessionTitle {
  private parts: TitleParts = { started: '', renamed: '', question: null };
  private seen = 0;

  /** @param fallback while the log does not say how it started */
  constructor(
    private readonly log: Pick<EventLog, 'events' | 'push' | 'flush'>,
    private readonly fallback: string,
    private readonly onChange: () => void,
  ) {}

  get current(): string {
    const { events } = this.log;
    for (; this.seen < events.length; this.seen++) {
      const event = events[this.seen];
      if (event !== undefined) this.parts = withEvent(this.parts, event);
    }
    return titleOf({ ...this.parts, started: this.parts.started || this.fallback });
  }

  /** @param typed empty: it is made from the first question again */
  async rename(typed: string): Promise<void> {
    const title = asTitle(typed);
    if (title === this.current) return;
    this.log.push({ type: 'session_renamed', title });
    await this.log.flush();
    this.onChange();
  }
}

export function withEvent(parts: TitleParts, event: SessionEvent): TitleParts {
  switch (event.type) {
    case 'session_started':
      return { ...parts, started: event.title };
    case 'session_renamed':
      return { ...parts, renamed: event.title };
    case 'user_message':
      return parts.question === null ? { ...parts, question: event } : parts;
    default:
      return parts;
  }
}

export const titleIn = (events: readonly SessionEvent[]): string =>
  titleOf(events.reduce(withEvent, { started: '', renamed: '', question: null }));
