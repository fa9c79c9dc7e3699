/**
 * The variables of the kernels as of the last cell, by language when there are several; a table opens as a grid, anything
 * else as its value.
 */
import { type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type DataRefusal, type Variable } from '../../../src/shared/data.ts';
import { type Language } from '../../../src/shared/outputs.ts';
import { isBusy, moment, shown } from '../../data/shown.ts';
import type { TableProps } from '../../data/tableView.tsx';
import { VariableValue } from '../../data/value.tsx';
import { formatBytes, formatCount, plural } from '../../format.ts';
import { Button } from '../../kit.ts';
import { showPane } from '../../panes.ts';
import { caller } from '../../rpcClient.ts';
import { type PaneProps } from './bodies.ts';
import { later } from '../later.tsx';
import { t } from '../../../src/shared/l10n.ts';
import { iconClass } from '../../icons.ts';
import style from '../../styles/data.pane.css';

const Table = later<TableProps>(async () => (await import('../../data/tableView.tsx')).default);

type Key = 'name' | 'type' | 'bytes';
const SHOWN = 500;
const COLLATOR = new Intl.Collator('en', { numeric: true });

type Row = Variable & { language: Language };
type Listed = { variables: readonly Row[]; more: number };
type Told = { listed: Listed | null; problem: string };
const LANGUAGES: readonly Language[] = ['python', 'javascript', 'bash'];
const TITLES: Record<Language, string> = { python: 'Python', bash: 'Bash', javascript: 'JavaScript' };
/** Names in two languages may be the same. */
const idOf = ({ language, name }: { language: Language; name: string }): string => `${language} ${name}`;

export const VariablesPane = (props: PaneProps): JSX.Element => (
  <>
    <style>{style}</style>
    <Variables {...props} />
  </>
);

function Variables({ state }: PaneProps): JSX.Element {
  const now = moment(state);
  const what = shown.value;
  const [last, setLast] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  if (what.kind === 'list') {
    return <List key={last} now={now} busy={isBusy(state)} focusOn={last} />;
  }
  const back = (): void => {
    // The list has the focus when it has been read; until then, and where it is empty, the pane.
    place.current?.closest<HTMLElement>('.pane')?.focus();
    if (what.kind === 'value') setLast(idOf(what));
    else setLast('name' in what.ref ? idOf({ language: 'python', name: what.ref.name }) : '');
    shown.value = { kind: 'list' };
  };
  return (
    <div
      class="data-shown"
      ref={place}
      tabIndex={-1}
      data-autofocus
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.stopPropagation();
        back();
      }}
    >
      <Button icon="arrow-left" class="data-back" onClick={back}>
        {t('All variables')}
      </Button>
      {what.kind === 'value' ? (
        <VariableValue key={idOf(what)} language={what.language} name={what.name} moment={now} />
      ) : (
        <Table
          key={JSON.stringify(what.ref)}
          of={what.ref}
          told={what.told}
          moment={now}
          busy={isBusy(state)}
        />
      )}
    </div>
  );
}

/** What the kernels have now; null: not known yet. A running cell leaves what was there. */
function useVariables(now: string, busy: boolean): Told {
  const [told, setTold] = useState<Told>({ listed: null, problem: '' });
  useEffect(() => {
    if (busy) return;
    let wanted = true;
    read().then(
      (next) => {
        if (wanted) setTold(({ listed }) => ({ listed: next.listed ?? listed, problem: next.problem }));
      },
      (error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        if (wanted) setTold({ listed: null, problem });
      },
    );
    return () => {
      wanted = false;
    };
  }, [now, busy]);
  return told;
}

async function read(): Promise<Told> {
  const answers = await Promise.all(
    LANGUAGES.map(async (language) => ({ language, told: await caller.call('variables', { language }) })),
  );
  const variables: Row[] = [];
  let more = 0;
  let refused: DataRefusal | null = null;
  for (const { language, told } of answers) {
    if (told.ok) {
      for (const one of told.answer.variables) variables.push({ ...one, language });
      more += told.answer.more;
    } else if (told.reason !== 'gone') refused ??= told;
  }
  if (refused === null) return { listed: { variables, more }, problem: '' };
  // What another language has said is not the whole.
  return { listed: null, problem: refused.reason === 'busy' ? '' : refused.problem };
}

interface ListProps {
  now: string;
  busy: boolean;
  /** The variable that was open. */
  focusOn: string | null;
}

