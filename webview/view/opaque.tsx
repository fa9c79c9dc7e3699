/** A part of a reply of a kind that this version does not know: its name, and on demand what it holds. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type TurnPart } from '../state.ts';
import { t } from '../../src/shared/l10n.ts';

export function OpaquePart({ part }: { part: Extract<TurnPart, { kind: 'opaque' }> }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details class="opaque" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t`The model sent a part this version does not know: ${part.name}`}</summary>
      {open && (
        <pre tabindex={0} role="region" aria-label={t`Contents of ${part.name}`}>
          {part.json ?? t('It did not arrive whole.')}
        </pre>
      )}
    </details>
  );
}
