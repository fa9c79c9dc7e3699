/** Goes on from an answer in a new session. Shown beside the answer that the pointer or the focus is at. */
import { type JSX } from 'preact';
import { perform } from '../app.ts';
import { IconButton } from '../kit.ts';
import { t } from '../../src/shared/l10n.ts';

export function ForkHere({ turnId }: { turnId: string }): JSX.Element {
  return (
    <div class="fork-here">
      <IconButton
        icon="repo-forked"
        label={t('Fork from here')}
        hint={t('A new session that goes on from this answer; this one stays as it is.')}
        onClick={() => void perform('forkSession', { turnId })}
      />
    </div>
  );
}
