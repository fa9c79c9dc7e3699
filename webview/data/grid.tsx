/** The rows in sight of a table of any length, with a cell that has the focus and a rectangle that is selected. */
import { type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type TableView } from '../../src/shared/data.ts';
import { formatCount } from '../format.ts';
import { type Pages, type Shape } from './pages.ts';
import { contentTop, extentOf, isScaled, ROW_PX, scrollTopOf, topToShow } from './scroll.ts';
import { contains, moved, rectangleOf, type Cell, type Selection } from './selection.ts';
import { t } from '../../src/shared/l10n.ts';
import { iconClass } from '../icons.ts';

const COLUMN_PX = 128;
const HEAD_PX = 44;
/** The place of the focus in the header. */
const HEADER = -1;

export interface GridProps {
  pages: Pages;
  shape: Shape;
  view: TableView;
  /** Changes with what `pages` holds. */
  version: number;
  title: string;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onSort: (column: number, further: boolean) => void;
  onColumn: (column: number) => void;
  onCopy: () => void;
}

export function Grid(props: GridProps): JSX.Element {
  const { pages, shape, view, title, selection, onSelect, onSort, onColumn, onCopy } = props;
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 600, height: 400 });
  const [at, setAt] = useState({ top: 0, left: 0 });
  /** Where we have put the scroll bar ourselves. */
  const expected = useRef(-1);
  const dragging = useRef(false);
  const { matched: rows, columnCount: columns } = shape;
  const indexPx = Math.max(48, Math.min(120, 24 + 8 * formatCount(shape.rowCount).length));
  const bodyPx = Math.max(ROW_PX, size.height - HEAD_PX);
  const extent = extentOf(rows, bodyPx);
  const firstRow = Math.floor(at.top / ROW_PX);
  const lastRow = Math.min(rows - 1, Math.ceil((at.top + bodyPx) / ROW_PX));
  const firstColumn = Math.max(0, Math.floor(at.left / COLUMN_PX));
  const lastColumn = Math.min(columns - 1, Math.ceil((at.left + size.width - indexPx) / COLUMN_PX));

  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    // The focus waits for the grid where its place was opened.
    if (document.activeElement === element.closest('.data-shown')) {
      element.querySelector<HTMLElement>('[role=grid]')?.focus();
    }
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (columns > 0) pages.want(Math.max(0, firstRow), Math.max(lastRow, 0), firstColumn, lastColumn);
  });

  const scrollTo = (top: number): void => {
    const element = place.current;
    if (element === null) return;
    element.scrollTop = scrollTopOf(extent, top);
    expected.current = element.scrollTop;
    setAt((now) => ({ ...now, top }));
  };

  // A wheel turns rows, not parts of the scroll bar: of ten million rows one notch would be hundreds.
  useEffect(() => {
    const element = place.current;
    if (element === null || !isScaled(extent)) return;
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY === 0 || event.shiftKey || event.ctrlKey) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? ROW_PX : 1;
      scrollTo(Math.max(0, Math.min(at.top + event.deltaY * unit, extent.contentPx - bodyPx)));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  const onScroll = (): void => {
    const element = place.current;
    if (element === null) return;
    const ours = Math.abs(element.scrollTop - expected.current) < 1;
    if (!ours) expected.current = -1;
    setAt((now) => ({
      top: ours ? now.top : contentTop(extent, element.scrollTop),
      left: element.scrollLeft,
    }));
  };

  const show = ({ row, column }: Cell): void => {
    if (row !== HEADER) scrollTo(topToShow(extent, at.top, row));
    const element = place.current;
    if (element === null) return;
    const left = column * COLUMN_PX;
    const roomPx = element.clientWidth - indexPx;
    element.scrollLeft = Math.max(Math.min(element.scrollLeft, left), left + COLUMN_PX - roomPx);
  };

  const go = (cell: Cell, extend: boolean): void => {
    onSelect({ anchor: extend ? selection.anchor : cell, head: cell });
    show(cell);
  };

  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const { head } = selection;
    const inHeader = head.row === HEADER;
    const letter = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (command && letter === 'c') onCopy();
    else if (command && letter === 'a') {
      onSelect({ anchor: { row: 0, column: 0 }, head: { row: rows - 1, column: columns - 1 } });
    } else if (event.key === 'Enter' && inHeader) onSort(head.column, event.shiftKey);
    else if (event.key === 'Enter' || (event.altKey && event.key === 'ArrowDown')) onColumn(head.column);
    else if (event.key === 'ArrowUp' && head.row <= 0) go({ ...head, row: HEADER }, false);
    else {
      const to = moved(head, event, {
        rows,
        columns,
        pageRows: Math.max(1, Math.floor(bodyPx / ROW_PX) - 1),
      });
      if (to === null) return;
      const stays = inHeader && (event.key === 'ArrowLeft' || event.key === 'ArrowRight');
      go(stays ? { ...to, row: HEADER } : to, event.shiftKey && !inHeader);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const area = rectangleOf(selection);
  const sortOf = (column: number): 'ascending' | 'descending' | 'none' => {
    const sort = view.sorts.find((one) => one.column === column);
    return sort === undefined ? 'none' : sort.descending ? 'descending' : 'ascending';
  };
  const inSight = (first: number, last: number): number[] =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  const shownColumns = inSight(firstColumn, lastColumn);
  const active = `grid-${String(selection.head.row)}-${String(selection.head.column)}`;
  const isInSight = ({ row, column }: Cell): boolean =>
    column >= firstColumn && column <= lastColumn && (row === HEADER || (row >= firstRow && row <= lastRow));
  const leftOf = (column: number): string => `${String(indexPx + column * COLUMN_PX - at.left)}px`;

  return (
    <div class="grid-scroll" ref={place} onScroll={onScroll}>
      <div
        class="grid-space"
        style={{
          height: `${String(extent.heightPx + HEAD_PX)}px`,
          width: `${String(indexPx + columns * COLUMN_PX)}px`,
        }}
      >
        <div
          class="grid-view"
          style={{ width: `${String(size.width)}px`, height: `${String(size.height)}px` }}
          role="grid"
          tabIndex={0}
          aria-label={title}
          aria-rowcount={rows + 1}
          aria-colcount={columns + 1}
          aria-multiselectable="true"
          aria-activedescendant={isInSight(selection.head) ? active : undefined}
          onKeyDown={onKeyDown}
        >
          <div role="row" class="grid-head" aria-rowindex={1}>
            <div
              role="columnheader"
              class="grid-index"
              aria-colindex={1}
              style={{ width: `${String(indexPx)}px` }}
            >
              <span class="sr-only">{t('Row')}</span>
            </div>
            {shownColumns.map((column) => {
              const told = pages.columns.get(column);
              const sort = sortOf(column);
              const place =
                view.sorts.length > 1 && sort !== 'none'
                  ? view.sorts.findIndex((s) => s.column === column) + 1
                  : 0;
              const filtered = view.filters.some((filter) => filter.column === column);
              return (
                <div
                  key={column}
                  id={`grid--1-${String(column)}`}
                  role="columnheader"
                  aria-colindex={column + 2}
                  aria-sort={sort}
                  class={`grid-column ${selection.head.row === HEADER && selection.head.column === column ? 'active' : ''}`}
                  style={{ left: leftOf(column) }}
                  title={t`${told?.name ?? ''} (${told?.dtype ?? ''}). Click sorts, with Shift as a further column.`}
                  onClick={(event) => {
                    onSelect({ anchor: { row: HEADER, column }, head: { row: HEADER, column } });
                    onSort(column, event.shiftKey);
                  }}
                >
                  <span class="grid-name">
                    {told?.name ?? '…'}
                    {sort !== 'none' && (
                      <span
                        class={iconClass(sort === 'ascending' ? 'arrow-up' : 'arrow-down')}
                        aria-hidden="true"
                      />
                    )}
                    {place > 0 && <sup>{place}</sup>}
                  </span>
                  <span class="grid-type">{told?.dtype ?? ''}</span>
                  <span
                    class={`grid-menu ${iconClass(filtered ? 'filter-filled' : 'filter')}`}
                    title={t('Summary and filter (Enter in the column)')}
                    aria-hidden="true"
                    onClick={(event) => {
                      event.stopPropagation();
                      onColumn(column);
                    }}
                  />
                </div>
              );
            })}
          </div>
          {inSight(Math.max(0, firstRow), lastRow).map((row) => (
            <div
              key={row}
              role="row"
              class="grid-row"
              aria-rowindex={row + 2}
              style={{ top: `${String(HEAD_PX + row * ROW_PX - at.top)}px` }}
            >
              <div
                role="rowheader"
                class="grid-index"
                aria-colindex={1}
                style={{ width: `${String(indexPx)}px` }}
              >
                {pages.label(row) ?? ''}
              </div>
              {shownColumns.map((column) => {
                const cell = pages.cell(row, column);
                const kind = pages.columns.get(column)?.kind ?? 'text';
                const selected = contains(area, row, column);
                const id = `grid-${String(row)}-${String(column)}`;
                const missing = cell !== null && cell.text === null;
                return (
                  <div
                    key={column}
                    id={id}
                    role="gridcell"
                    aria-colindex={column + 2}
                    aria-selected={selected}
                    class={`grid-cell kind-${kind} ${missing ? 'missing' : ''} ${selected ? 'selected' : ''} ${id === active ? 'active' : ''}`}
                    style={{ left: leftOf(column) }}
                    title={cell?.text ?? undefined}
                    onMouseDown={(event) => {
                      if (event.button !== 0) return;
                      dragging.current = true;
                      const to = { row, column };
                      onSelect({ anchor: event.shiftKey ? selection.anchor : to, head: to });
                    }}
                    onMouseEnter={(event) => {
                      if (event.buttons !== 1) dragging.current = false;
                      if (dragging.current) onSelect({ ...selection, head: { row, column } });
                    }}
                  >
                    {cell === null ? '' : (cell.text ?? 'missing')}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
