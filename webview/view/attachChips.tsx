/** What goes with the message being written: files, selections, pictures, each with a way to take it back. */
import { type JSX } from 'preact';
import { draft, setDraft } from '../app.ts';
import { preparing } from '../attach.ts';
import { AttachedPicture } from './attachPicture.tsx';
import { FileChip } from './fileChip.tsx';
import { Spinner } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

export function AttachChips(): JSX.Element | null {
  const { files, images } = draft.value;
  const waiting = preparing.value > 0;
  if (files.length === 0 && images.length === 0 && !waiting) return null;
  const without = <T extends { id: string }>(list: readonly T[], id: string): T[] =>
    list.filter((other) => other.id !== id);
  return (
    <ul class="chips" aria-label={t('Attached files')}>
      {files.map(({ id, label }) => (
        <li key={id}>
          <FileChip label={label} onRemove={() => setDraft({ files: without(draft.value.files, id) })} />
        </li>
      ))}
      {images.map(({ id, name }) => (
        <li key={id}>
          <AttachedPicture
            sha256={id}
            name={name}
            onRemove={() => setDraft({ images: without(draft.value.images, id) })}
          />
        </li>
      ))}
      {waiting && (
        <li>
          <span class="chip">
            <Spinner />
            {t('Preparing picture')}
          </span>
        </li>
      )}
    </ul>
  );
}
