/** Parts of the panel that are loaded when they are first drawn, so that the panel itself is there at once. */
import { type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n.ts';
import { Spinner } from './icon.tsx';

export interface Part<P> {
  /** Called once it is wanted, and again when that failed. */
  load: () => Promise<ComponentType<P>>;
  loaded: ComponentType<P> | null;
}

export const part = <P,>(load: () => Promise<ComponentType<P>>): Part<P> => ({ load, loaded: null });

/** Null until it is there, or when there is no part; one that has been loaded is there at once. */
export function usePart<P>(wanted: Part<P> | null): { Body: ComponentType<P> | null; failed: boolean } {
  /** What the loading of a part came to. */
  const [came, setCame] = useState<{ of: Part<P>; failed: boolean } | null>(null);
  useEffect(() => {
    if (wanted === null || wanted.loaded !== null) return;
    setCame(null);
    wanted.load().then(
      (body) => {
        wanted.loaded = body;
        setCame({ of: wanted, failed: false });
      },
      () => setCame({ of: wanted, failed: true }),
    );
  }, [wanted]);
  return { Body: wanted?.loaded ?? null, failed: came?.of === wanted && came.failed };
}

/** In the place of a part that is not there. */
export function Missing({ failed }: { failed: boolean }): JSX.Element {
  if (failed) {
    return (
      <p class="pane-empty">
        {t('This part of the panel could not be loaded. Reload the window to try again.')}
      </p>
    );
  }
  return (
    <p class="pane-empty" role="status">
      <Spinner /> {t('Opening…')}
    </p>
  );
}

/** A part that stands for itself until it is there. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => JSX.Element {
  const wanted = part(load);
  return function Later(props: P): JSX.Element {
    const { Body, failed } = usePart(wanted);
    return Body === null ? <Missing failed={failed} /> : <Body {...props} />;
  };
}
