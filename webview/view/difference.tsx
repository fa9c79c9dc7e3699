/** A unified diff that is opened by the reader. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { DiffLines } from './diffLines.tsx';
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
      {open && <DiffLines lines={linesOf(diff)} label={t('Changes')} />}
    </div>
  );
}

/** Without the names at its head. */
export const linesOf = (diff: string): string[] => (diff === '' ? [] : diff.split('\n').slice(2));
