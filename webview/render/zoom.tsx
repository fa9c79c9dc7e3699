/** A chart at full size, over the panel. Escape or a click closes it; focus goes back to where it was. */
import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../kit.ts';

interface ZoomDialogProps {
  title: string;
  url: string;
  onSave: () => void;
  onClose: () => void;
}

export function ZoomDialog({ title, url, onSave, onClose }: ZoomDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const close = (): void => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="zoom"
      aria-label={title}
      onClose={onClose}
      // Escape closes the picture; it must not also stop the run.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="zoom-bar">
        <span class="zoom-title">{title}</span>
        <IconButton icon="save" label="Save chart as image" onClick={onSave} />
        <IconButton icon="close" label="Close" onClick={close} />
      </div>
      <div class="zoom-body" onClick={close}>
        <img src={url} alt={title} />
      </div>
    </dialog>
  );
}
