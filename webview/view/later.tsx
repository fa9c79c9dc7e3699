/** Parts of the panel that are loaded when they are first drawn, so that the panel itself is there at once. */
import { type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n.ts';
import { Button } from '../kit.ts';
import { NotLoaded } from '../notLoaded.ts';
import { Spinner } from './icon.tsx';

export interface Part<P> {
  /** Called once it is wanted, and again when that failed. */
  load: () => Promise<ComponentType<P>>;
  loaded: ComponentType<P> | null;
}

export const part = <P,>(load: () => Promise<ComponentType<P>>): Part<P> => ({ load, loaded: null });

interface UsedPart<P> {
  /** Null until it is there, or when there is no part; one that has been loaded is there at once. */
  Body: ComponentType<P> | null;
  /** Null unless it could not be loaded: tries again. */
  retry: (() => void) | null;
}

export function usePart<P>(wanted: Part<P> | null): UsedPart<P> {
  /** What the loading of a part came to. */
  const [came, setCame] = useState<{ of: Part<P>; failed: boolean } | null>(null);
  const [tries, setTries] = useState(0);
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
  }, [wanted, tries]);
  const failed = came?.of === wanted && came.failed;
  return { Body: wanted?.loaded ?? null, retry: failed ? () => setTries(tries + 1) : null };
}

/** In the place of a part that is not there. @param retry null while it is being loaded */
export function Missing({ retry }: { retry: (() => void) | null }): JSX.Element {
  if (retry !== null) {
    return (
      <div class="missing" role="alert">
        <p>{new NotLoaded(null).message}</p>
        <Button icon="refresh" onClick={retry}>
          {t('Try again')}
        </Button>
      </div>
    );
  }
  return (
    <div class="missing" role="status">
      <p>
        <Spinner /> {t('Opening…')}
      </p>
    </div>
  );
}

/** A part that stands for itself until it is there. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => JSX.Element {
  const wanted = part(load);
  return function Later(props: P): JSX.Element {
    const { Body, retry } = usePart(wanted);
    return Body === null ? <Missing retry={retry} /> : <Body {...props} />;
  };
}
