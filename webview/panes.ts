/** Which pane lies beside the conversation. */
import { signal } from '@preact/signals';
import { type Pane } from '../src/shared/protocol.ts';

export const openPane = signal<Pane | null>(null);
/** Counts what should bring the focus into the pane; nobody else moves it. */
export const paneFocusRequests = signal(0);

/** The file whose versions are asked for; the pane opens it. */
export const wantedFile = signal<string | null>(null);

export function showFile(name: string): void {
  wantedFile.value = name;
  showPane('files');
}

/** The file whose proposed change is asked for, by its container path; the pane goes to it. */
export const wantedChange = signal<string | null>(null);

export function showChange(containerPath: string): void {
  wantedChange.value = containerPath;
  showPane('changes');
}

export function showPane(pane: Pane): void {
  openPane.value = pane;
  paneFocusRequests.value++;
}

export function closePane(): void {
  openPane.value = null;
}
