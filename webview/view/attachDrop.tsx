/** The whole panel takes what is dropped onto it, and shows that it does. */
import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { attachDropped, isAttachable } from '../attach.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

/** While something hovers, `dragover` comes many times a second. */
const GONE_MS = 700;

export function DropZone(): JSX.Element | null {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Without Shift VS Code takes the drag over, and then this page hears neither a leave nor a drop.
    let gone: ReturnType<typeof setTimeout> | undefined;
    const hovers = (is: boolean): void => {
      clearTimeout(gone);
      setOver(is);
      if (is) gone = setTimeout(() => setOver(false), GONE_MS);
    };
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
      hovers(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) hovers(false);
    };
    const onDrop = (event: DragEvent): void => {
      hovers(false);
      const data = take(event);
      if (data !== null) void attachDropped(data);
    };
    document.addEventListener('dragenter', onOver);
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      clearTimeout(gone);
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
        <Icon name="attach" /> {t('Drop to attach')}
      </span>
    </div>
  );
}
