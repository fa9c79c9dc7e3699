/** What can be done with a cell: a row that shows itself when the cell is pointed at or has the focus. */
import { type JSX } from 'preact';
import { type Language } from '../../src/shared/outputs.ts';
import {
  askAbout,
  canRun,
  copyCode,
  deleteCell,
  insertAbove,
  insertBelow,
  isTrusted,
  moveDown,
  moveUp,
  runCell,
  runFrom,
} from '../cellActions.ts';
import { closeEditor, isBusy, openEditor } from '../editing.ts';
import { IconButton } from '../kit.ts';
import { type CellView } from '../state.ts';
import { Menu, type MenuItem } from './menu.tsx';
import { Row } from './row.tsx';
import { t } from '../../src/shared/l10n.ts';

export const LANGUAGES: Readonly<Record<Language, string>> = {
  python: 'Python',
  bash: 'Bash',
  javascript: 'JavaScript',
};
export const LANGUAGE_NAMES = ['python', 'bash', 'javascript'] as const satisfies readonly Language[];

interface CellToolbarProps {
  cell: CellView;
  title: string;
  editing: boolean;
}

export function CellToolbar({ cell, title, editing }: CellToolbarProps): JSX.Element {
  const { cellId } = cell;
  const blocked = !canRun.value;
  return (
    <Row class="cell-tools" label={t`Actions of ${title}`}>
      <IconButton
        icon="play"
        label={t('Run cell')}
        hint="Shift+Enter"
        disabled={blocked}
        onClick={() => void runCell(cellId)}
      />
      <IconButton
        icon={editing ? 'check' : 'edit'}
        label={editing ? t('Done editing') : t('Edit code')}
        hint={editing ? 'Escape' : 'Enter'}
        disabled={!isTrusted.value}
        onClick={() => (editing ? closeEditor(cellId) : openEditor(cellId))}
      />
      <IconButton
        icon="run-below"
        label={t('Run from here')}
        disabled={blocked}
        onClick={() => void runFrom(cellId)}
      />
      <Menu label={t('More actions')} icon="ellipsis" items={() => menuOf(cell, title)} />
    </Row>
  );
}

function menuOf(cell: CellView, title: string): MenuItem[][] {
  const { cellId } = cell;
  const fixed = !isTrusted.value;
  const busy = fixed || isBusy(cell);
  const insertions = (where: 'above' | 'below', insert: (language: Language) => Promise<void>): MenuItem[] =>
    LANGUAGE_NAMES.map((language) => ({
      label:
        where === 'above' ? t`Insert ${LANGUAGES[language]} above` : t`Insert ${LANGUAGES[language]} below`,
      icon: 'add',
      disabled: fixed,
      ...(language === cell.language ? { keys: where === 'above' ? 'A' : 'B' } : {}),
      onChoose: () => void insert(language),
    }));
  return [
    insertions('above', async (language) => insertAbove(cellId, language)),
    insertions('below', async (language) => insertBelow(cellId, language)),
    [
      {
        label: t('Move up'),
        icon: 'arrow-up',
        keys: 'Alt+Up',
        disabled: busy,
        onChoose: () => void moveUp(cellId),
      },
      {
        ...{ label: t('Move down'), icon: 'arrow-down', keys: 'Alt+Down', disabled: busy },
        onChoose: () => void moveDown(cellId),
      },
    ],
    [
      { label: t('Copy code'), icon: 'copy', onChoose: () => void copyCode(cell) },
      { label: t('Ask about this cell'), icon: 'comment', onChoose: () => askAbout(cell, title) },
    ],
    [
      {
        ...{ label: t('Delete cell'), icon: 'trash', keys: 'Delete', disabled: busy },
        onChoose: () => void deleteCell(cellId),
      },
    ],
  ];
}
