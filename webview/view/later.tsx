/** Parts of the panel that are loaded when they are first drawn, so that the panel itself is there at once. */
import { type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n.ts';
import { Spinner } from './icon.tsx';

export const Opening = (): JSX.Element => (
  <p class="pane-empty" role="status">
    <Spinner /> {t('Opening…')}
  </p>
);

export const NotLoaded = (): JSX.Element => (
  <p class="pane-empty">{t('This part of the panel could not be loaded. Reload the window to try again.')}</p>
);

/** @param load called once it is wanted, and again when that failed */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => JSX.Element {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P): JSX.Element {
    const [failed, setFailed] = useState<boolean | null>(null);
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (part) => {
          loaded = part;
          setFailed(false);
        },
        () => setFailed(true),
      );
    }, []);
    const Part = loaded;
    if (Part !== null) return <Part {...props} />;
    return failed === true ? <NotLoaded /> : <Opening />;
  };
}
