/**
 * What a search looks for, as a function over texts. Regular expressions of the reader run in a library whose time
 * grows with the text and nothing else: no expression can freeze the panel. It is loaded when one is written.
 */
import { t } from '../../src/shared/l10n.ts';
import { loaded } from '../notLoaded.ts';

export interface SearchOptions {
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
}

/** Start and end (UTF-16) of each hit in a text, in order; empty ones are none. */
export type Matcher = (text: string) => Iterable<readonly [number, number]>;

/** What is written is no regular expression, in words. */
export class BadPattern extends Error {}

const WORD = /[\p{L}\p{N}_]/u;

/** The characters beside the hit and its own ends decide, as in VS Code. */
function isWhole(text: string, start: number, end: number): boolean {
  const isWord = (at: number): boolean => WORD.test(text.charAt(at));
  const cut = (a: number, b: number): boolean => a >= 0 && b < text.length && isWord(a) && isWord(b);
  return !cut(start - 1, start) && !cut(end - 1, end);
}

/** @throws BadPattern; NotLoaded when the library does not come */
export async function matcherFor(query: string, options: SearchOptions): Promise<Matcher> {
  const all = options.regex ? await regexMatcher(query, options) : literalMatcher(query, options);
  if (!options.wholeWord) return all;
  return function* (text) {
    for (const hit of all(text)) if (isWhole(text, hit[0], hit[1])) yield hit;
  };
}

function literalMatcher(query: string, { matchCase }: SearchOptions): Matcher {
  const source = query.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = new RegExp(source, matchCase ? 'gu' : 'giu');
  return function* (text) {
    for (const { index, 0: found } of text.matchAll(pattern)) yield [index, index + found.length];
  };
}

async function regexMatcher(query: string, { matchCase }: SearchOptions): Promise<Matcher> {
  const { RE2JS } = await loaded(import('re2js'));
  const flags = RE2JS.MULTILINE | (matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
  const pattern = ((): InstanceType<typeof RE2JS> => {
    try {
      return RE2JS.compile(query, flags);
    } catch (error) {
      throw new BadPattern(reason(query, error));
    }
  })();
  return function* (text) {
    const matcher = pattern.matcher(text);
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()];
    }
  };
}

function reason(query: string, error: unknown): string {
  if (/\(\?<?[=!]/.test(query)) return t('Looking ahead or behind is not possible here.');
  if (/\\[1-9]/.test(query)) return t('Back references are not possible here.');
  const words = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
  return words === '' ? t('This is no regular expression.') : t`This is no regular expression: ${words}.`;
}
