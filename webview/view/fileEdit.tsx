/** What the model's editor did to a file, with the difference; and that it read more of an earlier output. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type FileEdit as Edit } from '../state.ts';
import { Artifacts } from './artifact.tsx';
import { linesOf } from './difference.tsx';
import { DiffLines } from './diffLines.tsx';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';
import { type IconName } from '../icons.ts';

const ICONS = { view: 'eye', create: 'new-file', str_replace: 'edit', insert: 'edit' } as const;
/** A longer difference is opened by the reader. */
const OPEN_LINES = 14;

export function FileEdit({ edit }: { edit: Edit }): JSX.Element {
  const lines = linesOf(edit.diff);
  const [open, setOpen] = useState(lines.length <= OPEN_LINES);
  const icon = edit.ok ? ICONS[edit.command] : 'error';
  if (lines.length === 0) return <Line icon={icon} ok={edit.ok} sentence={edit.sentence} />;
  return (
    <section class="edit" aria-label={t`File: ${edit.sentence}`}>
      <button type="button" class="edit-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        <Icon name={icon} />
        <h3 class="edit-title">{edit.sentence}</h3>
      </button>
      {open && <DiffLines lines={lines} label={t('Changes')} />}
      <Artifacts artifacts={edit.artifact === null ? [] : [edit.artifact]} />
    </section>
  );
}

export const OutputShown = ({ ok, sentence }: { ok: boolean; sentence: string }): JSX.Element => (
  <Line icon={ok ? 'output' : 'error'} ok={ok} sentence={sentence} />
);

const Line = ({ icon, ok, sentence }: { icon: IconName; ok: boolean; sentence: string }): JSX.Element => (
  <p class={ok ? 'edit-line' : 'edit-line edit-line-failed'}>
    <Icon name={icon} />
    <span>{sentence}</span>
  </p>
);
