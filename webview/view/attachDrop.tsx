/** The whole panel takes what is dropped onto it, and shows that it does. */
import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { attachDropped, isAttachable } from '../attach.ts';
import { Icon } from './icon.tsx';

export function DropZone(): JSX.Element | null {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const take = (event: DragEvent): DataTransfer | null => {
      const data = event.dataTransfer;
      // Text dragged within the panel goes where it is dropped, as usual.
      if (data === null || !isAttachable(data)) return null;
      event.preventDefault();
      return data;
    };
    const onOver = (event: DragEvent): void => {
      const data = take(event);
      if (data === null) return;
      data.dropEffect = 'copy';
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      const data = take(event);
      if (data !== null) void attachDropped(data);
    };
    document.addEventListener('dragenter', onOver);
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragenter', onOver);
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div class="drop-zone" data-testid="drop-zone">
      <span>
        <Icon name="attach" /> Drop to attach
      </span>
    </div>
  );
}
