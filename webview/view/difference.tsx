/** A unified diff that is opened by the reader. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

interface DifferenceProps {
  title: string;
  /** Its first two lines are names. */
  diff: string;
}

export function Difference({ title, diff }: DifferenceProps): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <div class="edit edit-small">
      <button type="button" class="edit-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        <span>{title}</span>
      </button>
      {open && <DiffLines diff={diff} />}
    </div>
  );
}

export const DiffLines = ({ diff }: { diff: string }): JSX.Element => (
  <pre class="diff" tabindex={0} role="region" aria-label={t('Changes')}>
    {diff
      .split('\n')
      .slice(2)
      .map((line, index) => (
        <span key={index} class={`diff-line diff-${kindOf(line)}`}>
          {`${line}\n`}
        </span>
      ))}
  </pre>
);

function kindOf(line: string): 'added' | 'removed' | 'place' | 'same' {
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('@@') ? 'place' : 'same';
}
