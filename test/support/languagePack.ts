/**
 * A display language for VS Code under test: the smallest language pack (it translates nothing of VS Code itself), and
 * beside the installed extension the bundles that a translator would add, with accents on every sentence.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import { englishBundle } from './pseudoLanguage.ts';

/** What VS Code notes of a language pack that was installed in its own list of extensions. @param data its user data */
async function noteLanguage(data: string, tag: string): Promise<void> {
  const vscode = join(data, `language-${tag}.i18n.json`);
  await mkdir(data, { recursive: true });
  await writeFile(vscode, JSON.stringify({ version: '1.0.0', contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `tests.language-${tag}` }, version: '0.0.1' }];
  const pack = { hash: `tests-${tag}`, label: tag, extensions, translations: { vscode } };
  await writeFile(join(data, 'languagepacks.json'), JSON.stringify({ [tag]: pack }));
}

/** English → as it is to be read. */
export interface Translated {
  bundle: Map<string, string>;
  manifest: Map<string, string>;
}

/** @param server folder of one that is not started yet */
export async function addTranslation(server: string, tag: string): Promise<Translated> {
  await noteLanguage(join(server, 'data'), tag);
  const extensions = join(server, 'extensions');
  const name = (await readdir(extensions)).find((each) =>
    each.startsWith('code-interpreter.code-interpreter-'),
  );
  if (name === undefined) throw new Error(`The extension is not installed in ${extensions}.`);
  const installed = join(extensions, name);
  const bundle = getL10nPseudoLocalized(englishBundle());
  const english: unknown = JSON.parse(await readFile(join(installed, 'package.nls.json'), 'utf8'));
  const manifest = getL10nPseudoLocalized(strings(english));
  await writeFile(join(installed, 'l10n', `bundle.l10n.${tag}.json`), JSON.stringify(bundle));
  await writeFile(join(installed, `package.nls.${tag}.json`), JSON.stringify(manifest));
  return { bundle: words(bundle), manifest: words(manifest) };
}

function strings(value: unknown): Record<string, string> {
  const found = Object.entries(value ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(found);
}

const words = (bundle: ReturnType<typeof getL10nPseudoLocalized>): Map<string, string> =>
  new Map(Object.entries(bundle).map(([key, said]) => [key, typeof said === 'string' ? said : said.message]));
