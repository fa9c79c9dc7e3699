/** A table of the live kernel: what it is now, its filters, the grid, and what a column holds. */
import { type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Filter, type TableRef, type TableView } from '../../src/shared/data.ts';
import { type Frame } from '../../src/shared/outputs.ts';
import { perform } from '../app.ts';
import { formatCount, plural } from '../format.ts';
import { Button, IconButton } from '../kit.ts';
import { ColumnPanel, filterWords } from './columnPanel.tsx';
import { Grid } from './grid.tsx';
import { Pages, type Shape } from './pages.ts';
import { rectangleOf, tabSeparated, type Selection } from './selection.ts';
import { t } from '../../src/shared/l10n.ts';

const ALL: TableView = { sorts: [], filters: [] };
const START: Selection = { anchor: { row: 0, column: 0 }, head: { row: 0, column: 0 } };
/** Shorter waits are not worth a word. */
const PATIENCE_MS = 400;

export interface TableProps {
  of: TableRef;
  told: Frame | null;
  moment: string;
  busy: boolean;
}

/** How the live table differs from what the output has said; null: not in its shape. */
function changeOf(told: Frame | null, { rowCount, columnCount, hiddenColumns }: Shape): string | null {
  if (told === null) return null;
  const columns = columnCount + hiddenColumns;
  if (told.rows === rowCount && told.columnCount === columns) return null;
  return t`It has changed since this output, which had ${formatCount(told.rows)} × ${formatCount(told.columnCount)}.`;
}

export default function TableData({ of, told, moment, busy }: TableProps): JSX.Element {
  const [view, setView] = useState(ALL);
  const [selection, setSelection] = useState(START);
  const [column, setColumn] = useState<number | null>(null);
  const [version, setVersion] = useState(0);
  const [note, setNote] = useState('');
  const place = useRef<HTMLDivElement>(null);
  const lastShape = useRef<Shape | null>(null);
  const pages = useMemo(() => new Pages(of, view, () => setVersion((now) => now + 1)), [of, view, moment]);
  useEffect(() => {
    // Something is asked for before the shape is known.
    pages.want(0, 0, 0, 0);
  }, [pages]);
  useEffect(() => {
    if (pages.waitingSince === null) return;
    const timer = setTimeout(() => setVersion((now) => now + 1), PATIENCE_MS + 20);
    return () => clearTimeout(timer);
  }, [pages, pages.waitingSince]);
  const shape = pages.shape ?? lastShape.current;
  lastShape.current = shape;
  const { problem } = pages;
  const slow = pages.waitingSince !== null && performance.now() - pages.waitingSince > PATIENCE_MS;
  const nameOf = (at: number): string => pages.columns.get(at)?.name ?? t`column ${String(at + 1)}`;

  const change = (next: TableView): void => {
    setSelection(START);
    setNote('');
    setView(next);
  };
  const sort = (at: number, further: boolean): void => {
    const now = view.sorts.find((one) => one.column === at);
    const others = further ? view.sorts.filter((one) => one.column !== at) : [];
    const mine =
      now === undefined
        ? [{ column: at, descending: false }]
        : now.descending
          ? []
          : [{ column: at, descending: true }];
    setSelection((s) => ({ anchor: s.head, head: s.head }));
    setView({ ...view, sorts: [...others, ...mine] });
  };
  const filter = (added: Filter): void => change({ ...view, filters: [...view.filters, added] });
  const copy = async (): Promise<void> => {
    const { top, bottom, left, right } = rectangleOf(selection);
    const taken = await pages.rectangle(Math.max(0, top), Math.max(0, bottom), left, right);
    if ('ok' in taken) {
      setNote(taken.problem);
      return;
    }
    await perform('copyText', { text: tabSeparated(taken.rows) });
    const count = taken.rows.length - 1;
    setNote(
      taken.left === 0
        ? plural(count, t('Copied 1 row with headers.'), (n) => t`Copied ${n} rows with headers.`)
        : plural(
            count,
            t('Copied the first row with headers; the others were too many.'),
            (n) => t`Copied the first ${n} rows with headers; ${formatCount(taken.left)} were too many.`,
          ),
    );
  };
  const name = shape?.names[0] ?? ('name' in of ? of.name : null);
  const title = name ?? t('A table without a name');

  return (
    <div class="table-data" ref={place}>
      <div class="table-about">
        <p>
          <strong>{title}</strong> {t('as it is now')}
          {shape !== null && (
            <span class="muted">
              {' · '}
              {shape.type} · {plural(shape.rowCount, t('1 row'), (n) => t`${n} rows`)} ×{' '}
              {plural(shape.columnCount + shape.hiddenColumns, t('1 column'), (n) => t`${n} columns`)}
              {view.filters.length > 0 && ` · ${t`${formatCount(shape.matched)} match`}`}
              {shape.hiddenColumns > 0 && ` · ${t`the first ${formatCount(shape.columnCount)} are shown`}`}
            </span>
          )}
        </p>
        <IconButton icon="copy" label={t('Copy selection with headers')} onClick={() => void copy()} />
      </div>
      {shape !== null && changeOf(told, shape) !== null && <p class="table-note">{changeOf(told, shape)}</p>}
      {busy && <p class="table-note">{t('A cell is running: this is as of the last cell.')}</p>}
      {view.filters.length > 0 && (
        <ul class="table-filters" aria-label={t('Filters')}>
          {view.filters.map((one, at) => (
            <li key={at}>
              <span>{filterWords(nameOf(one.column), one)}</span>
              <IconButton
                icon="close"
                label={t`Remove the filter ${filterWords(nameOf(one.column), one)}`}
                onClick={() => change({ ...view, filters: view.filters.filter((_, other) => other !== at) })}
              />
            </li>
          ))}
        </ul>
      )}
      <p class="table-note" role="status">
        {slow
          ? view.sorts.length + view.filters.length > 0
            ? t('Sorting and filtering…')
            : t('Reading…')
          : note}
        {slow && (
          <Button onClick={() => void perform('cancelData', {})} class="table-cancel">
            {t('Cancel')}
          </Button>
        )}
      </p>
      {problem !== null && (
        <div class="table-problem" role="alert">
          <p>{problem.problem}</p>
          {view !== ALL && <Button onClick={() => change(ALL)}>{t('Show all rows')}</Button>}
          {problem.reason !== 'gone' && problem.reason !== 'refused' && (
            <Button onClick={() => setView({ ...view })}>{t('Try again')}</Button>
          )}
        </div>
      )}
      {column !== null && (
        <ColumnPanel
          key={column}
          refOf={of}
          view={view}
          column={column}
          name={nameOf(column)}
          moment={moment}
          onFilter={filter}
          onClose={() => {
            setColumn(null);
            place.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
          }}
        />
      )}
      {shape !== null && problem === null && (
        <Grid
          pages={pages}
          shape={shape}
          view={view}
          version={version}
          title={t`Table ${title}`}
          selection={selection}
          onSelect={setSelection}
          onSort={sort}
          onColumn={setColumn}
          onCopy={() => void copy()}
        />
      )}
    </div>
  );
}
