/** Finds the text of a hit in what is drawn, and scrolls to it. */
import { type Hit } from './search.ts';

interface Run {
  node: Text;
  start: number;
}

/** Null: it is not drawn (yet), or is drawn in other words. */
export function markedRange(root: Element, hit: Hit): Range | null {
  const { text, runs } = textIn(root, hit.where === 'output' ? '.outputs' : null);
  // With its surroundings first: a short word stands in many places.
  for (const [before, after] of contexts(hit)) {
    const found = text.indexOf(before + hit.match + after);
    if (found !== -1) return rangeOf(runs, found + before.length, found + before.length + hit.match.length);
  }
  return null;
}

const contexts = ({ before, after }: Hit): [string, string][] => [
  [before, after],
  [before.slice(-12), after.slice(0, 12)],
  [before.slice(-12), ''],
  ['', after.slice(0, 12)],
  ['', ''],
];

/** @param within only inside of these; null: everywhere */
function textIn(root: Element, within: string | null): { text: string; runs: Run[] } {
  const runs: Run[] = [];
  let text = '';
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    if (within !== null && node.parentElement?.closest(within) == null) continue;
    if (node.parentElement?.closest('.sr-only') != null) continue;
    runs.push({ node, start: text.length });
    text += node.data;
  }
  return { text, runs };
}

function rangeOf(runs: readonly Run[], start: number, end: number): Range | null {
  const first = runs.findLast((run) => run.start <= start);
  const last = runs.findLast((run) => run.start < end);
  if (first === undefined || last === undefined) return null;
  const range = document.createRange();
  range.setStart(first.node, start - first.start);
  range.setEnd(last.node, end - last.start);
  return range;
}

const MARGIN_PX = 24;

/** Of a box that scrolls: in a narrow panel the pane lies over its upper part. */
function visiblePart(box: Element): DOMRect {
  const frame = box.getBoundingClientRect();
  const pane = document.querySelector('.pane')?.getBoundingClientRect();
  if (pane === undefined || pane.left > frame.left || pane.right < frame.right || pane.bottom <= frame.top) {
    return frame;
  }
  return new DOMRect(frame.left, pane.bottom, frame.width, frame.bottom - pane.bottom);
}

/** Moves each scrolling box around it as far as needed. False: it could be seen already. */
export function scrollToRange(range: Range): boolean {
  let moved = false;
  const { startContainer } = range;
  let box = startContainer instanceof Element ? startContainer : startContainer.parentElement;
  for (; box !== null; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth) continue;
    if (!/auto|scroll/.test(getComputedStyle(box).overflow)) continue;
    const [hit, frame] = [range.getBoundingClientRect(), visiblePart(box)];
    const [top, left] = [box.scrollTop, box.scrollLeft];
    if (hit.top < frame.top + MARGIN_PX || hit.bottom > frame.bottom - MARGIN_PX) {
      box.scrollTop += hit.top - frame.top - frame.height / 2;
    }
    if (hit.left < frame.left || hit.right > frame.right)
      box.scrollLeft += hit.left - frame.left - frame.width / 3;
    moved ||= Math.abs(box.scrollTop - top) > 1 || Math.abs(box.scrollLeft - left) > 1;
  }
  return moved;
}
