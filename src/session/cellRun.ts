/** Cells that the user runs by hand, outside of a turn: one after the other, until one does not end well. */
import { executeCell } from '../agent/executeCell.ts';
import { cellUnknown, nothingToRun, unexpected, viewOf } from '../failures.ts';
import { cellsNow, notebookCells, type CellNow } from '../shared/cellOrder.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { RequestParams } from '../shared/protocol.ts';
import { staleCells } from '../shared/stale.ts';
import type { CellNames } from './cellNames.ts';
import type { Stop } from './stop.ts';
import { cellOptions, closeCells, type SessionParts } from './turn.ts';
import { notice } from './notices.ts';
import { words } from '../shared/l10n.ts';

export type WhichCells = RequestParams<'runCells'>['cells'];
export type RunEnd = Extract<SessionEvent, { type: 'run_ended' }>['end'];

export interface RunRequest {
  cellIds: readonly string[];
  /** With new kernels: variables are gone first. */
  restart: boolean;
}

const restarted = () =>
  words('The kernels were restarted before cells ran again: all variables from before are gone.');

/** @throws Failure `cell-unknown`, or `nothing-to-run` when no cell of these has code that could run */
export function chosenCells(events: readonly SessionEvent[], which: WhichCells): string[] {
  const cells = notebookCells(events);
  const chosen = cellsOf(cells, events, which).filter(({ code }) => code.trim() !== '');
  if (chosen.length === 0) throw nothingToRun(which.kind);
  return chosen.map(({ cellId }) => cellId);
}

function cellsOf(cells: CellNow[], events: readonly SessionEvent[], which: WhichCells): CellNow[] {
  // What the model wrote and nobody ran or edited is no part of the notebook yet, unless it is asked for.
  const usual = cells.filter(({ phase }) => phase !== 'dropped');
  switch (which.kind) {
    case 'one': {
      const cell = cells.find(({ cellId }) => cellId === which.cellId);
      if (cell === undefined) throw cellUnknown();
      return [cell];
    }
    case 'from': {
      const at = cells.findIndex(({ cellId }) => cellId === which.cellId);
      if (at === -1) throw cellUnknown();
      return cells.slice(at).filter((cell) => usual.includes(cell));
    }
    case 'all':
      return usual;
    case 'stale': {
      const stale = staleCells(events);
      return usual.filter(({ cellId }) => stale.has(cellId));
    }
  }
}

export class CellRunner {
  constructor(
    private readonly parts: SessionParts,
    private readonly names: CellNames,
  ) {}

  /** Resolves when it has ended and that is in the log, also when the sandbox was lost. */
  async run(runId: string, { cellIds, restart }: RunRequest, stop: Stop): Promise<RunEnd> {
    const { options, log, network } = this.parts;
    network.turnStarts();
    log.push({ type: 'run_started', runId, cellIds: [...cellIds], restarted: restart });
    await log.flush();
    // Events of a run that was left behind are not recorded.
    const live = { is: true };
    const lost = (error: unknown): RunEnd =>
      stop.signal.aborted ? { kind: 'stopped' } : { kind: 'lost', failure: viewOf(unexpected(error)) };
    const running = this.runEach({ cellIds, restart }, stop.signal, live).catch(lost);
    const leftBehind = stop.patienceOver().then((): RunEnd => ({ kind: 'stopped' }));
    const end = await Promise.race([running, leftBehind]);
    live.is = false;
    await log.flush();
    closeCells(this.parts);
    network.turnEnded();
    if (end.kind === 'lost') options.log(`${runId}: ${end.failure.code}: ${end.failure.sentence}`);
    log.push({ type: 'run_ended', runId, end });
    await log.flush();
    return end;
  }

  private async runEach(
    { cellIds, restart }: RunRequest,
    signal: AbortSignal,
    live: { is: boolean },
  ): Promise<RunEnd> {
    const { options, log, sandbox } = this.parts;
    await sandbox.start(signal);
    signal.throwIfAborted();
    if (restart) {
      await options.sandbox.kernel.restart();
      log.push(notice('warning', restarted()));
    }
    for (const cellId of cellIds) {
      if (signal.aborted) return { kind: 'stopped' };
      // As the user has left it by now.
      const cell = cellsNow(await log.upToNow()).get(cellId);
      if (cell === undefined || cell.deleted || cell.code.trim() === '') continue;
      const status = await this.runCell(cell, signal, live);
      if (signal.aborted) return { kind: 'stopped' };
      if (status !== 'ok') return { kind: 'failed', cellId };
    }
    await this.names.settled();
    return { kind: 'finished' };
  }

  private async runCell(cell: CellNow, signal: AbortSignal, live: { is: boolean }): Promise<string> {
    const { options, emit } = this.parts;
    const { cellId, language, purpose, code, turnId, ran } = cell;
    const edited = turnId !== null && ran !== null && (ran.edited || ran.code !== code);
    const { result } = await executeCell(
      cellOptions(this.parts),
      { cellId, language, purpose, code, edited },
      {
        emit: (event) => {
          if (live.is) emit(event);
        },
        signal,
        withheld: () => options.privacy?.() === 'schema',
      },
    );
    return result.status;
  }
}
