/** Numbers as people read them. Pure. */
import { languageTag, t } from '../src/shared/l10n.ts';

/** `340 ms`, `2.1 s`, `1 min 05 s`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 999.5) return `${String(Math.round(ms))} ms`;
  if (ms < 59_950) return `${decimal(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return t`${String(Math.floor(seconds / 60))} min ${String(seconds % 60).padStart(2, '0')} s`;
}

const decimal = (value: number): string =>
  value.toLocaleString(languageTag(), {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: false,
  });

/** `512 B`, `3.4 kB`, `12 MB` (powers of 1000, as file managers show them). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? decimal(value) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

/** `1 chart`, `3 charts`: the whole sentence for each, because languages put them together in ways of their own. */
export const plural = (count: number, one: string, many: (figure: string) => string): string =>
  count === 1 ? one : many(formatCount(count));

/** `100,000`: as the display language writes it, so the same on every machine. */
export const formatCount = (count: number): string => count.toLocaleString(languageTag());

/** A file name made of a title: `Revenue by month` → `revenue-by-month`. */
export function slug(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 60) || 'chart';
}
