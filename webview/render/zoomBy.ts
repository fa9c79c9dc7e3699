/** How large a picture is shown, and what changes that. */
import { useEffect, useRef, useState } from 'preact/hooks';

interface Size {
  width: number;
  height: number;
}

/** `fit`: all of it is seen; otherwise CSS pixels for each of the picture's. */
type Scale = 'fit' | number;

const MOST = 16;
const LEAST = 0.05;
/** One notch of a wheel is about 100. */
const WHEEL_STEP = 1.0015;

const PADDING_PX = 16;

/** Pictures are drawn at double size; one that is smaller than the place grows to fill it, to twice its size. */
const fitting = (picture: Size, room: Size): number =>
  Math.min(room.width / picture.width, room.height / picture.height, 2);

export interface Zoom {
  place: { current: HTMLDivElement | null };
  /** Null while the picture is not there. */
  size: Size | null;
  /** Of its real size: one of its pixels on one of the screen's. */
  percent: number;
  fits: boolean;
  zoomBy: (factor: number) => void;
  fit: () => void;
  realSize: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onDrag: (event: PointerEvent) => void;
}

export function useZoom(picture: Size | null): Zoom {
  const place = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState<Scale>('fit');
  const [room, setRoom] = useState<Size>({ width: 1, height: 1 });
  const real = 1 / window.devicePixelRatio;
  const fitted = picture === null ? 1 : fitting(picture, room);
  const now = scale === 'fit' ? fitted : scale;
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setRoom({
        width: Math.max(1, element.clientWidth - PADDING_PX),
        height: Math.max(1, element.clientHeight - PADDING_PX),
      });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  /** What lies under that point of the place stays there. */
  const zoomAt = (factor: number, x: number, y: number): void => {
    const element = place.current;
    if (element === null) return;
    const next = Math.min(MOST, Math.max(LEAST, latest.current * factor));
    const ratio = next / latest.current;
    const left = (element.scrollLeft + x) * ratio - x;
    const top = (element.scrollTop + y) * ratio - y;
    latest.current = next;
    setScale(next);
    requestAnimationFrame(() => element.scrollTo(left, top));
  };
  const zoomBy = (factor: number): void => {
    const element = place.current;
    if (element !== null) zoomAt(factor, element.clientWidth / 2, element.clientHeight / 2);
  };
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const notches = event.deltaMode === 0 ? event.deltaY : event.deltaY * 30;
      zoomAt(WHEEL_STEP ** -notches, event.clientX - box.left, event.clientY - box.top);
    };
    // Not passive: the picture takes the wheel, not the page.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  return {
    place,
    size: picture === null ? null : { width: picture.width * now, height: picture.height * now },
    percent: Math.round((now / real) * 100),
    fits: scale === 'fit',
    zoomBy,
    fit: () => setScale('fit'),
    realSize: () => setScale(real),
    onKeyDown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const keys: Readonly<Record<string, () => void>> = {
        '+': () => zoomBy(1.5),
        '=': () => zoomBy(1.5),
        '-': () => zoomBy(1 / 1.5),
        '0': () => setScale('fit'),
        '1': () => setScale(real),
      };
      const run = keys[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    },
    onDrag: (start) => {
      const element = place.current;
      if (element === null || start.button !== 0) return;
      const { scrollLeft, scrollTop } = element;
      const move = (event: PointerEvent): void =>
        element.scrollTo(
          scrollLeft + start.clientX - event.clientX,
          scrollTop + start.clientY - event.clientY,
        );
      const end = (): void => {
        element.removeEventListener('pointermove', move);
        element.removeEventListener('pointerup', end);
        element.removeEventListener('pointercancel', end);
      };
      element.setPointerCapture(start.pointerId);
      element.addEventListener('pointermove', move);
      element.addEventListener('pointerup', end);
      element.addEventListener('pointercancel', end);
    },
  };
}
