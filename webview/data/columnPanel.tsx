/** What a column holds, and a filter on it. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import {
  filterOpSchema,
  type ColumnSummary,
  type Filter,
  type FilterOp,
  type TableRef,
  type TableView,
} from '../../src/shared/data.ts';
import { formatCount } from '../format.ts';
import { Button, IconButton } from '../kit.ts';
import { caller } from '../rpcClient.ts';
import { useAnswer } from './useAnswer.ts';
import { t } from '../../src/shared/l10n.ts';

export const ops = (): Readonly<Record<FilterOp, string>> => ({
  contains: t('contains'),
  equals: t({ message: 'is', comment: ['A filter: column is value.'] }),
  in: t('is one of'),
  less: t('is less than'),
  greater: t('is greater than'),
  between: t('is between'),
  missing: t('is missing'),
  present: t('is not missing'),
});

const fieldsOf = (op: FilterOp): number =>
  op === 'missing' || op === 'present' ? 0 : op === 'between' ? 2 : 1;

export const filterWords = (name: string, { op, values }: Filter): string =>
  `${name} ${ops()[op]}${values.length === 0 ? '' : ` ${op === 'between' ? t`${values[0] ?? ''} and ${values[1] ?? ''}` : values.join(', ')}`}`;

export interface ColumnPanelProps {
  refOf: TableRef;
  view: TableView;
  column: number;
  name: string;
  /** Changes when the table may be another. */
  moment: string;
  onFilter: (filter: Filter) => void;
  onClose: () => void;
}

export function ColumnPanel(props: ColumnPanelProps): JSX.Element {
  const { refOf, view, column, name, moment, onFilter, onClose } = props;
  const [op, setOp] = useState<FilterOp | null>(null);
  const [values, setValues] = useState<[string, string]>(['', '']);
  const first = useRef<HTMLSelectElement>(null);
  const told = useAnswer(
    async () => caller.call('columnSummary', { ref: refOf, view, column }),
    [refOf, view, column, moment],
    { anew: true },
  );
  useEffect(() => first.current?.focus(), [column]);
  const kind = told !== null && 'kind' in told ? told.kind : 'text';
  const chosen = op ?? (kind === 'text' || kind === 'other' ? 'contains' : 'equals');
  const fields = fieldsOf(chosen);
  const apply = (event: Event): void => {
    event.preventDefault();
    const given = chosen === 'in' ? values[0].split(',').map((text) => text.trim()) : values.slice(0, fields);
    onFilter({ column, op: chosen, values: given });
  };
  return (
    <section
      class="column-panel"
      aria-label={t`Column ${name}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h3>{name}</h3>
        <IconButton icon="close" label={t('Close the column')} onClick={onClose} />
      </header>
      <form
        onSubmit={apply}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) apply(event);
        }}
      >
        <select
          ref={first}
          aria-label={t('Condition')}
          value={chosen}
          onChange={(event) => setOp(filterOpSchema.parse(event.currentTarget.value))}
        >
          {filterOpSchema.options.map((option) => (
            <option key={option} value={option}>
              {ops()[option]}
            </option>
          ))}
        </select>
        {[0, 1].slice(0, fields).map((at) => (
          <input
            key={at}
            type="text"
            aria-label={fields === 2 ? (at === 0 ? t('From') : t('To')) : t('Value')}
            placeholder={chosen === 'in' ? 'a, b, c' : t('value')}
            value={values[at]}
            onInput={(event) => {
              const text = event.currentTarget.value;
              setValues(([from, to]) => (at === 0 ? [text, to] : [from, text]));
            }}
          />
        ))}
        <Button appearance="primary" onClick={apply}>
          {t('Filter')}
        </Button>
      </form>
      <div aria-live="polite">
        {told === null ? (
          <p class="muted">{t('Counting…')}</p>
        ) : 'kind' in told ? (
          <Summary told={told} />
        ) : (
          <p>{told.problem}</p>
        )}
      </div>
    </section>
  );
}

function Summary({ told }: { told: ColumnSummary }): JSX.Element {
  const facts: [string, string | null][] = [
    [t('Type'), told.dtype],
    [t('Rows'), formatCount(told.rows)],
    [t('Missing'), formatCount(told.missing)],
    [t('Distinct'), told.distinct === null ? null : formatCount(told.distinct)],
    [t('Min'), told.min],
    [t('Max'), told.max],
    [t('Mean'), told.mean],
  ];
  const most = Math.max(1, ...(told.bins ?? []));
  return (
    <>
      <dl class="column-facts">
        {facts.map(([term, fact]) =>
          fact === null ? null : (
            <div key={term}>
              <dt>{term}</dt>
              <dd title={fact}>{fact}</dd>
            </div>
          ),
        )}
      </dl>
      {told.bins !== null && (
        <div
          class="column-bins"
          role="img"
          aria-label={t`Distribution from ${told.min ?? ''} to ${told.max ?? ''}: ${told.bins.join(', ')}`}
        >
          {told.bins.map((count, at) => (
            <span
              key={at}
              title={formatCount(count)}
              style={{ height: `${String(Math.max(2, (100 * count) / most))}%` }}
            />
          ))}
        </div>
      )}
      {told.top !== null && (
        <ol class="column-top" aria-label={t('Most frequent values')}>
          {told.top.map(({ value, count }) => (
            <li key={value}>
              <span title={value}>{value}</span>
              <span class="number">{formatCount(count)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
