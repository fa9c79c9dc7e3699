/** A language for tests: every sentence of the bundle with accents and about a third longer, made by l10n-dev. */
import { readFileSync } from 'node:fs';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import * as z from 'zod/mini';
import type { Language } from '../../src/shared/l10n.ts';

const BUNDLE = new URL('../../l10n/bundle.l10n.json', import.meta.url);
const sentence = z.union([z.string(), z.object({ message: z.string(), comment: z.array(z.string()) })]);
const bundleSchema = z.record(z.string(), sentence);

export const englishBundle = (): z.infer<typeof bundleSchema> =>
  bundleSchema.parse(JSON.parse(readFileSync(BUNDLE, 'utf8')));

/** `en-XA` is how CLDR names English with accents: its figures are English. */
export const pseudoLanguage = (): Language => ({
  tag: 'en-XA',
  bundle: getL10nPseudoLocalized(englishBundle()),
});

/** Whether the text went through the bundle, whole or in part. */
export const isPseudo = (text: string): boolean => /[ȧḗīǿŭȦḖĪǾŬ]/.test(text);
