/** Why a cell is out of date, in words. Pure. */
import { type StaleFacts, type StaleWhy } from '../src/shared/stale.ts';
import { type ViewState } from './state.ts';
import { t } from '../src/shared/l10n.ts';

const NAMES_SHOWN = 3;

/** Names stand between backticks. */
const listed = (names: readonly string[]): string =>
  names.length > NAMES_SHOWN
    ? t`${quoted(names.slice(0, NAMES_SHOWN))} and ${names.length - NAMES_SHOWN} more`
    : quoted(names);
const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

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
      return t('Edited, not run');
    case 'names': {
      const { names } = why;
      const where = changedIn(facts, cells, cellId, names);
      return where.length > 0
        ? t`Out of date: ${listed(names)} changed in ${where.join(', ')}`
        : t`Out of date: what sets ${listed(names)} has changed`;
    }
    case 'overwritten':
      return why.names.length === 1
        ? t`Out of date: ${listed(why.names)} was set anew above`
        : t`Out of date: ${listed(why.names)} were set anew above`;
    default:
      why satisfies never;
      return '';
  }
}
