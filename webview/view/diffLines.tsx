/** Lines of a unified diff, as text: what cannot be seen in them and makes the difference is drawn. */
import { type ComponentChild, type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n.ts';
import { formatCount } from '../format.ts';

/** More are shown when asked for. */
const SHOWN_LINES = 200;
/** The carriage return, as Unicode abbreviates it. */
const RETURN = 'CR';
/** Of a line; a longer one is not laid out. */
const SHOWN_CHARS = 2000;

interface DiffLinesProps {
  /** Each begins with ' ', '+', '-', '\' or '@@'. */
  lines: readonly string[];
  label: string;
  /** Numbers of the first line, from 1; absent: none are shown. */
  from?: { before: number; after: number };
}

export function DiffLines({ lines, label, from }: DiffLinesProps): JSX.Element {
  const [all, setAll] = useState(false);
  // A file of CRLF has them everywhere; where some have none, that is the difference.
  const marksReturn = lines.some(endsInReturn) && !lines.every((line) => isNote(line) || endsInReturn(line));
  const shown = all ? lines : lines.slice(0, SHOWN_LINES);
  const count = { before: from?.before ?? 0, after: from?.after ?? 0 };
  return (
    <>
      <pre class="diff" tabindex={0} role="region" aria-label={label}>
        {shown.map((line, index) => {
          const kind = kindOf(line);
          const number =
            from === undefined ? null : (
              <span
                class="diff-number"
                aria-hidden="true"
                data-before={kind === 'removed' || kind === 'same' ? count.before++ : ''}
                data-after={kind === 'added' || kind === 'same' ? count.after++ : ''}
              />
            );
          const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
          return (
            <Line key={index} class={`diff-line diff-${kind}`}>
              {number}
              {drawn(line, kind, marksReturn)}
              {'\n'}
            </Line>
          );
        })}
      </pre>
      {shown.length < lines.length && (
        <button type="button" class="link diff-more" onClick={() => setAll(true)}>
          {t`Show all ${formatCount(lines.length)} lines`}
        </button>
      )}
    </>
  );
}

type Kind = 'added' | 'removed' | 'place' | 'same';

const isNote = (line: string): boolean => line.startsWith('\\') || line.startsWith('@@');
const endsInReturn = (line: string): boolean => line.endsWith('\r');

function kindOf(line: string): Kind {
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return isNote(line) ? 'place' : 'same';
}

/** Control characters, marks of direction, blanks of another width; tabs where the line is new or goes. */
const UNSEEN = /(?![ \t])[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/u;
const UNSEEN_OR_TAB = /(\t)|((?! )[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}])/gu;

function drawn(line: string, kind: Kind, marksReturn: boolean): ComponentChildren {
  if (line.startsWith('\\')) return t('No newline at the end of the file');
  const returned = endsInReturn(line);
  const text = returned ? line.slice(0, -1) : line;
  const isChange = kind === 'added' || kind === 'removed';
  const cut = text.slice(0, SHOWN_CHARS);
  const trailing = isChange && text === cut ? (/[ \t]+$/.exec(cut.slice(1))?.[0] ?? '') : '';
  const seen = cut.slice(0, cut.length - trailing.length);
  const left = text.length - cut.length;
  return [
    UNSEEN.test(seen) || (isChange && seen.includes('\t')) ? marked(seen, isChange) : seen,
    ...(trailing === ''
      ? []
      : [
          <span class="diff-blank" data-mark={trailing.replaceAll(' ', '·').replaceAll('\t', '→\t')}>
            {trailing}
          </span>,
        ]),
    ...(left === 0
      ? []
      : [<span class="diff-code">{t`… ${formatCount(left)} more characters in this line`}</span>]),
    ...(returned && marksReturn ? [<span class="diff-code">{RETURN}</span>] : []),
  ];
}

function marked(text: string, tabs: boolean): ComponentChild[] {
  const out: ComponentChild[] = [];
  let at = 0;
  for (const found of text.matchAll(UNSEEN_OR_TAB)) {
    const [, tab, odd = ''] = found;
    if (tab !== undefined && !tabs) continue;
    out.push(text.slice(at, found.index));
    if (tab !== undefined)
      out.push(
        <span class="diff-blank" data-mark="→">
          {tab}
        </span>,
      );
    else out.push(<span class="diff-code">{codeOf(odd)}</span>);
    at = found.index + found[0].length;
  }
  return [...out, text.slice(at)];
}

/** `U+202E`. */
const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
