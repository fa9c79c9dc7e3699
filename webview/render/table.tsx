/** A data frame: header and index stay in sight, numbers are right-aligned, rows are cut until asked for. */
import { type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { perform } from '../app.ts';
import { formatCount, plural } from '../format.ts';
import { IconButton } from '../kit.ts';
import { DomSlot } from './domSlot.tsx';
import { sanitized } from './sanitize.ts';
import { t } from '../../src/shared/l10n.ts';

const ROWS = 100;
/** Nobody reads more side by side, and a page of 20,000 stands still. */
const COLUMNS = 300;

const NUMBER = /^[-+−]?(?:\d[\d,.\u202f ]*(?:e[-+]?\d+)?%?|inf|nan)$/i;
const MISSING = new Set(['', 'NaN', 'None', 'NaT', '<NA>', '...']);

const cellText = (cell: Element): string => cell.textContent.trim();

/** A column is one of numbers when all that it says are. */
function alignNumbers(table: Element): void {
  const rows = [...table.querySelectorAll('tbody tr')].map((row) => [...row.children]);
  const width = Math.max(0, ...rows.map((row) => row.length));
  for (let column = 0; column < width; column++) {
    // Counted from the right: a multi-level index leaves out repeated cells on the left.
    const cells = rows.flatMap((row) => row.at(-1 - column) ?? []);
    const told = cells.map(cellText).filter((text) => !MISSING.has(text));
    const numeric = told.length > 0 && told.every((text) => NUMBER.test(text));
    if (!numeric) continue;
    cells.forEach((cell) => cell.classList.add('number'));
    for (const row of table.querySelectorAll('thead tr')) {
      const header = [...row.children].at(-1 - column);
      if (header?.getAttribute('colspan') === null) header.classList.add('number');
    }
  }
}

/** Cells as text, one row a line, for a spreadsheet. */
const tabSeparated = (page: Document): string =>
  [...page.querySelectorAll('tr')]
    .map((row) => [...row.children].map((cell) => cellText(cell).replace(/\s+/g, ' ')).join('\t'))
    .join('\n');

function shownRows(page: Document, limit: number): DocumentFragment {
  const table = page.querySelector('table');
  if (table === null) return document.createDocumentFragment();
  const copy = page.body.cloneNode(true) as HTMLElement;
  [...copy.querySelectorAll('tbody tr')].slice(limit).forEach((row) => row.remove());
  for (const row of copy.querySelectorAll('tr'))
    [...row.children].slice(COLUMNS).forEach((cell) => cell.remove());
  copy.querySelectorAll('style').forEach((style) => style.remove());
  const fragment = sanitized(copy.innerHTML, 'table');
  const shown = fragment.querySelector('table');
  if (shown !== null) alignNumbers(shown);
  for (const th of fragment.querySelectorAll('thead th')) th.setAttribute('scope', 'col');
  for (const th of fragment.querySelectorAll('tbody th')) th.setAttribute('scope', 'row');
  // pandas leaves the corner empty; an empty header says nothing to a screen reader.
  for (const th of fragment.querySelectorAll('th')) {
    if (cellText(th) !== '' || th.children.length > 0) continue;
    const corner = document.createElement('td');
    corner.className = th.className;
    th.replaceWith(corner);
  }
  return fragment;
}

export function TableOutput({ page, title }: { page: Document; title: string }): JSX.Element {
  const [limit, setLimit] = useState(ROWS);
  const rows = useMemo(() => page.querySelectorAll('tbody tr').length, [page]);
  const columns = useMemo(
    () => Math.max(0, ...[...page.querySelectorAll('tr')].slice(0, ROWS).map((row) => row.children.length)),
    [page],
  );
  const key = useMemo(() => ({ page, limit }), [page, limit]);
  return (
    <div class="table-output">
      <div class="table-scroll" role="region" aria-label={t`Table: ${title}`} tabindex={0}>
        <DomSlot make={() => shownRows(page, limit)} of={key} />
      </div>
      <div class="actions table-actions">
        <IconButton
          icon="copy"
          label={t('Copy table with headers')}
          onClick={() => void perform('copyText', { text: tabSeparated(page) })}
        />
      </div>
      {columns > COLUMNS && (
        <p class="muted">{t`The first ${COLUMNS} of ${formatCount(columns)} columns.`}</p>
      )}
      {rows > limit && (
        <button type="button" class="link" onClick={() => setLimit(limit + 1000)}>
          {plural(rows - limit, t('Show more (1 row left)'), (n) => t`Show more (${n} rows left)`)}
        </button>
      )}
    </div>
  );
}
