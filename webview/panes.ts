/** Which pane lies beside the conversation. */
import { signal } from '@preact/signals';
import { type Pane } from '../src/shared/protocol.ts';

export const openPane = signal<Pane | null>(null);
/** Counts what should bring the focus into the pane; nobody else moves it. */
export const paneFocusRequests = signal(0);

export function showPane(pane: Pane): void {
  openPane.value = pane;
  paneFocusRequests.value++;
}

export function closePane(): void {
  openPane.value = null;
}
