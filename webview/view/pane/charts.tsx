/** Every chart of the session, small: arrows go from one to the next, a click shows it in the conversation. */
import { type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { menuContext, openMenu } from '../../charts/actions.ts';
import { altOf, chartsOf, isDrawnHere, type PlacedChart } from '../../charts/chartList.ts';
import { snapshotUrl } from '../../charts/draw.ts';
import { thumbnailOf } from '../../charts/pictures.ts';
import { revealChart } from '../../charts/reveal.ts';
import { plural } from '../../format.ts';
import { themeVersion } from '../../render/chartTheme.ts';
import style from '../../styles/gallery.pane.css';
import { Icon } from '../icon.tsx';
import { memo } from '../memo.ts';
import { type PaneProps } from './bodies.ts';
import { t } from '../../../src/shared/l10n.ts';

export function ChartsPane({ state }: PaneProps): JSX.Element {
  const charts = useMemo(() => chartsOf(state), [state.cells]);
  const list = useRef<HTMLUListElement>(null);
  /** The key of the chart that Tab comes to; null: the newest. */
  const [current, setCurrent] = useState<number | null>(null);
  useEffect(() => {
    // The newest is at the end.
    list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, []);
  if (charts.length === 0) {
    return <p class="pane-empty">{t('No charts yet. Each chart of this session is listed here.')}</p>;
  }
  const known = charts.some(({ chart }) => chart.key === current);
  const stop = known ? current : (charts.at(-1)?.chart.key ?? null);
  return (
    <>
      <style>{style}</style>
      <p class="gallery-count">{plural(charts.length, t('1 chart'), (n) => t`${n} charts`)}</p>
      <ul class="gallery" aria-label={t('Charts')} ref={list} onKeyDown={goTo}>
        {charts.map((placed) => (
          <Thumbnail
            key={placed.chart.key}
            chart={placed.chart}
            cellId={placed.cellId}
            title={placed.title}
            cellTitle={placed.cellTitle}
            isStop={placed.chart.key === stop}
            onFocus={setCurrent}
          />
        ))}
      </ul>
    </>
  );
}

/** How many stand side by side now. */
function columnsOf(buttons: readonly HTMLElement[]): number {
  const top = (button: HTMLElement | undefined): number => button?.parentElement?.offsetTop ?? 0;
  const below = buttons.findIndex((button) => top(button) > top(buttons[0]));
  return below === -1 ? buttons.length : below;
}

/** Arrows, Home and End; up and down by rows, as they lie on the page. */
function goTo(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.gallery-open')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (at === -1) return;
  const steps: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    ArrowUp: () => at - columnsOf(buttons),
    ArrowDown: () => at + columnsOf(buttons),
    Home: () => 0,
    End: () => buttons.length - 1,
  };
  const target = steps[event.key]?.();
  if (target === undefined) return;
  event.preventDefault();
  buttons[target]?.focus();
}

interface ThumbnailProps extends PlacedChart {
  /** Tab comes to this one. */
  isStop: boolean;
  onFocus: (key: number) => void;
}

const Thumbnail = memo(
  ({ chart, cellId, title, cellTitle, isStop, onFocus }: ThumbnailProps): JSX.Element => {
    const item = useRef<HTMLLIElement>(null);
    const url = useThumbnail(item, chart);
    return (
      <li class="gallery-item" ref={item} data-chart={chart.key} data-vscode-context={menuContext(chart)}>
        <button
          type="button"
          class="gallery-open"
          tabIndex={isStop ? 0 : -1}
          {...(isStop ? { 'data-autofocus': true } : {})}
          title={t`${title}. Show it in the conversation`}
          onFocus={() => onFocus(chart.key)}
          onClick={() => revealChart(chart.key, cellId)}
        >
          <span class="gallery-picture">
            {typeof url === 'string' ? (
              <img
                src={url}
                class={isDrawnHere(chart) ? 'gallery-drawn' : ''}
                alt={altOf(chart, '')}
                decoding="async"
              />
            ) : (
              <Icon name={url === null ? 'warning' : 'graph'} />
            )}
          </span>
          <span class="gallery-title">{title}</span>
          {cellTitle !== title && <span class="gallery-cell">{cellTitle}</span>}
        </button>
        {isStop && (
          <button
            type="button"
            class="gallery-more"
            aria-label={t`More for ${title}`}
            title={t('More')}
            onClick={openMenu}
          >
            <Icon name="ellipsis" />
          </button>
        )}
      </li>
    );
  },
);

/** Undefined: not yet; null: it cannot be drawn. Made when it is about to be seen. */
function useThumbnail(
  item: { current: HTMLElement | null },
  chart: PlacedChart['chart'],
): string | null | undefined {
  const [near, setNear] = useState(false);
  const [url, setUrl] = useState<string | null | undefined>(undefined);
  const theme = themeVersion.value;
  useEffect(() => {
    if (item.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      { root: item.current.closest('.pane-body'), rootMargin: '300px' },
    );
    observer.observe(item.current);
    return () => observer.disconnect();
  }, [item]);
  useEffect(() => {
    if (!near) return undefined;
    let wanted = true;
    thumbnailOf(chart, theme).then(
      (picture) => {
        if (wanted) setUrl(snapshotUrl(picture));
      },
      () => {
        if (wanted) setUrl(null);
      },
    );
    return () => {
      wanted = false;
    };
  }, [near, chart, theme]);
  return url;
}
