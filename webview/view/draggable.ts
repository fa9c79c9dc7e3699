/** What stands for a kept file can be dragged out of the panel. */
export interface KeptFile {
  /** Of the kept bytes. */
  sha256: string;
  name: string;
}

/** For an element whose text nobody selects: there dragging would be in the way. */
export const draggable = (file: KeptFile) => ({
  onPointerEnter: ({ currentTarget }: { currentTarget: HTMLElement }): void =>
    void import('./pane/dragOut.ts').then(({ makeDraggable }) => makeDraggable(currentTarget, file)),
});
