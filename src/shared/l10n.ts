/**
 * What the user reads goes through here: `t` says it in the display language, from a bundle whose keys are the
 * English sentences. Without a bundle (English, the command line, tests) it stays as it is written. What the model,
 * a log or a file gets is English and does not come here.
 */
import { config, t as translate } from '@vscode/l10n';

/** English → translated, as in `l10n/bundle.l10n.*.json`. */
export type Bundle = Record<string, string | { message: string; comment: string[] }>;

export interface Language {
  /** BCP 47, as VS Code names it: `en`, `de`, `pt-br`. */
  tag: string;
  bundle: Bundle;
}

const ENGLISH: Language = { tag: 'en', bundle: {} };

let present = ENGLISH;

/** Once, before anything is said: at activation, in the panel before it is drawn. Null: English. */
export function useLanguage(language: Language | null): void {
  present = language ?? ENGLISH;
  config({ contents: present.bundle });
}

/** What a page must be given, to say it in the same words; null: English, which it says by itself. */
export const shippedLanguage = (): Language | null => (present === ENGLISH ? null : present);

/** Where the page has it, as JSON. */
export const LANGUAGE_ID = 'language';

/** Whose words are used: for `lang` and for Intl. English figures are American (`1,234.5`), and so is the rest unless it says otherwise. */
export const languageTag = (english = 'en-US'): string => (present === ENGLISH ? english : present.tag);

/** What a sentence of its own needs when the word alone can be understood in two ways. */
export interface Noted {
  message: string;
  /** For the translator. */
  comment: string[];
}

type Argument = string | number;

/** A whole sentence or label, never a piece of one: t`Saved ${name}.`, t('Save'), t({ message: 'Open', comment: ['…'] }). */
export function t(message: TemplateStringsArray | string | Noted, ...args: Argument[]): string {
  if (typeof message === 'string') return translate(message, ...args);
  return 'raw' in message ? translate(message, ...args) : translate({ ...message, args });
}

/** A sentence for two readers: the log and the model get the English, the user the one in the display language. */
export interface Words {
  english: string;
  local: string;
}

export type Said = string | Words;

/** As `t`, for what goes to both. Words in words are each put in their own language. */
export function words(message: TemplateStringsArray | string, ...args: (number | Said)[]): Words {
  if (typeof message === 'string') return { english: message, local: t(message) };
  return {
    english: message.map((part, at) => part + (at < args.length ? englishOf(args[at] ?? '') : '')).join(''),
    local: t(message, ...args.map(localOf)),
  };
}

/** Whole sentences, one after the other, or the entries of a list. */
export const together = (said: readonly Words[], between = ' '): Words => ({
  english: said.map(({ english }) => english).join(between),
  local: said.map(({ local }) => local).join(between),
});

export const englishOf = (said: number | Said): string =>
  typeof said === 'object' ? said.english : String(said);

export const localOf = (said: number | Said): string =>
  typeof said === 'object' ? said.local : String(said);
