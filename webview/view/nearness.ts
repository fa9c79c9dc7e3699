/** Which messages are near the window: they come when they are, and those that are far away for long leave. */

/** How far beyond the window a message is drawn, so that an ordinary turn of the wheel meets no empty box. */
const MARGIN_PX = 1500;
/** Messages that stay drawn though they are far away: going back a little costs nothing. */
const KEPT_FAR = 40;

export interface Watched {
  come: () => void;
  /** @param heightPx as it is now. False: it stays. */
  leave: (heightPx: number) => boolean;
}

interface Entry extends Watched {
  element: Element;
}

export class Nearness {
  /** Ids of what is drawn now. */
  readonly drawn = new Set<number>();
  private observer: IntersectionObserver | null = null;
  private readonly byElement = new Map<Element, Entry>();
  private readonly byId = new Map<number, Entry>();
  /** Drawn and far, the longest first, with their heights. */
  private readonly far = new Map<Entry, number>();

  /** @param root what scrolls */
  start(root: Element): void {
    this.observer = new IntersectionObserver((entries) => this.changed(entries), {
      root,
      rootMargin: `${String(MARGIN_PX)}px 0px`,
    });
    for (const element of this.byElement.keys()) this.observer.observe(element);
  }

  stop(): void {
    this.observer?.disconnect();
    this.observer = null;
  }

  /** Returns how to stop watching. */
  watch(id: number, element: Element, watched: Watched): () => void {
    const entry = { ...watched, element };
    this.byElement.set(element, entry);
    this.byId.set(id, entry);
    this.observer?.observe(element);
    return () => {
      this.observer?.unobserve(element);
      this.byElement.delete(element);
      this.byId.delete(id);
      this.far.delete(entry);
    };
  }

  /** Draws a message wherever it is, and gives its element; null: there is none of that name. */
  bring(id: number): Element | null {
    const entry = this.byId.get(id);
    if (entry === undefined) return null;
    this.far.delete(entry);
    entry.come();
    return entry.element;
  }

  private changed(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const entry = this.byElement.get(target);
      if (entry === undefined) continue;
      this.far.delete(entry);
      if (isIntersecting) entry.come();
      else this.far.set(entry, boundingClientRect.height);
    }
    for (const [entry, height] of this.far) {
      if (this.far.size <= KEPT_FAR) return;
      this.far.delete(entry);
      entry.leave(height);
    }
  }
}
