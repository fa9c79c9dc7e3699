/**
 * What the user did to the notebook since the model was told last, for its next question: each changed cell by a
 * diff, each cell that was run by hand with a bounded view of its outputs. As data, and bounded in total. Under the
 * setting `schema` results are those without values, and code goes only where the user wrote it, or where no value
 * had been seen when it was written.
 */
import { structuredPatch } from 'diff';
import { cellNumber, storedCell } from '../agent/outputStore.ts';
import { namesIn, visibleMessages } from '../agent/privacy.ts';
import { counted, headAndTail } from '../agent/text.ts';
import { encodeNotebook } from '../models/blocks.ts';
import type { ImageBlock, UserBlock } from '../models/model.ts';
import { cellOrder, cellsNow, type CellNow } from '../shared/cellOrder.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { Privacy } from '../shared/protocol.ts';
import { conversation, declinedTurns } from './conversation.ts';

const MAX_CELLS = 20;
const MAX_CHARS = 16_000;
const CODE_CHARS = 3000;
const RESULT_CHARS = 2500;
const MAX_IMAGES = 4;
/** Of a diff: beyond it the code is another one, and is shown whole. */
const MAX_EDITS = 2000;

/** A function of the log, so that nothing that is logged before the question is missed: what it needs is loaded first. */
export async function newsMaker(): Promise<
  (events: readonly SessionEvent[], privacy: Privacy) => UserBlock[]
> {
  // Brings the image codec.
  const { toolResultContent } = await import('../agent/toolResult.ts');
  const { schemaResultContent } = await import('../agent/schemaResult.ts');
  return (events, privacy) => {
    const changes = changesIn(events);
    if (changes.length === 0) return [];
    const knows =
      privacy === 'schema'
        ? namesIn(visibleMessages('schema', conversation(events, '')))
        : (): boolean => false;
    const images: ImageBlock[] = [];
    const lines: object[] = [];
    let room = MAX_CHARS;
    for (const change of changes.slice(0, MAX_CELLS)) {
      const line = lineOf(change, events, privacy, (cell, number) => {
        const stored = storedCell(events, number);
        if (stored === null || cell.result === null || cell.ran === null) return '';
        const { language, outputs } = stored;
        const { result } = cell;
        const content =
          privacy === 'schema'
            ? schemaResultContent({ language, code: cell.ran.code, outputs, result, knows })
            : toolResultContent(language, outputs, result, number);
        images.push(...content.filter((block) => block.type === 'image'));
        const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
        return headAndTail(text, RESULT_CHARS);
      });
      const length = JSON.stringify(line).length;
      if (length > room) break;
      room -= length;
      lines.push(line);
    }
    const left = changes.length - lines.length;
    if (left > 0)
      lines.push({ more: `${counted(left, 'more cell')} changed or run, not listed for want of room` });
    return [encodeNotebook(lines), ...images.slice(0, MAX_IMAGES)];
  };
}

interface Change {
  cell: CellNow;
  /** As the model knows it; null: not at all. */
  known: Pick<CellNow, 'code' | 'deleted'> | null;
  /** The user ran it, and that run is its last one. */
  ran: boolean;
  moved: boolean;
}

