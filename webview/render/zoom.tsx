/**
 * A chart or picture over the whole panel. Wheel, `+`, `-`, `0` and `1` change its size, arrows and dragging move it.
 * Escape closes it and gives the focus back.
 */
import { type JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { IconButton } from '../kit.ts';
import { useModal, ZoomBar } from './zoomBar.tsx';
import { useZoom } from './zoomBy.ts';
import { t } from '../../src/shared/l10n.ts';

interface ZoomDialogProps {
  title: string;
  /** Absent: the title says it. */
  alt?: string;
  url: string;
  /** Absent: there is nothing to copy or save. */
  onCopy?: () => void;
  onSave?: () => void;
  onClose: () => void;
}

export function ZoomDialog({ title, alt, url, onCopy, onSave, onClose }: ZoomDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [picture, setPicture] = useState<{ width: number; height: number } | null>(null);
  const zoom = useZoom(picture);
  const { place, size, realSize, onKeyDown, onDrag } = zoom;
  useModal(dialog, place);
  return (
    <dialog
      ref={dialog}
      class="zoom"
      aria-label={title}
      onClose={onClose}
      onKeyDown={(event) => {
        // Escape closes the picture; it must not also stop the run.
        event.stopPropagation();
        onKeyDown(event);
      }}
    >
      <ZoomBar title={title} zoom={zoom} onClose={() => dialog.current?.close()}>
        <IconButton icon="screen-normal" label={t('Real size')} hint={t('Key 1')} onClick={realSize} />
        {onCopy !== undefined && <IconButton icon="copy" label={t('Copy chart as image')} onClick={onCopy} />}
        {onSave !== undefined && <IconButton icon="save" label={t('Save chart as image')} onClick={onSave} />}
      </ZoomBar>
      <div
        class="zoom-body"
        ref={place}
        tabindex={0}
        role="region"
        aria-label={t('Picture')}
        onPointerDown={onDrag}
      >
        <img
          src={url}
          alt={alt ?? title}
          draggable={false}
          {...(size === null ? { class: 'zoom-hidden' } : size)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            // A picture of shapes may not say how large it is.
            setPicture({ width: naturalWidth || 640, height: naturalHeight || 400 })
          }
        />
      </div>
    </dialog>
  );
}
