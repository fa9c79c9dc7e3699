/** The pictures that the user's messages brought: what a chart can be held against. */
import { computed } from '@preact/signals';
import { type AttachedImage } from '../../src/shared/events.ts';
import { view } from '../app.ts';
import { type Item, type ViewState } from '../state.ts';

const items = computed(() => view.value.items);
const imagesIn = (item: Item): readonly AttachedImage[] => (item.kind === 'user' ? item.images : []);

export const hasPictures = computed(() => items.value.some((item) => imagesIn(item).length > 0));

/** Each once, in the order of the messages. */
export function picturesOf({ items }: Pick<ViewState, 'items'>): AttachedImage[] {
  const pictures = new Map<string, AttachedImage>();
  for (const image of items.flatMap(imagesIn))
    if (!pictures.has(image.sha256)) pictures.set(image.sha256, image);
  return [...pictures.values()];
}

/** The last that came before the answer this cell stands in; otherwise the last of all. */
export function nearestPicture(
  { items, turns }: Pick<ViewState, 'items' | 'turns'>,
  cellId: string,
): AttachedImage | null {
  let nearest: AttachedImage | null = null;
  for (const item of items) {
    nearest = imagesIn(item).at(-1) ?? nearest;
    const parts = item.kind === 'turn' ? (turns.get(item.turnId)?.parts ?? []) : [];
    const isHere = parts.some((part) => part.kind === 'cell' && part.cellId === cellId);
    if (nearest !== null && isHere) return nearest;
  }
  return nearest;
}
