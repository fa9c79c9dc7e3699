/**
 * Looks whether an answer says that a file was changed of which its turn made no version. Nothing is changed or
 * hidden: the panel says it below the answer, and the model is told with the next question.
 *
 * A wrong mark costs more trust than a missing one: only plain statements in a few languages are judged, that something
 * of this turn was done, by the one who answers, to a file that is named. What hedges, asks, denies, tells of earlier or
 * speaks of what the user may do is left alone, and so is a file whose name another file of the turn has.
 */
import type { NewSessionEvent } from '../../shared/events.ts';
import { fileIn } from '../../shared/versions.ts';
import { NAME, type ClaimLanguage } from './claimLanguage.ts';
import { ENGLISH } from './english.ts';
import { GERMAN } from './german.ts';
import { ROMANCE } from './romance.ts';

const LANGUAGES: readonly ClaimLanguage[] = [ENGLISH, GERMAN, ...ROMANCE];

/** What the turn did to files, and which files there are from before. Names, each relative to `/outputs`. */
export interface FilesOfTurn {
  /** Of which it made a version, or that are gone by its code: what is said of them is about that. */
  changed: ReadonlySet<string>;
  /** Written again with the bytes that they had: they are saved, and not changed. */
  same: ReadonlySet<string>;
  earlier: ReadonlySet<string>;
  /** Files were left out, or the sandbox was lost: nobody can say what was made. */
  unclear: boolean;
  /** No code ran and no file was edited. */
  idle: boolean;
}

/** What comes after that in one block is not judged. */
const MAX_CHARS = 20_000;
const MAX_NAMED = 10;

/** A name with an ending of a data file, a document or a picture. */
const NAMES =
  /(?<![\p{L}\p{N}_./\\:@-])(?:\/outputs\/)?[\p{L}\p{N}_][\p{L}\p{N}_.()-]*(?:\/[\p{L}\p{N}_.()-]+)*\.(?:csv|tsv|xlsx|xlsm|xls|ods|json|jsonl|parquet|sqlite|db|md|txt|html?|docx|pptx|pdf|png|jpe?g|svg|py|sql|ya?ml|xml|zip)(?![\p{L}\p{N}_/\\])/giu;

/** Names that the text says were changed or saved, each once, as they are written there. */
export function checkClaims(text: string, files: FilesOfTurn, question: string): string[] {
  if (files.unclear || (files.idle && LANGUAGES.some(({ recap }) => recap.test(question)))) return [];
  const found = new Set<string>();
  for (const sentence of sentencesOf(text.slice(0, MAX_CHARS))) {
    const nameless = sentence.replaceAll(NAMES, NAME);
    const judged = LANGUAGES.filter(({ notJudged }) => !notJudged.test(nameless));
    for (const match of sentence.matchAll(NAMES)) {
      const name = match[0].replace(/^\/outputs\//, '');
      const marked = onlyThis(sentence, match.index, match[0].length);
      if (judged.some((language) => isFalse(name, marked, language, files))) found.add(name);
    }
  }
  return [...found].slice(0, MAX_NAMED);
}

/** The sentence with `NAME` for one of its names, and another word for the others. */
function onlyThis(sentence: string, at: number, length: number): string {
  const others = (part: string): string => part.replaceAll(NAMES, 'it');
  return `${others(sentence.slice(0, at))}${NAME}${others(sentence.slice(at + length))}`;
}

const baseOf = (name: string): string => name.split('/').at(-1)?.toLowerCase() ?? '';

function isFalse(
  name: string,
  marked: string,
  { changed, saved }: ClaimLanguage,
  files: FilesOfTurn,
): boolean {
  const base = baseOf(name);
  const has = (names: ReadonlySet<string>): boolean => [...names].some((other) => baseOf(other) === base);
  if (has(files.changed)) return false;
  // "Cleaned sales.csv" can mean the table in memory; only of a file of the sandbox's own is it a claim.
  const says = has(files.same) || has(files.earlier) ? changed : saved;
  return says.some((pattern) => pattern.test(marked));
}

/** Without the marks of Markdown; blocks of code and tables are no statements. */
function sentencesOf(text: string): string[] {
  const prose = text
    .replaceAll(/^(```|~~~)[\s\S]*?(?:^\1|$(?![\s\S]))/gmu, '\n')
    .replaceAll(/^\s*[|>].*$/gmu, '\n');
  const plain = prose
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replaceAll(/[`*]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '')
    .replaceAll(/^[ \t]*(?:[-+•]|\d{1,2}[.)]|#{1,6}|✅|✓|☑|✔)[\uFE0F \t]+/gmu, '');
  return plain
    .split(/(?<=[.!?])\s+|\n/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** A fold over the events of a turn, and the log before it. */
export function filesOfTurn(
  events: readonly NewSessionEvent[],
  before: readonly NewSessionEvent[],
): FilesOfTurn {
  const changed = new Set<string>();
  const same = new Set<string>();
  let unclear = false;
  let idle = true;
  for (const event of events) {
    if (event.type === 'artifact_stored') (event.same === true ? same : changed).add(event.name);
    else if (event.type === 'file_edit') {
      idle = false;
      if (event.ok && event.command !== 'view') changed.add(event.path);
    } else if (event.type === 'cell_done') {
      idle = false;
      const { refused, removed = [], status } = event.result;
      for (const name of [...refused.map(({ name: left }) => left), ...removed]) changed.add(name);
      // "(12 more files)": their names are not known.
      unclear ||= status === 'killed' || refused.some(({ name }) => name.startsWith('('));
    }
  }
  return { changed, same, earlier: namesIn(before), unclear, idle };
}

const namesIn = (events: readonly NewSessionEvent[]): Set<string> =>
  new Set(events.flatMap((event) => fileIn(event)?.name ?? []));
