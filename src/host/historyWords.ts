/** What the list of sessions says about each. Pure. */
import { counted, formatBytes } from '../agent/text.ts';
import type { HistoryEntry } from './history.ts';

export interface HistoryWords {
  title: string;
  /** When, and where it is open. */
  when: string;
  /** The first question, what came of it, how large it is. */
  detail: string;
}

const MINUTE_MS = 60_000;

export function historyWords(entry: HistoryEntry, nowMs: number): HistoryWords {
  const place = { shown: ' · shown now', elsewhere: ' · open in another window', closed: '' }[entry.place];
  if (entry.kind === 'unusable') {
    const title = `Session ${entry.id.slice(0, 8)}`;
    return {
      title,
      when: whenWords(entry.changedAt, nowMs) + place,
      detail: `Cannot be opened: ${entry.reason}`,
    };
  }
  const { title, question, changedAt, questions, charts, files, fileBytes } = entry.facts;
  const parts = [
    ...(question === '' || question === title ? [] : [question]),
    counted(questions, 'question'),
    ...(charts > 0 ? [counted(charts, 'chart')] : []),
    ...(files > 0 ? [counted(files, 'file')] : []),
    formatBytes(entry.logBytes + fileBytes),
  ];
  return { title, when: whenWords(changedAt, nowMs) + place, detail: parts.join(' · ') };
}

/** Near times as one says them, others as a date. */
export function whenWords(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / MINUTE_MS);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${counted(minutes, 'minute')} ago`;
  const at = new Date(atMs);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const day = (ms: number): string => new Date(ms).toDateString();
  if (day(atMs) === day(nowMs)) return `today, ${time}`;
  if (day(atMs) === day(nowMs - 86_400_000)) return `yesterday, ${time}`;
  const year = at.getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' as const };
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year });
}
