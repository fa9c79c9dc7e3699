/**
 * Which cells no longer show what the notebook would give: names they use were set anew, or their own code, or that
 * of a cell they depend on, was changed since they ran. A pure fold over the session's events; the names come from
 * static analysis (`cell_names`), so it is a hint for the user and no proof.
 */
import { NO_PLACES, placesAfter, type CellPlaces } from './cellOrder.ts';
import type { SessionEvent } from './events.ts';
import type { Language } from './outputs.ts';

interface Run {
  /** Of its `cell_running`. */
  seq: number;
  code: string;
  uses: readonly string[];
  sets: readonly string[];
  /** Modules among them: the same code gives the same ones again. */
  imports: readonly string[];
}

interface CellFacts {
  language: Language;
  /** All runs, oldest first. */
  runs: readonly Run[];
  /** Code that the user left and that has not run; null: what ran last stands. */
  draft: string | null;
  /** When it was deleted; null: it is there. */
  deletedSeq: number | null;
}

export interface StaleFacts {
  readonly places: CellPlaces;
  readonly cells: ReadonlyMap<string, CellFacts>;
}

export const NO_FACTS: StaleFacts = { places: NO_PLACES, cells: new Map() };

export type StaleWhy =
  /** Its code is not what ran. */
  | { kind: 'edited' }
  /** Names that it uses have changed since, or will when the cells that set them run. */
  | { kind: 'names'; names: string[] }
  /** A cell before it has set these names anew, and a later cell needs them as this one sets them. */
  | { kind: 'overwritten'; names: string[] };

/** The same object when the events change nothing here. A long session is one batch, copied once. */
export function factsAfter(facts: StaleFacts, events: readonly SessionEvent[]): StaleFacts {
  const places = events.reduce(placesAfter, facts.places);
  const cells = cellsAfter(facts.cells, events);
  return places === facts.places && cells === facts.cells ? facts : { places, cells };
}

function cellsAfter(cells: StaleFacts['cells'], events: readonly SessionEvent[]): StaleFacts['cells'] {
  let copy: Map<string, CellFacts> | null = null;
  for (const event of events) {
    if (!('cellId' in event) || event.cellId === null) continue;
    const changed = cellAfter((copy ?? cells).get(event.cellId), event);
    if (changed === null) continue;
    copy ??= new Map(cells);
    copy.set(event.cellId, changed);
  }
  return copy ?? cells;
}

/** Null: nothing changes. */
function cellAfter(cell: CellFacts | undefined, event: SessionEvent): CellFacts | null {
  if (cell === undefined) {
    const begins = event.type === 'cell_started' || event.type === 'cell_inserted';
    return begins ? { language: event.language, runs: [], draft: null, deletedSeq: null } : null;
  }
  const last = cell.runs.at(-1);
  switch (event.type) {
    case 'cell_running': {
      // The same code has the same names, known before they are looked up.
      const { uses = [], sets = [], imports = [] } = last?.code === event.code ? last : {};
      const run = { seq: event.seq, code: event.code, uses, sets, imports };
      return { ...cell, runs: [...cell.runs, run], draft: null };
    }
    case 'cell_names': {
      if (last === undefined) return null;
      const { uses, sets, imports = [] } = event;
      return { ...cell, runs: [...cell.runs.slice(0, -1), { ...last, uses, sets, imports }] };
    }
    case 'cell_edited':
      return last === undefined ? null : { ...cell, draft: event.code === last.code ? null : event.code };
    case 'cell_deleted':
      return { ...cell, deletedSeq: event.seq };
    case 'cell_restored':
      return { ...cell, deletedSeq: null };
    default:
      return null;
  }
}

export const staleCells = (events: readonly SessionEvent[]): Map<string, StaleWhy> =>
  staleOf(factsAfter(NO_FACTS, events));

/** Of cells that ran and are not deleted; those that never ran are not stale, they are new. */
export function staleOf({ places, cells }: StaleFacts): Map<string, StaleWhy> {
  const stale = new Map<string, StaleWhy>();
  const known = places.ids.flatMap((cellId, at) => {
    const cell = cells.get(cellId);
    return cell === undefined ? [] : [{ at, cellId, cell }];
  });
  const setters = settersOf(known);
  for (const { cellId, cell } of known) {
    if (cell.draft !== null && cell.deletedSeq === null) stale.set(cellId, { kind: 'edited' });
  }
  // A cell that is found stale late can stand before others: again until nothing is added.
  for (let before = -1; before !== stale.size;) {
    before = stale.size;
    for (const each of known) look(each, setters, stale);
  }
  return stale;
}

interface Known {
  /** Place in the notebook. */
  at: number;
  cellId: string;
  cell: CellFacts;
}

/** Who ever set a name, in order. */
type Setters = ReadonlyMap<string, readonly Known[]>;

const keyOf = (language: Language, name: string): string => `${language} ${name}`;

function settersOf(known: readonly Known[]): Setters {
  const setters = new Map<string, Known[]>();
  for (const each of known) {
    const { language, runs } = each.cell;
    for (const name of new Set(runs.flatMap(({ sets }) => sets))) {
      const key = keyOf(language, name);
      setters.set(key, [...(setters.get(key) ?? []), each]);
    }
  }
  return setters;
}

function look({ at, cellId, cell }: Known, all: Setters, stale: Map<string, StaleWhy>): void {
  const run = cell.runs.at(-1);
  if (run === undefined || cell.deletedSeq !== null || stale.get(cellId)?.kind === 'edited') return;
  const names = run.uses.filter((name) => {
    const setters = (all.get(keyOf(cell.language, name)) ?? []).filter(
      (other) => other.at < at && setsSince(other.cell, name, run.seq),
    );
    const source = setters.at(-1);
    if (source === undefined) return false;
    if (source.cell.deletedSeq !== null || stale.has(source.cellId) || setAnew(source.cell, name, run.seq))
      return true;
    const anew = setters.some(
      (other) => other.cell.deletedSeq === null && setAnew(other.cell, name, run.seq),
    );
    // What it used was put back by a cell further up: that which stands between them has to run, too.
    if (anew) stale.set(source.cellId, { kind: 'overwritten', names: [name] });
    return anew;
  });
  if (names.length > 0) stale.set(cellId, { kind: 'names', names });
}

/** It ran since, and not only to import the same once more. */
const setAnew = ({ runs }: CellFacts, name: string, seq: number): boolean =>
  runs.some((run, index) => {
    const before = runs[index - 1];
    const again = before?.code === run.code && before.imports.includes(name) && run.imports.includes(name);
    return run.seq > seq && !again;
  });

/** The name was this cell's to set when `seq` happened, or has been since; one deleted before sets nothing. */
function setsSince({ runs, deletedSeq }: CellFacts, name: string, seq: number): boolean {
  if (deletedSeq !== null && deletedSeq < seq) return false;
  const then = runs.findLastIndex((run) => run.seq <= seq);
  return runs.slice(Math.max(then, 0)).some(({ sets }) => sets.includes(name));
}
