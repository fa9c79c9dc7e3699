/** Words for a person: names and numbers inside Markdown, titles and labels inside charts. */

/** Controls, direction marks, private use, lone surrogates: nothing that could hide or reorder text. */
const UNSHOWN = /[\u0000-\u001f\u007f-\u009f]|[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line without anything invisible, shortened. */
export function oneLine(text: string, limit = 60): string {
  const clean = text.replace(UNSHOWN, ' ').replace(/\s+/g, ' ').trim();
  const chars = [...clean];
  return chars.length <= limit ? clean : `${chars.slice(0, limit - 1).join('')}…`;
}

/** A name from a file as a Markdown code span. */
export function code(name: string, limit = 60): string {
  const text = oneLine(name, limit) || ' ';
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') || text === ' ' ? ' ' : '';
  return fence + pad + text + pad + fence;
}

/** Text from a file or the sandbox as Markdown that shows exactly this text. */
export function prose(text: string, limit = 400): string {
  return oneLine(text, limit)
    .replace(/[\\`*_{}[\]<>#|~$!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replace(/^(\d+)\./, '$1\\.')
    .replace(/^([-+=])/, '\\$1')
    .replace(/\b(https?|www|ftp)(:|\.)/gi, '$1\u200b$2');
}

const grouped = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en-US', { maximumFractionDigits: digits });

/** `1,234,567`, `12.3`, `0.0042`, `3.1 × 10⁻⁹`: four significant digits, whole numbers in full. */
export function number(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'no value';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return grouped(0).format(value);
  if (size >= 1e15 || (size > 0 && size < 1e-6)) return value.toExponential(2);
  if (size >= 1000) return grouped(0).format(value);
  const digits = Math.min(8, Math.max(0, 3 - Math.floor(Math.log10(size))));
  return grouped(digits).format(value);
}

/** A quantity with its unit: `€12.50`, `12 %`, `17 °C`. */
export function quantity(value: number | null, unit: string | null): string {
  if (unit === null || unit === '') return number(value);
  if (value !== null && /^[€$£¥₹₩₽]$/.test(unit))
    return `${value < 0 ? '−' : ''}${unit}${number(Math.abs(value))}`;
  return `${number(value)} ${prose(unit, 12)}`;
}

/** A share of 1 as percent: `12 %`, `0.4 %`. */
export const percent = (share: number): string =>
  `${grouped(Math.abs(share) < 0.0995 ? 1 : 0).format(share * 100)} %`;

/** `1 row`, `2,301 rows`. */
export const count = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${grouped(0).format(amount)} ${amount === 1 ? noun : plural}`;

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], word = 'and'): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An ISO time as fine as the steps of its column: `1958`, `Mar 1958`, `29 Mar 1958`, `29 Mar 1958, 14:05`. */
export function moment(iso: string, stepSeconds: number | null): string {
  const [, year = '', month = '1', day = '', time = ''] =
    /^(-?\d{1,4})(?:-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?)?/.exec(iso) ?? [];
  if (year === '') return oneLine(iso, 30);
  const step = stepSeconds ?? 0;
  if (day === '' || step > 300 * 86_400) return year;
  const name = MONTHS[Number(month) - 1] ?? '';
  if (step > 26 * 86_400) return `${name} ${year}`;
  const date = `${Number(day)} ${name} ${year}`;
  return step >= 86_400 || time === '' || time === '00:00' ? date : `${date}, ${time}`;
}

/** CJK characters take the room of two. */
const room = (text: string): number =>
  [...text].reduce(
    (sum, char) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(char) ? 2 : 1),
    0,
  );

function cut(text: string, limit: number): string {
  if (room(text) <= limit) return text;
  let kept = '';
  for (const char of text) {
    if (room(kept + char) > limit - 1) break;
    kept += char;
  }
  return `${kept.trimEnd()}…`;
}

/** A column's name on an axis, with its unit. */
export const axisLabel = (name: string, unit: string | null, limit = 34): string =>
  cut(oneLine(name, 200), limit) + (unit === null || unit === '' ? '' : ` (${oneLine(unit, 12)})`);

/** A name as part of a chart's title. */
export const titleName = (name: string, limit = 28): string => cut(oneLine(name, 200), limit);

/** A chart's title in at most two lines. */
export function title(text: string, width = 50): string {
  if (room(text) <= width) return text;
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && room(`${line} ${word}`) > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  const [first = '', ...rest] = lines;
  return rest.length === 0 ? cut(first, width) : `${cut(first, width)}\n${cut(rest.join(' '), width)}`;
}
