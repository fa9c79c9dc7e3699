/**
 * What the code of a cell that ran reads and sets, by static analysis in the sandbox: `cell_names` events. Looked up
 * between cells and never in the way of one, so it can come late; where it cannot be had, nothing is said.
 */
import type { Kernel } from '../kernel/kernel.ts';
import { askKernel, queries } from '../kernel/queries.ts';
import { cellsNow } from '../shared/cellOrder.ts';
import type { Language } from '../shared/outputs.ts';
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

/** One entry for each code, null where it cannot be analysed; `later`: ask again when the next cell has ended. */
export type LookUpNames = (cells: readonly CodeToName[]) => Promise<(NamesOfCode | null)[] | 'later'>;

/** As many as the sandbox takes at a time. */
const MAX_ASKED = 200;

/** Python is analysed by the live kernel's process, and nothing of the code runs. bash and JavaScript are not. */
export const namesFrom =
  (kernel: () => Kernel): LookUpNames =>
  async (cells) => {
    const python = cells.filter(({ language }) => language === 'python').slice(0, MAX_ASKED);
    if (python.length === 0) return cells.map(() => null);
    const asked = await askKernel(kernel(), queries.names, { cells: python.map(({ code }) => code) });
    if (!asked.ok) {
      // A cell came first, or was still there.
      return asked.reason === 'busy' || asked.reason === 'cancelled' ? 'later' : cells.map(() => null);
    }
    return cells.map((cell) => asked.answer.cells[python.indexOf(cell)] ?? null);
  };

export class CellNames {
  /** Cells that ended and are not looked up yet. */
  private readonly waiting = new Set<string>();
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly lookUp: LookUpNames,
  ) {}

  /** A cell has ended. Returns at once; never throws. */
  ended(cellId: string): void {
    this.waiting.add(cellId);
    this.work = this.work.then(async () => this.look()).catch(() => undefined);
  }

  /** Resolves when everything that ended is looked up, or cannot be now. */
  async settled(): Promise<void> {
    await this.work;
  }

  private async look(): Promise<void> {
    const cells = cellsNow(await this.log.upToNow());
    const ended = [...this.waiting].flatMap((cellId) => {
      const { language, ran, phase } = cells.get(cellId) ?? {};
      if (language === undefined || ran === undefined || ran === null || phase !== 'done') return [];
      return [{ cellId, language, code: ran.code, seq: ran.seq }];
    });
    if (ended.length === 0) return;
    const found = await this.lookUp(ended.map(({ language, code }) => ({ language, code })));
    if (found === 'later') return;
    const since = cellsNow(await this.log.upToNow());
    ended.forEach(({ cellId, seq }, index) => {
      // It runs again meanwhile: these are the names of other code.
      if (since.get(cellId)?.ran?.seq !== seq) return;
      this.waiting.delete(cellId);
      const names = found[index] ?? null;
      if (names !== null) this.log.push({ type: 'cell_names', cellId, ...names });
    });
  }
}
