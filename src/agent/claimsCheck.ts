/**
 * Looks whether an answer says that a file was changed of which its turn made no version. Nothing is changed or
 * hidden: the panel says it below the answer, and the model is told with the next question.
 *
 * A wrong mark costs more trust than a missing one: only plain statements in English are judged, that something of
 * this turn was done, by the one who answers, to a file that is named. What hedges, asks, denies, tells of earlier or
 * speaks of what the user may do is left alone, and so is a file whose name another file of the turn has.
 */
import type { NewSessionEvent } from '../shared/events.ts';
import { fileIn } from '../shared/versions.ts';

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

const CHANGE =
  'updated|changed|modified|edited|rewritten|rewrote|overwritten|overwrote|fixed|corrected|revised|amended|adjusted|regenerated|refreshed|reformatted|cleaned|extended';
const ADD = 'added|inserted|applied|appended';
const SAVE = 'saved|written|wrote|exported|created|generated|stored|produced';
/** Words on the way, but none that begins another clause or names where something came from. */
const WAY = String.raw`(?:(?!\b(?:but|which|that|because|whether|from|using|based|than|like|unlike|matching|before|after|since|while|unless|and|then|so|though|although)\b)[^,;:()\n]){0,90}?`;
const ARTICLE = String.raw`(?:(?:the|a|an|new|file|updated|existing)\s+){0,3}`;
const NAME = '\u0001';
const ADVERBS = String.raw`(?:(?:now|also|just|successfully|then|all|both|been)\s+){0,3}`;
const TO = String.raw`\b(?:to|as|into|under|named|called)\s+${ARTICLE}${NAME}`;
/** What is done to the file itself: to a thing "of" or "for" it is another matter. */
const IT = String.raw`(?:${WAY}\b(?:in|to|into)\s+|\s+)${ARTICLE}${NAME}`;
const DONE = String.raw`(?:\b(?:I|we)(?:\s+have|['’]ve)?\s+${ADVERBS}|^(?:(?:done|ok|okay|finished|all set)\s*[:,!–—-]+\s*)?(?:successfully\s+)?)`;

/** A name stands where `NAME` does; groups: the verb. */
const PATTERNS: readonly RegExp[] = [
  // "I have updated X", "Done: fixed the totals in X"
  String.raw`${DONE}(${CHANGE})\b${IT}`,
  // "I added a sheet to X"
  String.raw`${DONE}(${ADD})\b${WAY}\b(?:to|into|in)\s+${ARTICLE}${NAME}`,
  // "I saved the table to X", "Created X"
  String.raw`${DONE}(${SAVE})\b(?:${WAY}${TO}|\s+${ARTICLE}${NAME})`,
  // "X has been updated", "the workbook X was saved"
  String.raw`${NAME}\s+(?:(?:file|workbook|spreadsheet|report|document|table|sheet)\s+)?(?:has\s+been|was|is\s+now|were)\s+${ADVERBS}(${CHANGE}|${SAVE})\b(?!\s+(?:on|in|at|by|from|between|during|daily|weekly|monthly|every|last|before|earlier|for|as)\b)`,
  // "The totals were written to X"
  String.raw`\b(?:has|have|was|were|are|is)\s+(?:now\s+)?(?:been\s+)?(saved|written|exported|stored)\s+(?:in\s+${ARTICLE}${NAME}|${TO})`,
].map((source) => new RegExp(source, 'iu'));

/** It is about something else than what was done just now. */
const NOT_JUDGED =
  /\?|\b(?:not|never|no|none|nothing|without|unable|cannot|fail(?:ed|s)?|unchanged|would|could|should|can|may|might|will|shall|if|once|when|whenever|until|unless|please|want|need(?:s|ed)?|let|going|plan|planned|try|tried|attempt(?:ed)?|earlier|previous(?:ly)?|originally|yesterday|ago|before|last|first|already\s+(?:there|exist\w*|present)|you(?:['’](?:ve|d|ll|re))?|your|user|someone|somebody|who|workspace|example|e\.g|instead|almost|nearly|rather|supposed|expected|claims?|says?|said)\b|n['’]t\b/iu;

/** A name with an ending of a data file, a document or a picture. */
const NAMES =
  /(?<![\p{L}\p{N}_./\\:@-])(?:\/outputs\/)?[\p{L}\p{N}_][\p{L}\p{N}_.()-]*(?:\/[\p{L}\p{N}_.()-]+)*\.(?:csv|tsv|xlsx|xlsm|xls|ods|json|jsonl|parquet|sqlite|db|md|txt|html?|docx|pptx|pdf|png|jpe?g|svg|py|sql|ya?ml|xml|zip)(?![\p{L}\p{N}_/\\])/giu;

/** The user asks about what was done, and the answer tells of it. */
const RECAP =
  /\b(?:what|which|where|when|why|how|who|did|have\s+you|summar\w*|recap|explain|describe|list|tell|show|overview|so\s+far)\b/iu;

/** Names that the text says were changed or saved, each once, as they are written there. */
export function checkClaims(text: string, files: FilesOfTurn, question: string): string[] {
  if (files.unclear || (files.idle && RECAP.test(question))) return [];
  const found = new Set<string>();
  for (const sentence of sentencesOf(text.slice(0, MAX_CHARS))) {
    if (NOT_JUDGED.test(sentence.replaceAll(NAMES, NAME))) continue;
    for (const match of sentence.matchAll(NAMES)) {
      const name = match[0].replace(/^\/outputs\//, '');
      const verb = verbOf(sentence, match.index, match[0].length);
      if (verb !== null && isFalse(name, verb, files)) found.add(name);
    }
  }
  return [...found].slice(0, MAX_NAMED);
}

function verbOf(sentence: string, at: number, length: number): string | null {
  const mark = (part: string): string => part.replaceAll(NAMES, 'it');
  const marked = `${mark(sentence.slice(0, at))}${NAME}${mark(sentence.slice(at + length))}`;
  for (const pattern of PATTERNS) {
    const verb = pattern.exec(marked)?.[1];
    if (verb !== undefined) return verb.toLowerCase();
  }
  return null;
}

const SAVED = new RegExp(`^(?:${SAVE})$`);
const baseOf = (name: string): string => name.split('/').at(-1)?.toLowerCase() ?? '';

function isFalse(name: string, verb: string, files: FilesOfTurn): boolean {
  const base = baseOf(name);
  const has = (names: ReadonlySet<string>): boolean => [...names].some((other) => baseOf(other) === base);
  if (has(files.changed)) return false;
  const isThere = has(files.same) || has(files.earlier);
  // "Cleaned sales.csv" can mean the table in memory; only of a file of the sandbox's own is it a claim.
  return SAVED.test(verb) ? !isThere : isThere;
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
