/** The settings of the network: read from what the user wrote, and turned into what one session opens. No VS Code in here. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { networkCertificates, networkPackages, saidDetail } from '../failures.ts';
import { insideFolder } from '../insideFolder.ts';
import type { NetworkSettings } from '../session/network.ts';
import type { NetworkRule } from '../shared/network.ts';
import { parseRule, ruleText, uniqueRules } from '../shared/networkRules.ts';
import { t, words, type Said } from '../shared/l10n.ts';

export interface NetworkChoice {
  /** Always. */
  allow: NetworkRule[];
  /** By absolute path of a folder. */
  allowInFolder: ReadonlyMap<string, NetworkRule[]>;
  /** The hosts that pip and npm are configured to use. */
  packages: boolean;
  /** Path of a PEM file. */
  certificatesFile: string | null;
  /** `http://host:port` */
  proxy: string | null;
}

const MAX_CERTIFICATE_FILE_BYTES = 2 * 1024 * 1024;
/** They travel as a variable of the container, which the system limits to 128 KiB. */
const MAX_CERTIFICATE_CHARACTERS = 100_000;

/** The rules that are ones. @param onProblem gets a sentence for each that is not, and opens nothing */
export function rulesIn(
  texts: readonly string[],
  key: string,
  onProblem: (sentence: string) => void,
): NetworkRule[] {
  return texts.flatMap((text) => {
    const parsed = parseRule(text);
    if (parsed.ok) return [parsed.rule];
    onProblem(t`In the setting codeInterpreter.${key}: ${parsed.problem}`);
    return [];
  });
}

export function rulesByFolder(
  folders: Readonly<Record<string, string[]>>,
  onProblem: (sentence: string) => void,
): Map<string, NetworkRule[]> {
  const key = 'network.allowInFolder';
  const found = new Map<string, NetworkRule[]>();
  for (const [folder, texts] of Object.entries(folders)) {
    if (path.isAbsolute(folder)) found.set(path.resolve(folder), rulesIn(texts, key, onProblem));
    else
      onProblem(
        t`In the setting codeInterpreter.${key}: ${JSON.stringify(folder)} is not the absolute path of a folder.`,
      );
  }
  return found;
}

/** Null for a proxy that cannot be used; its text is not repeated, it may hold a password. */
export function proxyIn(text: string, onProblem: (sentence: string) => void): string | null {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url?.protocol === 'http:' &&
    url.hostname !== '' &&
    url.username === '' &&
    url.password === '' &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '';
  if (isPlain) return `http://${url.hostname}:${url.port === '' ? '80' : url.port}`;
  onProblem(
    t(
      'The setting codeInterpreter.network.proxy takes http://host:port, without a name and a password; its value is not used.',
    ),
  );
  return null;
}

/**
 * What is open for a session that sees these files and folders. Rules of a folder count when all that is seen lies in
 * folders that have them: what code reads in one folder must not leave by the rules of another.
 * @param sources absolute paths on this machine
 * @param packageRules null: not known here
 * @throws Failure `network-certificates`, `network-packages`
 */
export async function networkFor(
  choice: NetworkChoice,
  sources: readonly string[],
  packageRules: (() => Promise<NetworkRule[]>) | null,
): Promise<NetworkSettings> {
  const ofFolders = sources.map((source) => rulesOf(choice.allowInFolder, source));
  const [first = [], ...others] = ofFolders;
  const shared = first.filter((rule) =>
    others.every((rules) => rules.some((other) => ruleText(other) === ruleText(rule))),
  );
  const packages = choice.packages ? await rulesOfPackages(packageRules) : [];
  return {
    rules: uniqueRules([...choice.allow, ...shared, ...packages]),
    certificates: choice.certificatesFile === null ? null : await certificatesIn(choice.certificatesFile),
    parentProxy: choice.proxy,
    ...(choice.packages ? { packages: true } : {}),
  };
}

/** Of the folder itself and of those above it. */
function rulesOf(byFolder: NetworkChoice['allowInFolder'], source: string): NetworkRule[] {
  return [...byFolder].flatMap(([folder, rules]) =>
    insideFolder(folder, path.resolve(source)) === null ? [] : rules,
  );
}

async function rulesOfPackages(packageRules: (() => Promise<NetworkRule[]>) | null): Promise<NetworkRule[]> {
  if (packageRules === null) throw networkPackages(words('this version does not know them'));
  try {
    return await packageRules();
  } catch (error) {
    throw networkPackages(saidDetail(error), error);
  }
}

/** The certificates of the file and nothing else of it: code can read them. */
async function certificatesIn(file: string): Promise<string> {
  const bad = (why: Said, cause?: unknown) => networkCertificates(file, why, cause);
  if (!path.isAbsolute(file)) throw bad(words('it is not an absolute path'));
  const bytes = await readFile(file).catch((error: unknown) => {
    throw bad(saidDetail(error), error);
  });
  if (bytes.length > MAX_CERTIFICATE_FILE_BYTES) throw bad(words('it is too large'));
  const blocks = bytes
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (blocks === null) throw bad(words('there is no certificate in PEM form in it'));
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch (error) {
      throw bad(words('a certificate in it cannot be read'), error);
    }
  }
  const text = blocks.join('\n') + '\n';
  if (text.length > MAX_CERTIFICATE_CHARACTERS) {
    throw bad(
      words`its certificates are more than ${MAX_CERTIFICATE_CHARACTERS} characters; keep those of the company`,
    );
  }
  return text;
}
