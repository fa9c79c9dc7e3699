/** A chart or picture over the whole panel; a click doubles its size. Escape closes it and gives the focus back. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../kit.ts';

interface ZoomDialogProps {
  title: string;
  url: string;
  /** Absent: there is nothing to save. */
  onSave?: () => void;
  onClose: () => void;
}

export function ZoomDialog({ title, url, onSave, onClose }: ZoomDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [doubled, setDoubled] = useState(false);
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
        <IconButton
          icon={doubled ? 'zoom-out' : 'zoom-in'}
          label={doubled ? 'Fit to panel' : 'Double the size'}
          onClick={() => setDoubled(!doubled)}
        />
        {onSave !== undefined && <IconButton icon="save" label="Save chart as image" onClick={onSave} />}
        <IconButton icon="close" label="Close" onClick={close} />
      </div>
      <div
        class={doubled ? 'zoom-body zoom-doubled' : 'zoom-body'}
        tabindex={0}
        role="region"
        aria-label="Picture"
      >
        <img src={url} alt={title} onClick={() => setDoubled(!doubled)} />
      </div>
    </dialog>
  );
}