function List({ now, busy, focusOn }: ListProps): JSX.Element {
  const { listed, problem } = useVariables(now, busy);
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<{ by: Key; down: boolean }>({ by: 'name', down: false });
  const [active, setActive] = useState<string | null>(focusOn);
  const [limit, setLimit] = useState(SHOWN);
  const body = useRef<HTMLTableSectionElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => sorted(listed?.variables ?? [], filter, order), [listed, filter, order]);
  const seen = rows.slice(0, limit);
  const first = seen[0];
  const current = first === undefined || seen.some((row) => idOf(row) === active) ? active : idOf(first);
  const grouped = new Set(listed?.variables.map(({ language }) => language)).size > 1;
  useEffect(() => {
    if (focusOn !== null) body.current?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus();
    // The pane has the focus until there is something to filter.
    else if (document.activeElement?.classList.contains('pane') === true) input.current?.focus();
  }, [focusOn, listed === null]);
  if (problem !== '' && listed === null) {
    return (
      <p class="pane-empty" role="alert">
        {problem}
      </p>
    );
  }
  if (listed === null)
    return (
      <p class="pane-empty" role="status">
        {busy ? t('A cell is running.') : t('Reading…')}
      </p>
    );
  if (listed.variables.length === 0) {
    return <p class="pane-empty">{t('No variables yet. They are listed here when a cell has run.')}</p>;
  }
  const open = ({ language, name, table }: Row): void => {
    shown.value = table ? { kind: 'table', ref: { name }, told: null } : { kind: 'value', language, name };
    showPane('variables');
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const at = seen.findIndex((row) => idOf(row) === current);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: seen.length - 1,
      PageDown: at + 10,
      PageUp: at - 10,
    };
    const here = seen[at];
    if (event.key === 'Enter' && here !== undefined) open(here);
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(to, seen.length - 1));
    const there = seen[next];
    if (there !== undefined) setActive(idOf(there));
    event.currentTarget.querySelectorAll<HTMLElement>('tr[tabindex]')[next]?.focus();
  };
  const header = (by: Key, label: string, name: string): JSX.Element => {
    const direction = order.by !== by ? 'none' : order.down ? 'descending' : 'ascending';
    return (
      <th scope="col" class={name} aria-sort={direction}>
        <button type="button" onClick={() => setOrder({ by, down: order.by === by && !order.down })}>
          {label}
          {direction !== 'none' && (
            <span class={iconClass(order.down ? 'arrow-down' : 'arrow-up')} aria-hidden="true" />
          )}
        </button>
      </th>
    );
  };
  return (
    <div class="variables">
      <div class="variables-head">
        <input
          ref={input}
          type="text"
          placeholder={t('Filter by name or type')}
          aria-label={t('Filter variables')}
          data-autofocus
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <p class="muted" role="status">
          {filter === ''
            ? plural(listed.variables.length + listed.more, t('1 variable'), (n) => t`${n} variables`)
            : t`${formatCount(rows.length)} match`}
          {busy ? ` ${t('as of the last cell')}` : ''}
        </p>
      </div>
      {problem !== '' && <p class="table-note">{problem}</p>}
      <table role="grid" aria-label={t('Variables')} aria-rowcount={grouped ? -1 : rows.length + 1}>
        <thead>
          <tr>
            {header('name', t('Name'), 'v-name')}
            {header('type', t('Type'), 'v-type')}
            <th scope="col" class="v-shape">
              {t('Shape')}
            </th>
            {header('bytes', t('Size'), 'v-bytes')}
            <th scope="col" class="v-preview">
              {t('Value')}
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {seen.map((variable, at) => [
            grouped && seen[at - 1]?.language !== variable.language && (
              <tr key={variable.language} class="variables-group">
                <th colSpan={4} scope="rowgroup">
                  {TITLES[variable.language]}
                </th>
              </tr>
            ),
            <tr
              key={idOf(variable)}
              tabIndex={idOf(variable) === current ? 0 : -1}
              title={variable.table ? t('Open as grid (Enter)') : t('Show the value (Enter)')}
              onClick={() => open(variable)}
              onFocus={() => setActive(idOf(variable))}
            >
              <th scope="row" class="v-name">
                {variable.name}
              </th>
              <td class="v-type">{variable.type}</td>
              <td class="v-shape">{variable.shape}</td>
              <td class="v-bytes">{variable.bytes === null ? '' : formatBytes(variable.bytes)}</td>
              <td class="v-preview">{variable.preview}</td>
            </tr>,
          ])}
        </tbody>
      </table>
      {rows.length > limit && (
        <button type="button" class="link" onClick={() => setLimit(limit + SHOWN)}>
          {plural(
            rows.length - limit,
            t('Show more (1 variable left)'),
            (n) => t`Show more (${n} variables left)`,
          )}
        </button>
      )}
      {listed.more > 0 && (
        <p class="table-note">
          {plural(
            listed.more,
            t('1 further variable not listed.'),
            (n) => t`${n} further variables not listed.`,
          )}
        </p>
      )}
    </div>
  );
}

function sorted(variables: readonly Row[], filter: string, { by, down }: { by: Key; down: boolean }): Row[] {
  const wanted = filter.toLowerCase();
  const compare = (a: Row, b: Row): number => {
    const first = by === 'bytes' ? (a.bytes ?? -1) - (b.bytes ?? -1) : COLLATOR.compare(a[by], b[by]);
    return first === 0 ? COLLATOR.compare(a.name, b.name) : first;
  };
  const kept = variables.filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted));
  const place = ({ language }: Row): number => LANGUAGES.indexOf(language);
  kept.sort((a, b) => place(a) - place(b) || (down ? -compare(a, b) : compare(a, b)));
  return kept;
}
