/** How a language says that a file was changed or saved, and what makes such a sentence one that is not judged. */

/** Stands in a sentence for the name of the file that is looked at. */
export const NAME = '\u0001';

export interface ClaimLanguage {
  /** Statements about what is there: it was changed. `NAME` stands where the name does. */
  changed: readonly RegExp[];
  /** Statements that say no more than that it was written. */
  saved: readonly RegExp[];
  /** The sentence is about something else than what was done just now. */
  notJudged: RegExp;
  /** Of a question: it asks what was done, and the answer tells of it. */
  recap: RegExp;
}

/** `\b` knows only the letters of English. */
const BEGIN = String.raw`(?<![\p{L}\p{N}_])`;
const END = String.raw`(?![\p{L}\p{N}_])`;

/** One of these, whole. @param choices separated by `|`, as in an expression */
export const word = (choices: string): string => `${BEGIN}(?:${choices})${END}`;

/** Up to `count` of these, each with the blank behind it. */
export const upTo = (count: number, choices: string): string => String.raw`(?:(?:${choices})\s+){0,${count}}`;

/** Words on the way, but none that begins another clause or names where something came from. */
export const wayWithout = (stops: string): string => `(?:(?!${word(stops)})[^,;:()\\n]){0,90}?`;

export const anyOf = (sources: readonly string[]): RegExp[] =>
  sources.map((source) => new RegExp(source, 'iu'));
