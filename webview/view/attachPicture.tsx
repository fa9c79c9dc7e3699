/** A picture that goes, or went, with a message: small, and large when clicked. */
import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { pictureBytes } from '../attach.ts';
import { useBlobUrl } from '../render/image.tsx';
import { imageProblem, readHeader } from '../render/imageHeader.ts';
import { ZoomDialog } from '../render/zoom.tsx';
import { FileChip } from './fileChip.tsx';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

interface AttachedPictureProps {
  sha256: string;
  name: string;
  onRemove?: () => void;
}

type Loaded = { bytes: Uint8Array<ArrayBuffer>; mime: string } | 'loading' | 'gone';

export function AttachedPicture({ sha256, name, onRemove }: AttachedPictureProps): JSX.Element {
  const loaded = usePicture(sha256);
  const shown = typeof loaded === 'object' ? loaded : null;
  const url = useBlobUrl(shown?.bytes ?? null, shown?.mime ?? '');
  const [zoomed, setZoomed] = useState(false);
  if (loaded === 'gone') {
    return <FileChip label={name} {...(onRemove === undefined ? {} : { onRemove })} />;
  }
  return (
    <span class="picture">
      <button type="button" class="picture-open" title={name} onClick={() => setZoomed(true)}>
        {url === null ? (
          <span class="sr-only">{name}</span>
        ) : (
          <img src={url} alt={t`Attached picture: ${name}`} />
        )}
      </button>
      {onRemove !== undefined && (
        <button
          type="button"
          class="picture-remove"
          aria-label={t`Remove ${name}`}
          title={t('Remove')}
          onClick={onRemove}
        >
          <Icon name="close" />
        </button>
      )}
      {zoomed && url !== null && <ZoomDialog title={name} url={url} onClose={() => setZoomed(false)} />}
    </span>
  );
}

export function usePicture(sha256: string): Loaded {
  const [loaded, setLoaded] = useState<Loaded>('loading');
  useEffect(() => {
    let wanted = true;
    void pictureBytes(sha256).then((bytes) => {
      if (!wanted) return;
      const mime = bytes === null ? undefined : readHeader(bytes)?.mime;
      const fit = bytes !== null && mime !== undefined && imageProblem(bytes, mime) === null;
      setLoaded(fit ? { bytes, mime } : 'gone');
    });
    return () => {
      wanted = false;
    };
  }, [sha256]);
  return loaded;
}
