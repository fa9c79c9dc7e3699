/**
 * A chart drawn by a library that is loaded when the first one comes near the window. When it cannot be drawn,
 * what else the bundle holds is shown, and why.
 */
import { type ComponentChildren, type JSX } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ChartContext } from '../charts/context.ts';
import { drawChart, type DrawnChart, type Interactive } from '../charts/draw.ts';
import { keepState, stateOf } from '../charts/keptState.ts';
import { setDrawn } from '../charts/pictures.ts';
import { NotLoaded } from '../notLoaded.ts';
import { Spinner } from '../view/icon.tsx';
import { Missing } from '../view/later.tsx';
import { CannotShow } from './cannotShow.tsx';
import { chartTheme, themeVersion } from './chartTheme.ts';
import { Figure } from './figure.tsx';
import { t } from '../../src/shared/l10n.ts';

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

/** Less is not worth a new drawing. */
const RESIZE_PX = 24;
const SETTLED_MS = 300;

/** Counts the times its place got another width: Plotly follows by itself, Vega is drawn anew. */
function useResized(place: { current: HTMLElement | null }, onWidth: () => void): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let width = element.clientWidth;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        onWidth();
        if (element.clientWidth === 0 || Math.abs(element.clientWidth - width) < RESIZE_PX) return;
        width = element.clientWidth;
        setCount((before) => before + 1);
      }, SETTLED_MS);
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [place]);
  return count;
}

interface ChartProps {
  title: string;
  drawing: Interactive;
  otherwise: ComponentChildren;
}

/** A new one for each attempt to load the library. */
export function Chart(props: ChartProps): JSX.Element {
  const [tries, setTries] = useState(0);
  return <Attempt key={tries} {...props} retry={() => setTries(tries + 1)} />;
}

function Attempt({ title, drawing, otherwise, retry }: ChartProps & { retry: () => void }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'drawn' | Error>('loading');
  /** It is wider than its place: the keyboard must reach it, too. */
  const [scrolls, setScrolls] = useState(false);
  const measure = (): void => {
    const element = place.current;
    if (element !== null) setScrolls(element.scrollWidth > (element.parentElement?.clientWidth ?? Infinity));
  };
  const near = useNear(place);
  const resized = useResized(place, measure);
  const theme = themeVersion.value;
  const key = useContext(ChartContext)?.key ?? null;
  useEffect(() => {
    const element = place.current;
    if (!near || element === null) return undefined;
    let gone = false;
    let drawn: DrawnChart | null = null;
    drawChart(drawing, element, chartTheme(), key === null ? null : stateOf(key))
      .then((chart) => {
        drawn = chart;
        if (gone) {
          chart.dispose();
          return;
        }
        if (key !== null) setDrawn(key, chart, theme);
        element.style.minHeight = '';
        measure();
        setState('drawn');
      })
      .catch((error: unknown) => {
        if (!gone) setState(error instanceof Error ? error : new Error(String(error)));
      });
    return () => {
      gone = true;
      // What is drawn anew leaves no gap in between: what is read below it stays where it is.
      element.style.minHeight = `${String(element.offsetHeight)}px`;
      if (key !== null && drawn !== null) {
        keepState(key, drawn.state());
        setDrawn(key, null);
      }
      drawn?.dispose();
    };
    // The same value is the same chart, in however new a wrapping.
  }, [near, drawing.value, theme, key, drawing.kind === 'vega' ? resized : 0]);

  if (state instanceof Error) {
    return (
      <>
        {state instanceof NotLoaded ? (
          <Missing retry={retry} />
        ) : (
          <CannotShow reason={t`This chart could not be drawn: ${state.message}`} />
        )}
        {otherwise}
      </>
    );
  }
  return (
    <Figure title={title} interactive>
      {(alt) => (
        <>
          {state === 'loading' && (
            <div class="chart-loading" role="status">
              <Spinner />
              <span>{t('Drawing chart')}</span>
            </div>
          )}
          {/* The libraries write roles of their own on the element they draw into: it is the inner one. */}
          <div class="chart-place" role="img" aria-label={alt} {...(scrolls ? { tabIndex: 0 } : {})}>
            <div ref={place} />
          </div>
        </>
      )}
    </Figure>
  );
}
