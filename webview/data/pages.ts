/** The pages of one table in one view, asked for as they come into sight; of far ones few are kept. */
import {
  type Column,
  type DataRefusal,
  type TablePage,
  type TableRef,
  type TableView,
} from '../../src/shared/data.ts';
import { caller } from '../rpcClient.ts';

export const PAGE_ROWS = 200;
export const PAGE_COLUMNS = 40;
const MAX_PAGES = 60;
/** More is not for the clipboard. */
export const MAX_COPIED_CELLS = 200_000;

/** The table's shape as the newest page has it. */
export type Shape = Pick<
  TablePage,
  'names' | 'type' | 'rowCount' | 'matched' | 'columnCount' | 'hiddenColumns'
>;

const refused = (error: unknown): DataRefusal => ({
  ok: false,
  reason: 'failed',
  problem: error instanceof Error ? error.message : String(error),
});

export class Pages {
  shape: Shape | null = null;
  problem: DataRefusal | null = null;
  /** Since when (`performance.now()`) something is asked for; null: nothing is. */
  waitingSince: number | null = null;
  readonly columns = new Map<number, Column>();
  private readonly pages = new Map<string, TablePage>();
  private wanted: { row: number; column: number } | null = null;
  private asking = false;

  constructor(
    private readonly ref: TableRef,
    private readonly view: TableView,
    private readonly onChange: () => void,
  ) {}

  cell(row: number, column: number): { text: string | null } | null {
    const page = this.pageAt(row, column);
    const text = page?.cells[row - page.row]?.[column - page.column];
    return text === undefined ? null : { text };
  }

  label(row: number): string | null {
    for (const page of this.pages.values()) {
      if (row >= page.row && row < page.row + page.labels.length) return page.labels[row - page.row] ?? null;
    }
    return null;
  }

  /** Makes the rectangle come. Only the newest wish counts while one is under way. */
  want(top: number, bottom: number, left: number, right: number): void {
    const missing = this.firstMissing(top, bottom, left, right);
    if (missing === null || this.problem !== null) return;
    this.wanted = missing;
    if (!this.asking) void this.ask();
  }

  private firstMissing(
    top: number,
    bottom: number,
    left: number,
    right: number,
  ): { row: number; column: number } | null {
    for (let row = top - (top % PAGE_ROWS); row <= bottom; row += PAGE_ROWS) {
      for (let column = left - (left % PAGE_COLUMNS); column <= right; column += PAGE_COLUMNS) {
        if (!this.pages.has(keyOf(row, column))) return { row, column };
      }
    }
    return null;
  }

  private async ask(): Promise<void> {
    this.asking = true;
    this.waitingSince = performance.now();
    this.onChange();
    try {
      for (let next = this.wanted; next !== null && this.problem === null; next = this.wanted) {
        this.wanted = null;
        const answer = await this.page(next.row, PAGE_ROWS, next.column, PAGE_COLUMNS);
        if (answer.ok) this.keep(next, answer.answer);
        else this.problem = answer;
        this.onChange();
      }
    } finally {
      this.asking = false;
      this.waitingSince = null;
      this.onChange();
    }
  }

  private async page(
    row: number,
    rows: number,
    column: number,
    columns: number,
  ): Promise<{ ok: true; answer: TablePage } | DataRefusal> {
    const { ref, view } = this;
    return caller.call('tablePage', { ref, view, row, rows, column, columns }).catch(refused);
  }

  private keep(at: { row: number; column: number }, page: TablePage): void {
    const { names, type, rowCount, matched, columnCount, hiddenColumns } = page;
    this.shape = { names, type, rowCount, matched, columnCount, hiddenColumns };
    page.columns.forEach((column, offset) => this.columns.set(page.column + offset, column));
    this.pages.set(keyOf(at.row, at.column), page);
    for (const key of this.pages.keys()) {
      if (this.pages.size <= MAX_PAGES) break;
      this.pages.delete(key);
    }
  }

  private pageAt(row: number, column: number): TablePage | undefined {
    return this.pages.get(keyOf(row - (row % PAGE_ROWS), column - (column % PAGE_COLUMNS)));
  }

  /** The rectangle with its headers; at most `MAX_COPIED_CELLS` of it. */
  async rectangle(
    top: number,
    bottom: number,
    left: number,
    right: number,
  ): Promise<{ rows: (string | null)[][]; left: number } | DataRefusal> {
    const width = right - left + 1;
    const last = Math.min(bottom, top + Math.max(1, Math.floor(MAX_COPIED_CELLS / width)) - 1);
    const header: (string | null)[] = [];
    const rows: (string | null)[][] = [];
    for (let row = top; row <= last; row += PAGE_ROWS) {
      const count = Math.min(PAGE_ROWS, last - row + 1);
      const block: (string | null)[][] = Array.from({ length: count }, () => []);
      for (let column = left; column <= right; column += PAGE_COLUMNS) {
        const answer = await this.page(row, count, column, Math.min(PAGE_COLUMNS, right - column + 1));
        if (!answer.ok) return answer;
        if (row === top) header.push(...answer.answer.columns.map(({ name }) => name));
        answer.answer.cells.forEach((cells, offset) => block[offset]?.push(...cells));
      }
      rows.push(...block);
    }
    return { rows: [header, ...rows], left: bottom - last };
  }
}

const keyOf = (row: number, column: number): string => `${String(row)}:${String(column)}`;
