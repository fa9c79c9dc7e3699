/** The display language, as the host wrote it into the page. */
import * as z from 'zod/mini';
import { LANGUAGE_ID, useLanguage } from '../src/shared/l10n.ts';

const sentence = z.union([z.string(), z.object({ message: z.string(), comment: z.array(z.string()) })]);
const languageSchema = z.object({ tag: z.string(), bundle: z.record(z.string(), sentence) });

/** Before anything is drawn. A page without words of its own is English. */
export function useLanguageOfPage(): void {
  const data = document.getElementById(LANGUAGE_ID)?.textContent ?? '';
  if (data !== '') useLanguage(languageSchema.parse(JSON.parse(data)));
}
