/** Why a cell is out of date, in words. Pure. */
import { type StaleFacts, type StaleWhy } from '../src/shared/stale.ts';
import { type ViewState } from './state.ts';

const NAMES_SHOWN = 3;

/** Names stand between backticks. */
const listed = (names: readonly string[]): string =>
  names
    .slice(0, NAMES_SHOWN)
    .map((name) => `\`${name}\``)
    .join(', ') + (names.length > NAMES_SHOWN ? ` and ${String(names.length - NAMES_SHOWN)} more` : '');

const verb = (names: readonly string[], one: string, more: string): string =>
  names.length === 1 ? one : more;

/** Where these names were set since that cell ran: `[3]`; empty where no run has done so yet. */
function changedIn(
  facts: StaleFacts,
  cells: ViewState['cells'],
  cellId: string,
  names: readonly string[],
): string[] {
  const own = facts.cells.get(cellId);
  const ranAt = own?.runs.at(-1)?.seq ?? 0;
  const before = facts.places.ids.slice(0, facts.places.ids.indexOf(cellId));
  return before.flatMap((id) => {
    const cell = facts.cells.get(id);
    const run = cell?.runs.at(-1);
    const count = cells.get(id)?.executionCount ?? null;
    const isSource =
      cell?.language === own?.language &&
      run !== undefined &&
      run.seq > ranAt &&
      run.sets.some((name) => names.includes(name));
    return isSource && count !== null ? [`[${String(count)}]`] : [];
  });
}

export function staleWords(
  facts: StaleFacts,
  cells: ViewState['cells'],
  cellId: string,
  why: StaleWhy,
): string {
  switch (why.kind) {
    case 'edited':
      return 'Edited, not run';
    case 'names': {
      const { names } = why;
      const where = changedIn(facts, cells, cellId, names);
      return where.length > 0
        ? `Out of date: ${listed(names)} changed in ${where.join(', ')}`
        : `Out of date: what sets ${listed(names)} has changed`;
    }
    case 'overwritten':
      return `Out of date: ${listed(why.names)} ${verb(why.names, 'was', 'were')} set anew above`;
    default:
      why satisfies never;
      return '';
  }
}
