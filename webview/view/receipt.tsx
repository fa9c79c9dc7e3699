/** One quiet line under a finished answer: what it took. Its details have the session's sum, and what was sent. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { perform, view } from '../app.ts';
import { plural } from '../format.ts';
import { Button } from '../kit.ts';
import { receiptLine, sumOf, tokenRows, type Took } from '../receiptText.ts';
import { type TurnView, type ViewState } from '../state.ts';
import { t } from '../../src/shared/l10n.ts';

/** Of the whole session, as it is now. Read when somebody looks, so that a long session stays quick. */
function sessionLine({ turns: all }: Pick<ViewState, 'turns'>): string {
  const turns = [...all.values()].flatMap(({ took }) => (took === undefined ? [] : [took]));
  return t`This session: ${plural(turns.length, t('1 answer'), (n) => t`${n} answers`)} · ${receiptLine(sumOf(turns))}`;
}

/** Goes with the session while it is looked at. */
const SessionSum = (): JSX.Element => <p>{sessionLine(view.value)}</p>;

export function TurnReceipt({ turn }: { turn: TurnView }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [hint, setHint] = useState('');
  const { took, turnId } = turn;
  const line = took === undefined ? '' : receiptLine(took);
  if (took === undefined || line === '') return <></>;
  return (
    <details class="receipt" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary title={hint} onPointerEnter={() => setHint(sessionLine(view.peek()))}>
        {line}
      </summary>
      {open && <Details took={took} turnId={turnId} />}
    </details>
  );
}

function Details({ took, turnId }: { took: Took; turnId: string }): JSX.Element {
  const rows = tokenRows(took);
  return (
    <div class="receipt-details">
      {rows.length > 0 && (
        <dl>
          {rows.map(([name, figure]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{figure}</dd>
            </div>
          ))}
        </dl>
      )}
      <SessionSum />
      {rows.length > 0 && (
        <Button
          icon="json"
          title={t('Open the exact requests of this answer')}
          onClick={() => void perform('showRequests', { turnId })}
        >
          {t('What the model saw')}
        </Button>
      )}
    </div>
  );
}
