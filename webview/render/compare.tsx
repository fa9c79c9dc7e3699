/**
 * A chart beside a picture that the user attached, over the whole panel: at one height, and moved and enlarged together,
 * so that the same place of both is seen. Where the panel is narrow one stands above the other.
 */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { view } from '../app.ts';
import { nearestPicture, picturesOf } from '../charts/attached.ts';
import { altOf, chartWithKey, type ChartEntry } from '../charts/chartList.ts';
import { snapshotUrl } from '../charts/draw.ts';
import { pictureOf } from '../charts/pictures.ts';
import style from '../styles/compare.pane.css';
import { usePicture } from '../view/attachPicture.tsx';
import { useBlobUrl } from './image.tsx';
import { useFound } from '../useFound.ts';
import { useModal, ZoomBar } from './zoomBar.tsx';
import { useZoom } from './zoomBy.ts';
import { t } from '../../src/shared/l10n.ts';

interface CompareProps {
  chart: ChartEntry;
  title: string;
  onClose: () => void;
}

interface Size {
  width: number;
  height: number;
}

/** Undefined: not yet; null: it cannot be drawn. */
type ChartUrl = string | null | undefined;

export function Compare({ chart, title, onClose }: CompareProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const pictures = picturesOf(view.value);
  const cellId = chartWithKey(view.value, chart.key)?.cellId ?? '';
  const [chosen, setChosen] = useState(() => nearestPicture(view.peek(), cellId)?.sha256 ?? '');
  const loaded = usePicture(chosen);
  const shown = typeof loaded === 'object' ? loaded : null;
  const originalUrl = useBlobUrl(shown?.bytes ?? null, shown?.mime ?? '');
  const chartUrl = useChartUrl(chart);
  const [sizes, setSizes] = useState<{ original: Size | null; chart: Size | null }>({
    original: null,
    chart: null,
  });
  const common = commonSize(sizes.original, sizes.chart);
  const zoom = useZoom(common);
  const { place, size, onKeyDown, onDrag } = zoom;
  const other = useRef<HTMLDivElement>(null);
  useModal(dialog, place);
  useWheelOf(other, place);
  const name = pictures.find(({ sha256 }) => sha256 === chosen)?.name ?? '';
  const heightPx = size?.height ?? null;
  return (
    <dialog
      ref={dialog}
      class="zoom compare"
      aria-label={t`Compare: ${title}`}
      onClose={onClose}
      onKeyDown={(event) => {
        // Escape closes this; it must not also stop the run. The list of pictures has its own keys.
        event.stopPropagation();
        if (!(event.target instanceof HTMLSelectElement)) onKeyDown(event);
      }}
    >
      <style>{style}</style>
      <ZoomBar
        title={title}
        zoom={zoom}
        before={
          pictures.length > 1 && (
            <select
              class="choice"
              aria-label={t('Picture to compare with')}
              value={chosen}
              onChange={({ currentTarget }) => {
                setSizes((before) => ({ ...before, original: null }));
                setChosen(currentTarget.value);
              }}
            >
              {pictures.map((picture, index) => (
                <option key={picture.sha256} value={picture.sha256}>
                  {`${String(index + 1)}. ${picture.name}`}
                </option>
              ))}
            </select>
          )
        }
        onClose={() => dialog.current?.close()}
      />
      <div class="compare-sides">
        <Side
          caption={t('Attached picture')}
          name={name}
          alt={t`Attached picture: ${name}`}
          url={originalUrl}
          problem={loaded === 'gone' ? t('This picture is not kept any more.') : null}
          heightPx={heightPx}
          place={place}
          onSize={(original) => setSizes((before) => ({ ...before, original }))}
          onDrag={onDrag}
          onScroll={() => follow(place.current, other.current)}
        />
        <Side
          caption={t('Chart')}
          name={title}
          alt={altOf(chart, title)}
          url={chartUrl ?? null}
          problem={chartUrl === null ? t('This chart could not be enlarged.') : null}
          heightPx={heightPx}
          place={other}
          onSize={(drawn) => setSizes((before) => ({ ...before, chart: drawn }))}
          onDrag={onDrag}
          onScroll={() => follow(other.current, place.current)}
        />
      </div>
    </dialog>
  );
}

interface SideProps {
  caption: string;
  name: string;
  alt: string;
  url: string | null;
  problem: string | null;
  /** Of both pictures; null while one is not there. */
  heightPx: number | null;
  place: { current: HTMLDivElement | null };
  onSize: (size: Size) => void;
  onDrag: (event: PointerEvent) => void;
  onScroll: () => void;
}

function Side(props: SideProps): JSX.Element {
  const { caption, name, alt, url, problem, heightPx, place, onSize, onDrag, onScroll } = props;
  return (
    <figure class="compare-side">
      <figcaption>
        <strong>{caption}</strong> <span>{name}</span>
      </figcaption>
      <div
        class="zoom-body"
        ref={place}
        tabindex={0}
        role="region"
        aria-label={`${caption}: ${name}`}
        onPointerDown={onDrag}
        onScroll={onScroll}
      >
        {problem !== null && <p class="file-note">{problem}</p>}
        {url !== null && (
          <img
            src={url}
            alt={alt}
            draggable={false}
            {...(heightPx === null ? { class: 'zoom-hidden' } : { height: heightPx })}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
              // A picture of shapes may not say how large it is.
              onSize({ width: naturalWidth || 640, height: naturalHeight || 400 })
            }
          />
        )}
      </div>
    </figure>
  );
}

/** Both at the height of the higher one: room is needed for the wider. One that is missing is not waited for. */
function commonSize(one: Size | null, other: Size | null): Size | null {
  const there = [one, other].filter((size) => size !== null);
  if (there.length === 0) return null;
  const height = Math.max(...there.map((size) => size.height));
  return { height, width: Math.max(...there.map((size) => (size.width * height) / size.height)) };
}

function useChartUrl(chart: ChartEntry): ChartUrl {
  const drawn = useFound(async () => snapshotUrl(await pictureOf(chart, 'own')), [chart]);
  return drawn.kind === 'found' ? drawn.value : drawn.kind === 'failed' ? null : undefined;
}

const range = (full: number, seen: number): number => Math.max(0, full - seen);

/** The same part of the other is seen. Less than a pixel is no reason to answer. */
function follow(from: HTMLElement | null, to: HTMLElement | null): void {
  if (from === null || to === null) return;
  const share = (at: number, whole: number): number => (whole === 0 ? 0 : at / whole);
  const left =
    share(from.scrollLeft, range(from.scrollWidth, from.clientWidth)) * range(to.scrollWidth, to.clientWidth);
  const top =
    share(from.scrollTop, range(from.scrollHeight, from.clientHeight)) *
    range(to.scrollHeight, to.clientHeight);
  if (Math.abs(to.scrollLeft - left) > 1 || Math.abs(to.scrollTop - top) > 1) to.scrollTo(left, top);
}

/** The wheel over one side is as if it were over the same place of the other, which knows what to do. */
function useWheelOf(side: { current: HTMLElement | null }, master: { current: HTMLElement | null }): void {
  useEffect(() => {
    const element = side.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      const to = master.current;
      if (to === null) return;
      event.preventDefault();
      const [here, there] = [element.getBoundingClientRect(), to.getBoundingClientRect()];
      to.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY: event.deltaY,
          deltaMode: event.deltaMode,
          clientX: event.clientX - here.left + there.left,
          clientY: event.clientY - here.top + there.top,
          cancelable: true,
        }),
      );
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);
}
