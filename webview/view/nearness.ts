/**
 * Which messages are near the window: they come when they are, and those that are far away for long leave. What stands
 * in a box with others is looked at only while that box is near: the browser looks at all that is watched in every frame.
 */

/** How far beyond the window a message is drawn, so that an ordinary turn of the wheel meets no empty box. */
const MARGIN_PX = 1500;
/** Messages that stay drawn though they are far away: going back a little costs nothing. */
const KEPT_FAR = 40;
/** Messages that begin to be drawn in one frame: who turns the wheel fast passes many, and must not wait for each. */
const COME_A_FRAME = 2;

export interface Watched {
  come: () => void;
  /** @param heightPx as it is now. False: it stays. */
  leave: (heightPx: number) => boolean;
}

interface Entry extends Watched {
  element: Element;
  near: boolean;
  /** It was told to come, and has not left. */
  shown: boolean;
}

interface Box {
  near: boolean;
  readonly inside: Set<Entry>;
}

export class Nearness {
  /** Ids of what is drawn now. */
  readonly drawn = new Set<number>();
  private observer: IntersectionObserver | null = null;
  private readonly byElement = new Map<Element, Entry>();
  private readonly byId = new Map<number, Entry>();
  private readonly boxes = new Map<Element, Box>();
  /** Drawn and far, the longest first, with their heights. */
  private readonly far = new Map<Entry, number>();
  /** Near, and not drawn yet. */
  private readonly coming = new Set<Entry>();
  private root: Element | null = null;
  private frame: number | null = null;

  /** @param root what scrolls */
  start(root: Element): void {
    this.root = root;
    this.observer = new IntersectionObserver((entries) => this.changed(entries), {
      root,
      rootMargin: `${String(MARGIN_PX)}px 0px`,
    });
    const boxed = new Set([...this.boxes.values()].flatMap(({ inside }) => [...inside]));
    for (const [element, entry] of this.byElement) if (!boxed.has(entry)) this.observer.observe(element);
    for (const element of this.boxes.keys()) this.observer.observe(element);
  }

  stop(): void {
    this.observer?.disconnect();
    this.observer = null;
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  /** Returns how to stop watching. @param box the element it stands in with others */
  watch(id: number, element: Element, watched: Watched, box?: Element): () => void {
    const entry: Entry = { ...watched, element, near: false, shown: this.drawn.has(id) };
    this.byElement.set(element, entry);
    this.byId.set(id, entry);
    if (box === undefined) this.observer?.observe(element);
    else this.putInto(box, entry);
    return () => {
      this.observer?.unobserve(element);
      this.byElement.delete(element);
      if (this.byId.get(id) === entry) this.byId.delete(id);
      this.far.delete(entry);
      this.coming.delete(entry);
      if (box !== undefined) this.takeOut(box, entry);
    };
  }

  /** Draws a message wherever it is, and gives its element; null: there is none of that name. */
  bring(id: number): Element | null {
    const entry = this.byId.get(id);
    if (entry === undefined) return null;
    this.far.delete(entry);
    this.drawNow(entry);
    return entry.element;
  }

  private putInto(element: Element, entry: Entry): void {
    let box = this.boxes.get(element);
    if (box === undefined) {
      box = { near: false, inside: new Set() };
      this.boxes.set(element, box);
      this.observer?.observe(element);
    }
    box.inside.add(entry);
    if (box.near) this.observer?.observe(entry.element);
  }

  private takeOut(element: Element, entry: Entry): void {
    const box = this.boxes.get(element);
    box?.inside.delete(entry);
    if (box?.inside.size !== 0) return;
    this.boxes.delete(element);
    this.observer?.unobserve(element);
  }

  private changed(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const entry = this.byElement.get(target);
      if (entry === undefined) continue;
      if (isIntersecting) this.isNear(entry);
      else this.isFar(entry, boundingClientRect.height);
    }
    for (const { target, isIntersecting } of entries) {
      const box = this.boxes.get(target);
      if (box !== undefined && box.near !== isIntersecting) this.turn(box, isIntersecting);
    }
    if (this.frame === null) this.draw();
    for (const [entry, height] of this.far) {
      if (this.far.size <= KEPT_FAR) return;
      this.far.delete(entry);
      entry.shown = !entry.leave(height);
    }
  }

  private turn(box: Box, near: boolean): void {
    box.near = near;
    for (const entry of box.inside) {
      if (near) this.observer?.observe(entry.element);
      else {
        this.observer?.unobserve(entry.element);
        // The browser may leave out what is in a box before it tells that it is far.
        if (entry.near) this.isFar(entry, entry.element.getBoundingClientRect().height);
      }
    }
  }

  private isNear(entry: Entry): void {
    entry.near = true;
    this.far.delete(entry);
    if (!entry.shown) this.coming.add(entry);
  }

  /** Those nearest to the window first, the others in the frames that follow. */
  private draw(): void {
    this.frame = null;
    if (this.coming.size > COME_A_FRAME) {
      const window = this.root?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
      const away = (entry: Entry): number => {
        const { top, bottom } = entry.element.getBoundingClientRect();
        return Math.max(0, top - window.bottom, window.top - bottom);
      };
      const sorted = [...this.coming].map((entry) => ({ entry, px: away(entry) }));
      sorted.sort((a, b) => a.px - b.px);
      for (const { entry } of sorted.slice(0, COME_A_FRAME)) this.drawNow(entry);
      this.frame = requestAnimationFrame(() => this.draw());
      return;
    }
    for (const entry of [...this.coming]) this.drawNow(entry);
  }

  private drawNow(entry: Entry): void {
    this.coming.delete(entry);
    entry.shown = true;
    entry.come();
  }

  private isFar(entry: Entry, heightPx: number): void {
    entry.near = false;
    this.coming.delete(entry);
    this.far.delete(entry);
    if (!entry.shown) return;
    // Inside of a box that is left out everything has the height 0.
    this.far.set(entry, heightPx > 0 ? heightPx : entry.element.getBoundingClientRect().height);
  }
}
