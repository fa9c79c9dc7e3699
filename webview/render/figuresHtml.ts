/**
 * Markdown → HTML text with the checked figures of an answer made visible. Tokens of Markdown do not know where they
 * stand in the source, so each figure's digits get a mark on either side before the text is parsed: a private
 * character, which Markdown takes for a letter as it does a digit. Marks that would change anything are left out:
 * without them the page is the same, character for character. Pure.
 */
import { type CheckedNumber } from '../../src/shared/events.ts';
import { plainCode, type Colour } from './colour.ts';
import { markdownHtml } from './markdownHtml.ts';
import { t } from '../../src/shared/l10n.ts';
import { iconClass } from '../icons.ts';

/** Planes 15 and 16 are private: the n-th figure opens with the n-th character of one and closes with that of the other. */
const OPEN = 0xf0000;
const CLOSE = 0x100000;
const MOST = 0xfff0;
const MARKS = /[\u{f0000}-\u{10ffff}]/gu;

interface Mark {
  number: CheckedNumber;
  open: string;
  close: string;
  /** Offsets of the first digit and of the end of the last. */
  from: number;
  to: number;
}

const unmarked = (html: string): string => html.replace(MARKS, '');

function marksOf(text: string, numbers: readonly CheckedNumber[]): Mark[] {
  return numbers.slice(0, MOST).flatMap((number, at) => {
    const written = text.slice(number.start, number.end);
    const first = written.search(/\d/);
    const last = /\d(?=\D*$)/.exec(written)?.index ?? -1;
    if (first < 0 || number.end > text.length) return [];
    const [open, close] = [String.fromCodePoint(OPEN + at), String.fromCodePoint(CLOSE + at)];
    return [{ number, open, close, from: number.start + first, to: number.start + last + 1 }];
  });
}

function withMarks(text: string, marks: readonly Mark[]): string {
  let marked = '';
  let done = 0;
  for (const { open, close, from, to } of [...marks].sort((a, b) => a.from - b.from)) {
    if (from < done) continue;
    marked += text.slice(done, from) + open + text.slice(from, to) + close;
    done = to;
  }
  return marked + text.slice(done);
}

/** HTML of the text with marks, and none inside of tags. */
const markedHtml = (text: string, marks: readonly Mark[], colour: Colour): string =>
  markdownHtml(withMarks(text, marks), colour).replace(/<[^>]*>/g, unmarked);

export function figuresHtml(
  text: string,
  numbers: readonly CheckedNumber[],
  colour: Colour = plainCode,
): string {
  const plain = markdownHtml(text, colour);
  // A text that uses such characters itself keeps them.
  if (numbers.length === 0 || text.search(MARKS) >= 0) return plain;
  let marks = marksOf(text, numbers);
  let html = markedHtml(text, marks, colour);
  if (unmarked(html) !== plain) {
    marks = marks.filter((mark) => unmarked(markedHtml(text, [mark], colour)) === plain);
    html = markedHtml(text, marks, colour);
    if (unmarked(html) !== plain) return plain;
  }
  return unmarked(marks.reduce((page, mark) => drawn(page, mark, text), html));
}

/** The page with this figure as an element, sign and unit included where they stand beside it. */
function drawn(html: string, { number, open, close, from, to }: Mark, text: string): string {
  let start = html.indexOf(open);
  let end = html.indexOf(close, start) + close.length;
  const inside = html.slice(start, end);
  if (start < 0 || end < start || inside.includes('<')) return html;
  const sign = text.slice(number.start, from);
  const unit = text.slice(to, number.end);
  if (html.slice(0, start).endsWith(sign)) start -= sign.length;
  if (html.startsWith(unit, end)) end += unit.length;
  return html.slice(0, start) + element(html.slice(start, end), number.cellId) + html.slice(end);
}

const escaped = (value: string): string =>
  value.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`);

const element = (figure: string, cellId: string | null): string =>
  cellId === null
    ? `<span class="figure-missing" title="${escaped(t('Not found in the outputs'))}">${figure}` +
      `<span class="${iconClass('question')}" aria-hidden="true"></span>` +
      `<span class="sr-only"> ${escaped(t('(not found in the outputs)'))}</span></span>`
    : `<span class="figure" role="link" tabindex="0" title="${escaped(t('Show the step it comes from'))}" data-cell="${escaped(cellId)}">${figure}</span>`;
