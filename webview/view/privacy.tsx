/** What the model gets to see: the setting in the status line, and the button that lets it see one output. */
import { type JSX } from 'preact';
import { type PanelState, type Privacy } from '../../src/shared/protocol.ts';
import { perform, view } from '../app.ts';
import { type CellView } from '../state.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';
import { type IconName } from '../icons.ts';

const settings = (): Readonly<
  Record<Privacy, { icon: IconName; words: string; title: string; other: Privacy }>
> => ({
  full: {
    icon: 'eye',
    words: t('Model sees: everything'),
    title: t(
      'The model gets the outputs of its code (text, tables, charts; long ones cut) and what you attach. Click to let it see names and types only.',
    ),
    other: 'schema',
  },
  schema: {
    icon: 'eye-closed',
    words: t('Model sees: names and types only'),
    title: t(
      'The model gets your words, its own code, names and types of columns, counts, sizes and how each cell ended. Rows, printed text, error messages, charts and attachments stay here, also those of earlier answers. You can release single outputs. Click to let it see everything from now on.',
    ),
    other: 'full',
  },
});

/** Nothing leaves the machine with a program that runs on it: then there is nothing to set. */
export function PrivacyBadge({ panel }: { panel: PanelState }): JSX.Element {
  if (panel.model.provider === null) return <></>;
  const { icon, words, title, other } = settings()[panel.privacy];
  return (
    <span class={`status-item status-privacy-${panel.privacy}`}>
      <Icon name={icon} />
      <button
        type="button"
        class="link"
        title={title}
        aria-pressed={panel.privacy === 'schema'}
        aria-label={`${words}. ${title}`}
        onClick={() => void perform('setPrivacy', { privacy: other })}
      >
        {words}
      </button>
    </span>
  );
}

/** Under the outputs of a cell that the model has not seen, or will not see again. */
export function ReleaseOutput({ cell }: { cell: CellView }): JSX.Element {
  const panel = view.value.panel;
  if (panel === null || panel.model.provider === null || cell.result === null) return <></>;
  if (cell.released === true) {
    return (
      <p class="cell-note">
        <Icon name="eye" /> {t('The model may see this output.')}
      </p>
    );
  }
  const hidden = cell.withheld === true || panel.privacy === 'schema';
  if (!hidden || cell.outputs.length === 0) return <></>;
  return (
    <p class="cell-note">
      <Icon name="eye-closed" /> {t('The model sees names and types only.')}{' '}
      <button
        type="button"
        class="link"
        title={t('Sends this output with the next request')}
        onClick={() => void perform('releaseOutput', { cellId: cell.cellId })}
      >
        {t('Let the model see this output')}
      </button>
    </p>
  );
}