/** In the order of the notebook; deleted ones last. */
function changesIn(events: readonly SessionEvent[]): Change[] {
  const at = lastTold(events);
  const known = new Map<string, Pick<CellNow, 'code' | 'deleted'>>(cellsNow(events.slice(0, at + 1)));
  const ran = new Set<string>();
  const moved = new Set<string>();
  let byHand = false;
  for (const event of events.slice(at + 1)) {
    if (event.type === 'run_started' || event.type === 'run_ended') byHand = event.type === 'run_started';
    else if (event.type === 'cell_moved') moved.add(event.cellId);
    else if (event.type === 'cell_started') known.set(event.cellId, { code: '', deleted: false });
    else if (event.type === 'cell_running' && byHand) ran.add(event.cellId);
    // What the model wrote and ran it knows, with what the user changed before it ran.
    else if (event.type === 'cell_code' || event.type === 'cell_waiting' || event.type === 'cell_running')
      known.set(event.cellId, { code: event.code, deleted: false });
  }
  const cells = cellsNow(events);
  const order = cellOrder(events);
  const shown = order.flatMap((cellId) => cells.get(cellId) ?? []);
  const deleted = [...cells.values()].filter((cell) => cell.deleted && known.has(cell.cellId));
  return [...shown, ...deleted].flatMap((cell): Change[] => {
    const before = known.get(cell.cellId) ?? null;
    const change = { cell, known: before, ran: ran.has(cell.cellId), moved: moved.has(cell.cellId) };
    const same = before !== null && before.code === cell.code && before.deleted === cell.deleted;
    return same && !change.moved && (!change.ran || cell.deleted) ? [] : [change];
  });
}

/** The question with which the model was told last. One that it declined is left out of what it reads. */
function lastTold(events: readonly SessionEvent[]): number {
  const leftOut = declinedTurns(events);
  return events.findLastIndex((event) => event.type === 'user_message' && !leftOut.has(event.turnId));
}

function lineOf(
  { cell, known, ran, moved }: Change,
  events: readonly SessionEvent[],
  privacy: Privacy,
  resultOf: (cell: CellNow, number: number) => string,
): object {
  const number = cellNumber(events, cell.cellId);
  const name = number === null ? { cell: 'not run yet' } : { cell: number };
  if (cell.deleted) return { ...name, deleted: true };
  const before = known?.deleted === true ? null : known;
  const result = ran && number !== null ? { ranByUser: resultOf(cell, number) } : {};
  // What runs is not what stands there: it was edited behind the run.
  const ahead = ran && cell.ran !== null && cell.ran.code !== cell.code ? { editedSinceItRan: true } : {};
  return {
    ...name,
    ...(before === null ? { ...placeOf(cell, events), language: cell.language } : {}),
    ...codeOf(cell, before, events, privacy),
    ...(before !== null && moved ? { moved: true, ...placeOf(cell, events) } : {}),
    ...result,
    ...ahead,
  };
}

/** Behind which cell it stands, by the number that the model knows. */
function placeOf(cell: CellNow, events: readonly SessionEvent[]): object {
  const order = cellOrder(events);
  const earlier = order.slice(0, order.indexOf(cell.cellId)).map((cellId) => cellNumber(events, cellId));
  const last = earlier.findLast((number) => number !== null) ?? null;
  return last === null ? { place: 'before all cells that ran' } : { behindCell: last };
}

function codeOf(
  cell: CellNow,
  before: Pick<CellNow, 'code'> | null,
  events: readonly SessionEvent[],
  privacy: Privacy,
): object {
  const what = cell.turnId === null && before === null ? 'insertedByUser' : 'code';
  if (before !== null && before.code === cell.code) return {};
  if (privacy === 'schema' && !isFreeOfValues(cell, events)) {
    return { edited: 'The user changed its code; it may hold values, so it is withheld from you.' };
  }
  if (before === null) return { [what]: headAndTail(cell.code, CODE_CHARS) };
  const patch = structuredPatch('', '', before.code, cell.code, '', '', {
    context: 2,
    maxEditLength: MAX_EDITS,
  });
  if (patch === undefined) return { newCode: headAndTail(cell.code, CODE_CHARS) };
  const hunks = patch.hunks.map(
    ({ oldStart, oldLines, newStart, newLines, lines }) =>
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n${lines.filter((line) => !line.startsWith('\\')).join('\n')}`,
  );
  return { edited: headAndTail(hunks.join('\n'), CODE_CHARS) };
}

/** The user's own words, or the model's from when it saw no values. */
function isFreeOfValues(cell: CellNow, events: readonly SessionEvent[]): boolean {
  if (cell.turnId === null) return true;
  const first = events.find((event) => event.type === 'cell_done' && event.cellId === cell.cellId);
  return first?.type === 'cell_done' && first.withheld === true;
}
