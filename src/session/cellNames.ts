/**
 * What the code of a cell that ran reads and sets, by static analysis in the sandbox: `cell_names` events. Looked up
 * between cells and never in the way of one, so it can come late; where it cannot be had, it is said that it was not read.
 */
import type { Kernel } from '../kernel/kernel.ts';
import { askKernel, queries } from '../kernel/queries.ts';
import { cellsNow } from '../shared/cellOrder.ts';
import { languageSchema, type Language } from '../shared/outputs.ts';
import type { EventLog } from './eventLog.ts';

export interface CodeToName {
  language: Language;
  code: string;
}

export interface NamesOfCode {
  uses: string[];
  sets: string[];
  /** Those of `sets` that are imports: they are the same when the same code runs again. */
  imports: string[];
}

/** `unread`: the analysis does not know this code. Null: there is none for its language. */
type Found = NamesOfCode | 'unread' | null;

/** One entry for each code; `later`: ask again when the next cell has ended. */
export type LookUpNames = (cells: readonly CodeToName[]) => Promise<Found[] | 'later'>;

/** As many as the sandbox takes at a time. */
const MAX_ASKED = 200;
/** A cell that comes ends the look, and a machine can be busy; code that takes too long each time is left. */
const MAX_TRIES = 50;
const LATER: ReadonlySet<string> = new Set(['busy', 'cancelled', 'timeout']);

/**
 * Python is analysed by the live kernel's process, bash and JavaScript by one of their own, and nothing of the code runs.
 * Each language has names of its own; what one of them is too busy for is asked again with all the rest.
 */
export const namesFrom =
  (kernel: () => Kernel): LookUpNames =>
  async (cells) => {
    const found = new Map<CodeToName, Found>();
    for (const language of languageSchema.options) {
      const codes = cells.filter((cell) => cell.language === language).slice(0, MAX_ASKED);
      if (codes.length === 0) continue;
      const params = { cells: codes.map(({ code }) => code) };
      const asked = await askKernel(kernel(), queries.names, params, undefined, language);
      if (asked.ok) {
        codes.forEach((cell, index) => {
          const names = asked.answer.cells[index] ?? null;
          found.set(cell, names ?? (index < asked.answer.cells.length ? 'unread' : null));
        });
      } else if (LATER.has(asked.reason)) return 'later';
    }
    return cells.map((cell) => found.get(cell) ?? null);
  };

export class CellNames {
  /** Cells that ended and are not looked up yet, and how often that was tried. */
  private readonly waiting = new Map<string, number>();
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly lookUp: LookUpNames,
  ) {}

  /** A cell has ended. Returns at once; never throws. */
  ended(cellId: string): void {
    this.waiting.set(cellId, 0);
    this.work = this.work.then(async () => this.look()).catch(() => undefined);
  }

  /** Resolves when everything that ended is looked up, or cannot be now. */
  async settled(): Promise<void> {
    await this.work;
  }

  private putOff(cellId: string): void {
    const tries = (this.waiting.get(cellId) ?? 0) + 1;
    if (tries < MAX_TRIES) this.waiting.set(cellId, tries);
    else {
      this.waiting.delete(cellId);
      this.tell(cellId, 'unread');
    }
  }

  private async look(): Promise<void> {
    const cells = cellsNow(await this.log.upToNow());
    const ended = [...this.waiting.keys()].flatMap((cellId) => {
      const { language, ran, phase } = cells.get(cellId) ?? {};
      if (language === undefined || ran === undefined || ran === null || phase !== 'done') return [];
      return [{ cellId, language, code: ran.code, seq: ran.seq }];
    });
    if (ended.length === 0) return;
    const found = await this.lookUp(ended.map(({ language, code }) => ({ language, code })));
    if (found === 'later') {
      for (const { cellId } of ended) this.putOff(cellId);
      return;
    }
    const since = cellsNow(await this.log.upToNow());
    ended.forEach(({ cellId, seq }, index) => {
      // It runs again meanwhile: these are the names of other code.
      if (since.get(cellId)?.ran?.seq !== seq) return;
      this.waiting.delete(cellId);
      this.tell(cellId, found[index] ?? null);
    });
  }

  private tell(cellId: string, found: Found): void {
    if (found === null) return;
    if (found === 'unread') this.log.push({ type: 'cell_names', cellId, uses: [], sets: [], unread: true });
    else this.log.push({ type: 'cell_names', cellId, ...found });
  }
}
