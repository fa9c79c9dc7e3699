/**
 * Where pip and npm load packages from, in their own words: the user's mirror when they are configured for one on this
 * machine, what the image's pip and npm use otherwise. No host is written here.
 */
import type { PackageIndexes } from '../kernel/sandbox.ts';
import type { NetworkRule } from '../shared/network.ts';
import { parseRule, PLAIN_PORT, uniqueRules } from '../shared/networkRules.ts';
import { OwnPrograms, type Surroundings } from './ownPrograms.ts';
import { indexesInPipConfig } from './pipConfig.ts';
import { Problem } from '../failures/failure.ts';
import { together, words, type Words } from '../shared/l10n.ts';

export interface PackageHostsOptions extends Partial<Omit<Surroundings, 'workspaceFolders'>> {
  /** Absolute paths, as they are now. */
  workspaceFolders?: () => readonly string[];
  /** What the image says of itself, empty when it has no pip and npm; null: there is no image yet. */
  ofImage(): Promise<PackageIndexes | null>;
}

export interface PackageSources {
  rules: NetworkRule[];
  /** For programs in the sandbox: where pip and npm are to look, when that is not what they do by themselves. */
  environment: Record<string, string>;
  /** Sentences for the user: addresses that are not used, and why. Their text is not repeated. */
  problems: Words[];
  /** False: the rest is known when there is an image. */
  complete: boolean;
}

const RUN_MS = 15_000;

type Manager = keyof PackageIndexes;

/** What one manager of this machine is set to, besides what it does by itself. */
interface Own {
  /** In the order in which they are asked; empty: nothing. */
  urls: string[];
  /** They come after its usual index, not instead of it. */
  addsToUsual: boolean;
  environment: Record<string, string>;
}

const NOTHING: Own = { urls: [], addsToUsual: true, environment: {} };

/** Programs are asked again when this has passed: each question of the user asks for the rules. */
const FRESH_MS = 300_000;

export class PackageHosts {
  private last: { at: number; sources: Promise<PackageSources> } | null = null;

  constructor(
    private readonly options: PackageHostsOptions,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * What opens the network for pip and npm.
   * @throws Error with a sentence when one of them cannot be served as it is configured.
   */
  async rules(): Promise<NetworkRule[]> {
    const { rules, problems } = await this.sources();
    if (problems.length > 0) throw new Problem(together(problems));
    return rules;
  }

  /** Variables for the sandbox. */
  async environment(): Promise<Record<string, string>> {
    return (await this.sources()).environment;
  }

  private async sources(): Promise<PackageSources> {
    const fresh = this.last !== null && this.now() - this.last.at < FRESH_MS ? this.last : null;
    const current = fresh ?? { at: this.now(), sources: packageSources(this.options) };
    this.last = current;
    const forget = (): void => {
      if (this.last === current) this.last = null;
    };
    try {
      const sources = await current.sources;
      // It may be mended, and the image built, at any time.
      if (sources.problems.length > 0 || !sources.complete) forget();
      return sources;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

/** Never rejects because of what programs do or say; rejects as `ofImage` does. */
export async function packageSources(options: PackageHostsOptions): Promise<PackageSources> {
  const { env = process.env, platform = process.platform } = options;
  const surroundings = { env, workspaceFolders: options.workspaceFolders?.() ?? [], platform };
  const own = await OwnPrograms.use(surroundings, async (programs) => {
    const [pip, npm] = await Promise.all([pipsOwn(programs), npmsOwn(programs)]);
    return { pip, npm };
  });
  const ofImage = await options.ofImage();
  const found: PackageSources = { rules: [], environment: {}, problems: [], complete: true };
  for (const manager of ['pip', 'npm'] as const) addManager(found, manager, own[manager], ofImage);
  return { ...found, rules: uniqueRules(found.rules) };
}

async function pipsOwn(programs: OwnPrograms): Promise<Own> {
  const pip = await programs.find('pip3', 'pip');
  const listed = pip === null ? null : await programs.run(pip, ['config', 'list'], RUN_MS);
  const found = indexesInPipConfig(listed ?? '');
  // Indexes on a disk are the machine's alone.
  const index = found.index === null || found.index.startsWith('file:') ? null : found.index;
  const more = found.more.filter((url) => !url.startsWith('file:'));
  return {
    urls: [...(index === null ? [] : [index]), ...more],
    addsToUsual: index === null,
    environment: {
      ...(index === null ? {} : { PIP_INDEX_URL: index }),
      ...(more.length === 0 ? {} : { PIP_EXTRA_INDEX_URL: more.join(' ') }),
    },
  };
}

async function npmsOwn(programs: OwnPrograms): Promise<Own> {
  // `--global`: no project's settings.
  const args = ['config', 'get', 'registry', '--global'];
  const npm = await programs.find('npm');
  // On Windows npm is a script for a shell, and no shell is used.
  const script = npm === null ? await programs.findBesideNode('npm/bin/npm-cli.js') : null;
  const printed =
    npm !== null
      ? await programs.run(npm, args, RUN_MS)
      : script === null
        ? null
        : await programs.run(script.node, [script.script, ...args], RUN_MS);
  const url = printed?.trim() ?? '';
  if (url === '' || url === 'undefined') return NOTHING;
  return { urls: [url], addsToUsual: false, environment: { npm_config_registry: url } };
}

function addManager(found: PackageSources, manager: Manager, own: Own, ofImage: PackageIndexes | null): void {
  const usual = ofImage?.[manager] ?? [];
  const isUsual = (url: string): boolean => withoutSlash(url) === withoutSlash(usual[0] ?? '');
  if (own.addsToUsual && ofImage === null) {
    found.complete = false;
    return;
  }
  if (own.addsToUsual && usual.length === 0) {
    found.problems.push(
      words`Where ${manager} loads packages from is not known: nothing is set on this machine, and the sandbox image has no ${manager}.`,
    );
    return;
  }
  const urls = [
    ...(own.addsToUsual ? usual : []),
    // Its files may lie elsewhere.
    ...own.urls.flatMap((url) => (isUsual(url) ? usual : [url])),
  ];
  const rules: NetworkRule[] = [];
  for (const url of urls) {
    const parsed = ruleOf(url);
    if ('english' in parsed) {
      found.problems.push(words`An address that ${manager} is configured for is not used: ${parsed}.`);
      // Half of them could lead to other packages under the same names.
      return;
    }
    rules.push(parsed);
  }
  found.rules.push(...rules);
  if (!own.urls.every(isUsual)) Object.assign(found.environment, own.environment);
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** What opens it, or why nothing does: a phrase without the address, which may hold a password. */
function ruleOf(url: string): NetworkRule | Words {
  if (!URL.canParse(url)) return words('it is no URL');
  const { protocol, hostname, port, username, password } = new URL(url);
  if (username !== '' || password !== '') {
    return words('it holds a name or a password, and these stay out of the sandbox');
  }
  if (protocol === 'http:' && port !== '') return words('it is not encrypted, and not on port 80');
  if (protocol !== 'https:' && protocol !== 'http:') return words('it is neither https nor http');
  const parsed = parseRule(
    protocol === 'http:' ? `${hostname}:${PLAIN_PORT}` : `${hostname}:${port || '443'}`,
  );
  return parsed.ok ? parsed.rule : words('its host is an address, or no full host name');
}
