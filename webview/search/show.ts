/** Brings a hit into view and marks it: its message is drawn, what is folded or cut is opened. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { openAtLine } from '../reveal.ts';
import { type TextBuffer } from '../textBuffer.ts';
import { markedRange, scrollToRange } from './range.ts';
import { type Hit } from './search.ts';

/** A message that is to be drawn wherever it is: the transcript listens. */
export const wantedMessage = signal<{ key: number } | null>(null);
/** A long text of which all is to be shown, and which part of it is wanted. */
const wantedText = signal<{ buffer: TextBuffer; block: number } | null>(null);

/** For the view of a long text: called when a hit in it is shown. */
export function useWantedText(buffer: TextBuffer, open: (block: number) => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(
    () =>
      wantedText.subscribe((wanted) => {
        if (wanted?.buffer === buffer) latest.current(wanted.block);
      }),
    [buffer],
  );
}

const MARK = 'search-hit';
/** Until everything around the place has its height, and code or text has opened. */
const FRAMES = 30;
const STEADY_FRAMES = 6;
let showing = 0;

/** The focus stays where it is. */
export function showHit(hit: Hit): void {
  const mine = ++showing;
  wantedMessage.value = { key: hit.item.key };
  if (hit.where === 'code' && hit.cellId !== null) openAtLine(hit.cellId, hit.line);
  wantedText.value = hit.part;
  let steady = 0;
  let frames = 0;
  const step = (): void => {
    if (mine !== showing) return;
    const article = document.querySelector(`[data-key="${String(hit.item.key)}"]`);
    const range = article === null ? null : markedRange(article, hit);
    if (range !== null) {
      CSS.highlights.set(MARK, new Highlight(range));
      steady = scrollToRange(range) ? 0 : steady + 1;
    } else if (frames === 3) article?.scrollIntoView({ block: 'center' });
    if (++frames < FRAMES && steady < STEADY_FRAMES) requestAnimationFrame(step);
    else wantedText.value = null;
  };
  requestAnimationFrame(step);
}

export function clearMark(): void {
  showing += 1;
  CSS.highlights.delete(MARK);
}
