/** What the list of sessions says about each. Pure. */
import { formatBytes } from '../agent/text.ts';
import type { HistoryEntry } from './history.ts';
import { languageTag, t } from '../shared/l10n.ts';

export interface HistoryWords {
  title: string;
  /** When, and where it is open. */
  when: string;
  /** The first question, what came of it, how large it is. */
  detail: string;
}

const MINUTE_MS = 60_000;

export function historyWords(entry: HistoryEntry, nowMs: number): HistoryWords {
  const place = {
    shown: ` · ${t('shown now')}`,
    elsewhere: ` · ${t('open in another window')}`,
    closed: '',
  }[entry.place];
  if (entry.kind === 'unusable') {
    const title = t`Session ${entry.id.slice(0, 8)}`;
    return {
      title,
      when: whenWords(entry.changedAt, nowMs) + place,
      detail: t`Cannot be opened: ${entry.reason}`,
    };
  }
  const { title, question, changedAt, questions, charts, files, fileBytes } = entry.facts;
  const parts = [
    ...(question === '' || question === title ? [] : [question]),
    questions === 1 ? t('1 question') : t`${questions} questions`,
    ...(charts > 0 ? [charts === 1 ? t('1 chart') : t`${charts} charts`] : []),
    ...(files > 0 ? [files === 1 ? t('1 file') : t`${files} files`] : []),
    formatBytes(entry.logBytes + fileBytes),
  ];
  return { title, when: whenWords(changedAt, nowMs) + place, detail: parts.join(' · ') };
}

/** Near times as one says them, others as a date. */
export function whenWords(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / MINUTE_MS);
  if (minutes < 1) return t('just now');
  if (minutes < 60) return minutes === 1 ? t('1 minute ago') : t`${minutes} minutes ago`;
  const at = new Date(atMs);
  const time = at.toLocaleTimeString(languageTag('en-GB'), { hour: '2-digit', minute: '2-digit' });
  const day = (ms: number): string => new Date(ms).toDateString();
  if (day(atMs) === day(nowMs)) return t`today, ${time}`;
  if (day(atMs) === day(nowMs - 86_400_000)) return t`yesterday, ${time}`;
  const year = at.getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' as const };
  return at.toLocaleDateString(languageTag('en-GB'), { day: 'numeric', month: 'short', ...year });
}
