/** Open and Save, for what is kept of a file. */
import { type JSX } from 'preact';
import { perform } from '../app.ts';
import { IconButton } from '../kit.ts';
import { t } from '../../src/shared/l10n.ts';

interface Props {
  /** Of the kept bytes. */
  sha256: string;
  /** Suggested where it is saved. */
  name: string;
  /** Of the editor that opens; absent: the same. */
  openAs?: string;
  /** What the buttons call it; absent: by its name. */
  label?: string;
}

export function OpenAndSave({ sha256, name, openAs = name, label = name }: Props): JSX.Element {
  return (
    <>
      <IconButton
        icon="go-to-file"
        label={t`Open ${label}`}
        onClick={() => void perform('openArtifact', { sha256, name: openAs })}
      />
      <IconButton
        icon="save"
        label={t`Save ${label}`}
        onClick={() => void perform('saveArtifact', { sha256, name })}
      />
    </>
  );
}
