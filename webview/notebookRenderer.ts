/**
 * Draws Plotly, Vega and Vega-Lite in VS Code's own notebooks, by the panel's own code: hostile specifications are
 * cleaned, nothing is loaded from outside. The libraries are the panel's chunks, and come with the first chart.
 */
import { chartWords } from '../src/shared/chartWords.ts';
import { drawChart, type DrawnChart, type Interactive, type Snapshot } from './charts/draw.ts';
import { BUTTONS_STYLE, chartButtons } from './notebookButtons.ts';
import { renderings } from './render/mime.ts';
import { chartTheme, onTheme } from './render/themeColours.ts';

/** Of VS Code's notebook renderer interface what is used here. */
interface OutputItem {
  readonly id: string;
  readonly mime: string;
  json(): unknown;
}
interface Renderer {
  renderOutputItem(item: OutputItem, element: HTMLElement): void;
  /** Without an id: all of them. */
  disposeOutputItem(id?: string): void;
}

/** Less is not worth a new drawing. */
const RESIZE_PX = 24;
const SETTLED_MS = 300;

const STYLE = `
.code-interpreter-chart { max-width: 100%; overflow-x: auto; color: var(--vscode-foreground); }
.chart-tooltip { position: fixed; z-index: 10; max-width: 320px; padding: 4px 8px;
  border: 1px solid var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder, transparent));
  background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
  color: var(--vscode-editorHoverWidget-foreground, inherit);
  font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere; pointer-events: none; }
`;

export function activate(): Renderer {
  const style = document.createElement('style');
  style.textContent = STYLE + BUTTONS_STYLE;
  document.head.append(style);
  const charts = new Map<string, LiveChart>();
  const disposeOutputItem = (id?: string): void => {
    for (const [key, chart] of charts) {
      if (id !== undefined && key !== id) continue;
      chart.dispose();
      charts.delete(key);
    }
  };
  return {
    renderOutputItem(item, element) {
      disposeOutputItem(item.id);
      const drawing = drawingOf(item);
      if (drawing instanceof Error) sayProblem(element, drawing);
      else charts.set(item.id, new LiveChart(element, drawing, wordsOf(item.mime, drawing.value)));
    },
    disposeOutputItem,
  };
}

function drawingOf(item: OutputItem): Interactive | Error {
  try {
    const [drawing] = renderings({ [item.mime]: item.json() });
    if (drawing?.kind === 'plotly' || drawing?.kind === 'vega') return drawing;
    return new Error('its specification is not an object');
  } catch (error) {
    return asError(error);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function wordsOf(mime: string, value: unknown): { title: string; alt: string } {
  const { title: own, shows } = chartWords({ [mime]: value });
  const title = own || 'Chart';
  return { title, alt: [title, shows].filter((part) => part !== '').join('. ') };
}

function sayProblem(element: HTMLElement, error: Error): void {
  const line = document.createElement('p');
  line.textContent = `This chart could not be drawn: ${error.message}`;
  line.style.color = 'var(--vscode-errorForeground)';
  element.replaceChildren(line);
}

/** One chart, drawn anew when the theme changes, and Vega also for another width: Plotly follows that by itself. */
class LiveChart {
  private drawn: DrawnChart | null = null;
  private work: Promise<void> = Promise.resolve();
  private gone = false;
  private readonly place = document.createElement('div');
  private readonly ends: (() => void)[];
  private width = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly drawing: Interactive,
    { title, alt }: { title: string; alt: string },
  ) {
    // The libraries write roles of their own on the element they draw into: it is the inner one.
    this.place.className = 'code-interpreter-chart';
    this.place.setAttribute('role', 'img');
    this.place.setAttribute('aria-label', alt);
    element.replaceChildren(
      this.place,
      chartButtons(title, async (format) => this.snapshot(format)),
    );
    const resizes = new ResizeObserver(() => this.resized());
    resizes.observe(this.place);
    this.ends = [onTheme(() => this.redraw()), () => resizes.disconnect()];
    this.redraw();
  }

  /** When what is under way is drawn. */
  private async snapshot(format: 'png' | 'svg'): Promise<Snapshot> {
    await this.work;
    if (this.drawn === null) throw new Error('it is not drawn');
    return this.drawn.snapshot(format);
  }

  private resized(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { clientWidth } = this.place;
      if (this.drawing.kind === 'plotly' || clientWidth === 0) return;
      if (Math.abs(clientWidth - this.width) >= RESIZE_PX) this.redraw();
    }, SETTLED_MS);
  }

  private redraw(): void {
    this.work = this.work.then(async () => this.draw());
  }

  private async draw(): Promise<void> {
    if (this.gone) return;
    const kept = this.drawn?.state() ?? null;
    // What is drawn anew leaves no gap in between.
    this.place.style.minHeight = `${String(this.place.offsetHeight)}px`;
    this.width = this.place.clientWidth;
    this.drawn?.dispose();
    this.drawn = null;
    const inner = document.createElement('div');
    this.place.replaceChildren(inner);
    try {
      const drawn = await drawChart(this.drawing, inner, chartTheme(), kept);
      if (this.gone) drawn.dispose();
      else this.drawn = drawn;
      this.place.style.minHeight = '';
      this.place.tabIndex = this.place.scrollWidth > this.place.clientWidth ? 0 : -1;
    } catch (error) {
      if (!this.gone) sayProblem(this.element, asError(error));
    }
  }

  dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
    for (const end of this.ends) end();
    this.drawn?.dispose();
    this.drawn = null;
  }
}
