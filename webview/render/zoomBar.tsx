/** What stands above pictures that are shown over the whole panel, and how such a dialog takes and gives back the focus. */
import { type ComponentChildren, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { IconButton } from '../kit.ts';
import { type Zoom } from './zoomBy.ts';
import { t } from '../../src/shared/l10n.ts';

/** Opened when it is drawn, with the focus on `place`; what had it gets it back at the end. */
export function useModal(
  dialog: { current: HTMLDialogElement | null },
  place: { current: HTMLElement | null },
): void {
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    place.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
}

interface ZoomBarProps {
  title: string;
  zoom: Pick<Zoom, 'percent' | 'fits' | 'zoomBy' | 'fit'>;
  /** Between the title and the size. */
  before?: ComponentChildren;
  /** Between the buttons of the size and Close. */
  children?: ComponentChildren;
  onClose: () => void;
}

export function ZoomBar({ title, zoom, before, children, onClose }: ZoomBarProps): JSX.Element {
  const { percent, fits, zoomBy, fit } = zoom;
  return (
    <div class="zoom-bar">
      <span class="zoom-title">{title}</span>
      {before}
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
      {children}
      <IconButton icon="close" label={t('Close')} hint="Escape" onClick={onClose} />
    </div>
  );
}
