/** "Chart": the one best chart, then a sentence and what else could be drawn. */
import type { FileRef } from '../../../shared/events.ts';
import { bestFirst } from '../charts/plan.ts';
import type { Part, Script } from '../script.ts';
import * as say from '../wording.ts';
import { drawAll } from './drawing.ts';
import { openFile, sampleWords } from './opening.ts';

const MAX_FILES = 6;

export function* chart(files: readonly FileRef[]): Script {
  const said: string[] = [];
  let pending = '';
  let styled = false;
  for (const [place, file] of files.slice(0, MAX_FILES).entries()) {
    const done: Done = yield* chartFile(file, place, pending, styled);
    styled ||= done.drawn;
    pending = done.last;
    said.push(done.offer);
  }
  return [pending, ...said].filter((text) => text !== '').join('\n\n');
}

interface Done {
  /** Said before the next cell. */
  last: string;
  offer: string;
  drawn: boolean;
}

function* chartFile(file: FileRef, place: number, before: string, styled: boolean): Part<Done> {
  const opened = yield* openFile(file, place, before);
  if (opened.kind === 'refused') return { last: opened.sentence, offer: '', drawn: false };
  const { source } = opened;
  const [best, ...others] = bestFirst(source);
  if (best === undefined) return { last: '', offer: '', drawn: false };
  const warnings = source.table.notes.filter((note) =>
    /guess|assum|sample|could be read|were read|left out|surplus/.test(note),
  );
  const lead = warnings.map((note) => say.prose(note)).join('\n\n');
  const drawn = yield* drawAll([best], place, lead, styled);
  const offers = others.slice(0, 4).map(({ what }) => what);
  const offer =
    offers.length === 0 ? '' : `I can also chart ${say.list(offers, 'or')}; “Analyze” does it all.`;
  return { last: [drawn.last, sampleWords(source)].filter(Boolean).join(' '), offer, drawn: true };
}
