/** An output that is a file rather than something to look at: what it is, and a button that saves it. */
import { type ComponentChildren, type JSX } from 'preact';
import { perform } from '../app.ts';
import { slug } from '../format.ts';
import { Button } from '../kit.ts';
import { Icon } from '../view/icon.tsx';
import { t } from '../../src/shared/l10n.ts';
import { type IconName } from '../icons.ts';

interface FileCardProps {
  icon: IconName;
  name: string;
  facts: ComponentChildren;
  /** Of the cell: the file's name is made of it. */
  title: string;
  ending: string;
  base64: string;
}

export function FileCard({ icon, name, facts, title, ending, base64 }: FileCardProps): JSX.Element {
  const save = (): void => void perform('saveImage', { suggestedName: `${slug(title)}.${ending}`, base64 });
  return (
    <div class="file-card" role="group" aria-label={name}>
      <Icon name={icon} />
      <span class="file-card-text">
        <strong>{name}</strong>
        <span class="muted">{facts}</span>
      </span>
      <Button icon="save" title={t`Save ${name}`} onClick={save}>
        {t('Save')}
      </Button>
    </div>
  );
}
