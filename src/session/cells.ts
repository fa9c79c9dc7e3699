/** What the user does to the notebook: each act is an event, on disk before it is shown. Nothing runs. */
import { MAX_CODE_CHARS } from '../agent/executeCell.ts';
import { wellFormed } from '../agent/text.ts';
import { cellBusy, cellTooLong, cellUnknown } from '../failures.ts';
import { cellsNow, NO_PLACES, placesAfter, type CellNow } from '../shared/cellOrder.ts';
import type { NewSessionEvent } from '../shared/events.ts';
import type { Language } from '../shared/outputs.ts';
import type { EventLog } from './eventLog.ts';

/** Each rejects with Failure `cell-unknown`, `cell-busy` (it runs or is being written) or `cell-too-long`. */
export class Cells {
  private inserted: number;

  constructor(private readonly log: EventLog) {
    this.inserted = log.events.filter(({ type }) => type === 'cell_inserted').length;
  }

  /** A draft: what ran, and its outputs, stay until the cell runs again. */
  async edit(cellId: string, code: string): Promise<void> {
    const cell = await this.quiet(cellId);
    const text = checked(code);
    if (text !== cell.code) await this.add({ type: 'cell_edited', cellId, code: text });
  }

  /** @param afterCellId null: where the session ends now. Resolves with the new cell's id. */
  async insert(afterCellId: string | null, language: Language, code: string): Promise<string> {
    const text = checked(code);
    if (afterCellId !== null) await this.there(afterCellId);
    this.inserted += 1;
    const cellId = `u${this.inserted}`;
    await this.add({ type: 'cell_inserted', cellId, afterCellId, language, code: text });
    return cellId;
  }

  /** @param afterCellId null: before the first. */
  async move(cellId: string, afterCellId: string | null): Promise<void> {
    await this.quiet(cellId);
    if (afterCellId !== null) await this.there(afterCellId);
    const { ids } = this.log.events.reduce(placesAfter, NO_PLACES);
    const at = ids.indexOf(cellId);
    if (afterCellId !== cellId && (ids[at - 1] ?? null) !== afterCellId) {
      await this.add({ type: 'cell_moved', cellId, afterCellId });
    }
  }

  async delete(cellId: string): Promise<void> {
    await this.quiet(cellId);
    await this.add({ type: 'cell_deleted', cellId });
  }

  async restore(cellId: string): Promise<void> {
    const cell = cellsNow(await this.log.upToNow()).get(cellId);
    if (cell === undefined) throw cellUnknown();
    if (cell.deleted) await this.add({ type: 'cell_restored', cellId });
  }

  private async there(cellId: string): Promise<CellNow> {
    const cell = cellsNow(await this.log.upToNow()).get(cellId);
    if (cell === undefined || cell.deleted) throw cellUnknown();
    return cell;
  }

  private async quiet(cellId: string): Promise<CellNow> {
    const cell = await this.there(cellId);
    if (cell.phase === 'writing' || cell.phase === 'waiting' || cell.phase === 'running') throw cellBusy();
    return cell;
  }

  private async add(event: NewSessionEvent): Promise<void> {
    this.log.push(event);
    await this.log.flush();
  }
}

function checked(code: string): string {
  if (code.length > MAX_CODE_CHARS) throw cellTooLong(code.length, MAX_CODE_CHARS);
  return wellFormed(code);
}
