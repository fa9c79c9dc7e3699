/**
 * A chart or picture over the whole panel. Wheel, `+`, `-`, `0` and `1` change its size, arrows and dragging move it.
 * Escape closes it and gives the focus back.
 */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../kit.ts';
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
  const { place, size, percent, fits, zoomBy, fit, realSize, onKeyDown, onDrag } = useZoom(picture);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    place.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
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
      <div class="zoom-bar">
        <span class="zoom-title">{title}</span>
        <span class="zoom-percent" role="status">
          {percent} %
        </span>
        <IconButton icon="zoom-out" label={t('Smaller')} hint={t('Key -')} onClick={() => zoomBy(1 / 1.5)} />
        <IconButton icon="zoom-in" label={t('Larger')} hint={t('Key +')} onClick={() => zoomBy(1.5)} />
        <IconButton
          icon="screen-full"
          label={t('Fit to panel')}
          hint={t('Key 0')}
          disabled={fits}
          onClick={fit}
        />
        <IconButton icon="screen-normal" label={t('Real size')} hint={t('Key 1')} onClick={realSize} />
        {onCopy !== undefined && <IconButton icon="copy" label={t('Copy chart as image')} onClick={onCopy} />}
        {onSave !== undefined && <IconButton icon="save" label={t('Save chart as image')} onClick={onSave} />}
        <IconButton icon="close" label={t('Close')} hint="Escape" onClick={() => dialog.current?.close()} />
      </div>
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
