/** JSON as a tree that opens level by level: by mouse, or by the keys of every tree. */
import { type JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { perform } from '../app.ts';
import { plural } from '../format.ts';
import { IconButton } from '../kit.ts';
import { Icon } from '../view/icon.tsx';
import { visible } from './ansi.ts';
import {
  FIRST_ENTRIES,
  idOf,
  isBranch,
  jsonRows,
  MORE_ENTRIES,
  pathText,
  summary,
  type JsonRow,
  type JsonView,
} from './jsonRows.ts';
import { t } from '../../src/shared/l10n.ts';

const TEXT_CHARS = 2000;
const ROOT = idOf([]);

type ValueRow = Extract<JsonRow, { kind: 'value' }>;

function Value({ value }: { value: unknown }): JSX.Element {
  if (isBranch(value)) return <span class="json-count">{summary(value)}</span>;
  const text = JSON.stringify(value) ?? String(value);
  const kind = value === null ? 'null' : typeof value;
  const shown = text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text;
  return <span class={`json-${kind}`}>{visible(shown)}</span>;
}

/** Text as it is, anything else as JSON. */
const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));

function CopyButtons({ row }: { row: ValueRow }): JSX.Element {
  const copy = (text: string) => (event: MouseEvent) => {
    event.stopPropagation();
    void perform('copyText', { text });
  };
  return (
    <span class="json-actions">
      <IconButton icon="copy" label={t('Copy value')} onClick={copy(valueText(row.value))} />
      {row.path.length > 0 && (
        <IconButton icon="symbol-key" label={t('Copy path')} onClick={copy(pathText(row.path))} />
      )}
    </span>
  );
}

/** What a key does: the row to go to, or a change of what is open. */
type Step = { to: number } | { toggle: string } | null;

function step(key: string, rows: readonly JsonRow[], at: number): Step {
  const row = rows[at];
  if (row === undefined) return null;
  const open = row.kind === 'value' ? row.open : null;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(at + 1, rows.length - 1) };
    case 'ArrowUp':
      return { to: Math.max(at - 1, 0) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: rows.length - 1 };
    case 'ArrowRight':
      if (open === false) return { toggle: row.id };
      return open === true ? { to: at + 1 } : null;
    case 'ArrowLeft':
      if (open === true) return { toggle: row.id };
      return {
        to: Math.max(
          0,
          rows.slice(0, at).findLastIndex(({ depth }) => depth < row.depth),
        ),
      };
    case 'Enter':
    case ' ':
      return open === null && row.kind === 'value' ? null : { toggle: row.id };
    default:
      return null;
  }
}

export function JsonOutput({ value, title }: { value: unknown; title: string }): JSX.Element {
  const [view, setView] = useState<JsonView>({ open: new Set([ROOT]), shown: new Map() });
  const [active, setActive] = useState(ROOT);
  const tree = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const rows = useMemo(() => jsonRows(value, view), [value, view]);
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === active),
  );

  // Before the next key can come: a late focus would take the place back.
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [active]);

  const toggle = (row: JsonRow): void => {
    if (row.kind === 'more') {
      const shown = new Map(view.shown).set(
        row.parent,
        (view.shown.get(row.parent) ?? FIRST_ENTRIES) + MORE_ENTRIES,
      );
      setView({ ...view, shown });
      const first = rows[rows.indexOf(row) - 1];
      if (first !== undefined && active === row.id) setActive(first.id);
      return;
    }
    if (row.open === null) return;
    const open = new Set(view.open);
    if (!open.delete(row.id)) open.add(row.id);
    setView({ ...view, open });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest('.json-actions') !== null) return;
    const next = event.ctrlKey || event.metaKey || event.altKey ? null : step(event.key, rows, at);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    const row = rows[at];
    if ('toggle' in next && row !== undefined) toggle(row);
    else if ('to' in next) {
      moved.current = true;
      setActive(rows[next.to]?.id ?? ROOT);
    }
  };

  return (
    <div class="json" role="tree" aria-label={`JSON: ${title}`} ref={tree} onKeyDown={onKeyDown}>
      {rows.map((row, index) => (
        <div
          key={row.id}
          class="json-row"
          role="treeitem"
          aria-level={row.depth + 1}
          aria-posinset={row.place}
          aria-setsize={row.of}
          {...(row.kind === 'value' && row.open !== null ? { 'aria-expanded': row.open } : {})}
          tabindex={index === at ? 0 : -1}
          style={{ '--depth': row.depth }}
          onFocus={() => setActive(row.id)}
          onClick={() => toggle(row)}
        >
          {row.kind === 'more' ? (
            <span class="link">
              {plural(row.left, t('Show more (1 entry left)'), (n) => t`Show more (${n} entries left)`)}
            </span>
          ) : (
            <>
              <span class="json-twist">
                {row.open !== null && <Icon name={row.open ? 'chevron-down' : 'chevron-right'} />}
              </span>
              <span class="json-text">
                {row.path.length > 0 && <span class="json-key">{visible(String(row.path.at(-1)))}: </span>}
                <Value value={row.value} />
              </span>
              {index === at && <CopyButtons row={row} />}
            </>
          )}
        </div>
      ))}
    </div>
  );
}
