/**
 * A chart drawn by a library that is loaded when the first one comes near the window. When it cannot be drawn,
 * what else the bundle holds is shown, and why.
 */
import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Spinner } from '../view/icon.tsx';
import { CannotShow } from './cannotShow.tsx';
import { chartTheme, themeVersion, type ChartTheme } from './chartTheme.ts';
import { Figure, type Snapshot } from './figure.tsx';

export interface DrawnChart {
  snapshot: () => Promise<Snapshot>;
  dispose: () => void;
}
export type Draw = (place: HTMLElement, theme: ChartTheme) => Promise<DrawnChart>;

/** True once the element has been within a screen of the window. */
function useNear(place: { current: HTMLElement | null }): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: '800px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return near;
}

interface ChartProps {
  title: string;
  draw: Draw;
  /** What is drawn: a new value draws anew. */
  of: unknown;
  otherwise: ComponentChildren;
}

export function Chart({ title, draw, of, otherwise }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<DrawnChart | 'loading' | Error>('loading');
  const near = useNear(place);
  const theme = themeVersion.value;
  useEffect(() => {
    const element = place.current;
    if (!near || element === null) return undefined;
    let gone = false;
    let drawn: DrawnChart | null = null;
    draw(element, chartTheme())
      .then((chart) => {
        drawn = chart;
        if (gone) chart.dispose();
        else setState(chart);
      })
      .catch((error: unknown) => {
        if (!gone) setState(error instanceof Error ? error : new Error(String(error)));
      });
    return () => {
      gone = true;
      drawn?.dispose();
    };
    // `draw` is a new function each time; what it draws is `of`.
  }, [near, of, theme]);

  if (state instanceof Error) {
    return (
      <>
        <CannotShow reason={`This chart could not be drawn: ${state.message}`} />
        {otherwise}
      </>
    );
  }
  const loading = state === 'loading';
  return (
    <Figure title={title} snapshot={loading ? null : state.snapshot} interactive>
      {loading && (
        <div class="chart-loading">
          <Spinner />
          <span>Drawing chart</span>
        </div>
      )}
      {/* The libraries write roles of their own on the element they draw into: it is the inner one. */}
      <div class="chart-place" role="img" aria-label={title}>
        <div ref={place} />
      </div>
    </Figure>
  );
}
