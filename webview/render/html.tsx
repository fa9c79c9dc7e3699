/**
 * text/html of the kernel, which is never trusted. A plain table (pandas) becomes our own table; anything else
 * goes into a frame that can run nothing, load nothing and lead nowhere.
 */
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { CannotShow } from './cannotShow.tsx';
import { HtmlFrame } from './htmlFrame.tsx';
import { TableOutput } from './table.tsx';
import { t } from '../../src/shared/l10n.ts';

const LIMIT_CHARS = 4_000_000;
const PLAIN = new Set(
  'html head body table caption colgroup col thead tbody tfoot tr th td div p span b i em strong br style code small sub sup'.split(
    ' ',
  ),
);
/** The style that pandas puts before every table; any other style is the author's and is kept in the frame. */
const isPandasStyle = (css: string): boolean =>
  css.split('}').every((rule) => rule.trim() === '' || /^\s*\.dataframe\b/.test(rule));

export type HtmlKind = 'table' | 'frame' | 'script-only';

/** Parsed in a document of its own: nothing runs or loads there. */
export function classifyHtml(html: string): { kind: HtmlKind; page: Document } {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const scripted = page.querySelector('script') !== null;
  page.querySelectorAll('script, noscript, template').forEach((element) => element.remove());
  const elements = [...page.querySelectorAll('*')];
  const plain = elements.every((element) => PLAIN.has(element.localName) && pandasStyleOnly(element));
  const styled = [...page.querySelectorAll('style')].some((style) => !isPandasStyle(style.textContent));
  if (plain && !styled && page.querySelectorAll('table').length === 1) return { kind: 'table', page };
  const says = page.body.textContent.trim() !== '' || page.querySelector('img, svg, table, hr') !== null;
  return { kind: scripted && !says ? 'script-only' : 'frame', page };
}

/** `text-align` is all that pandas writes inline. */
const pandasStyleOnly = (element: Element): boolean =>
  /^\s*(?:text-align:\s*\w+;?\s*)?$/.test(element.getAttribute('style') ?? '');

export function HtmlOutput({ html, title }: { html: string; title: string }): JSX.Element {
  const read = useMemo(() => (html.length > LIMIT_CHARS ? null : classifyHtml(html)), [html]);
  if (read === null)
    return <CannotShow reason={t('This HTML is too large to show here; save it as a file instead.')} />;
  switch (read.kind) {
    case 'table':
      return <TableOutput page={read.page} title={title} />;
    case 'frame':
      return <HtmlFrame html={html} title={title} />;
    case 'script-only':
      return (
        <CannotShow
          reason={t(
            'This HTML is made by its script, and scripts of outputs are not run. Ask for it as a file to open it in a browser.',
          )}
        />
      );
    default:
      read.kind satisfies never;
      return <></>;
  }
}
