/** Proposed changes in words. Pure. */
import { type Hunk, type ProposedChange } from '../../../src/shared/changes.ts';
import { t } from '../../../src/shared/l10n.ts';
import { openOf } from '../../changes.ts';
import { formatBytes, plural } from '../../format.ts';

const count = ({ hunks }: ProposedChange, decision: Hunk['decision']): number =>
  hunks.filter((hunk) => hunk.decision === decision).length;

/** `+3 −1`, or the sizes of what is no text. */
export function sizeWords(change: ProposedChange): string {
  const { kind, bytes, hunks } = change;
  if (kind === 'whole') return bytesWords(bytes);
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const starting = (sign: string): string =>
    String(lines.reduce((sum, line) => (line.startsWith(sign) ? sum + 1 : sum), 0));
  return `+${starting('+')} −${starting('-')}`;
}

export const bytesWords = ({ before, after }: ProposedChange['bytes']): string =>
  before === null ? formatBytes(after) : `${formatBytes(before)} → ${formatBytes(after)}`;

/** What has been decided of it. */
export function stateWords(change: ProposedChange): string {
  const { state, hunks } = change;
  switch (state.kind) {
    case 'open': {
      const accepted = count(change, 'accepted');
      const rejected = count(change, 'rejected');
      return [
        plural(openOf(change).length, t('1 open'), (n) => t`${n} open`),
        ...(accepted > 0 ? [plural(accepted, t('1 accepted'), (n) => t`${n} accepted`)] : []),
        ...(rejected > 0 ? [plural(rejected, t('1 rejected'), (n) => t`${n} rejected`)] : []),
      ].join(', ');
    }
    case 'decided': {
      const { accepted, rejected } = state;
      if (rejected === 0) return t('accepted');
      return accepted === 0 ? t('rejected') : t`${accepted} of ${accepted + rejected} accepted`;
    }
    case 'same':
      return t('in your file already');
    case 'refused':
      return hunks.length > 0 ? t('cannot be accepted') : t('cannot be shown');
    default:
      state satisfies never;
      return '';
  }
}

/** `lines 10–14`, of the file as it was. */
export function rangeWords({ kind, bytes }: ProposedChange, hunk: Hunk): string {
  if (kind === 'whole') return t`the whole file, ${bytesWords(bytes)}`;
  if (kind === 'new') return t('new file');
  const { oldStart, oldLines } = hunk;
  if (oldLines === 0) return t`after line ${oldStart}`;
  return oldLines === 1 ? t`line ${oldStart}` : t`lines ${oldStart}–${oldStart + oldLines - 1}`;
}

export function decisionWords(decision: Hunk['decision']): string {
  switch (decision) {
    case 'open':
      return t('open');
    case 'accepted':
      return t('accepted');
    case 'rejected':
      return t('rejected');
    default:
      decision satisfies never;
      return '';
  }
}

/** For screen readers, when it is done. @param number of the change in its file; null: of all that were open */
export function doneWords(accept: boolean, number: number | null, label: string, left: number): string {
  const done =
    number === null
      ? accept
        ? t`Accepted changes to ${label}`
        : t`Rejected changes to ${label}`
      : accept
        ? t`Accepted change ${number} to ${label}`
        : t`Rejected change ${number} to ${label}`;
  return `${done}. ${plural(left, t('1 change is open'), (n) => t`${n} changes are open`)}`;
}
