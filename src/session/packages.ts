/**
 * What cells of this session have installed: known from the log, and installed again, in the same versions, when the
 * sandbox is a new one and the user has opened the network for pip and npm. What is missing then is told.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Progress, SandboxFacts } from '../kernel/sandbox.ts';
import { encodeNote } from '../models/blocks.ts';
import type { TextBlock } from '../models/model.ts';
import { unexpected } from '../failures.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { InstalledPackage } from '../shared/outputs.ts';
import { packageKey, packageWords } from '../shared/packages.ts';
import type { Privacy } from '../shared/protocol.ts';
import type { EventLog } from './eventLog.ts';
import { notice } from './notices.ts';
import { t, together, words, type Words } from '../shared/l10n.ts';

const INSTALL_MS = 300_000;

/** What is installed when the cells of these events have run, in the order of installation. */
export function packagesAfter(events: readonly SessionEvent[]): InstalledPackage[] {
  const packages = new Map<string, InstalledPackage>();
  for (const event of events) {
    if (event.type !== 'cell_done' || event.result.packages === undefined) continue;
    for (const gone of event.result.packages.removed) packages.delete(packageKey(gone));
    for (const added of event.result.packages.installed) packages.set(packageKey(added), added);
  }
  return [...packages.values()];
}

export interface SessionPackagesOptions {
  log: Pick<EventLog, 'push' | 'upToNow'>;
  kernel(): Pick<Kernel, 'install'>;
  /** The network is open for pip and npm, by the user's settings. */
  isOpen(): boolean;
  print(line: string): void;
}

/** Why a package is not there again. */
type Why = 'closed' | 'failed' | 'no-index';

function missingWords(why: Why, packages: Words): Words {
  switch (why) {
    case 'closed':
      return words`Packages that earlier cells installed are missing in this sandbox, because the network is not open for pip and npm: ${packages}. Only the user can open it: the setting codeInterpreter.network.presets.`;
    case 'failed':
      return words`Packages that earlier cells installed are missing in this sandbox, because pip or npm could not install them again: ${packages}. What they said is in the log.`;
    case 'no-index':
      return words`Packages that earlier cells installed are missing in this sandbox, because they did not come from an index: ${packages}. Install them as before.`;
  }
}

export class SessionPackages {
  /** Of the sandbox that was looked at last. */
  private facts: SandboxFacts | null = null;
  /** Events before this one are of earlier sandboxes. */
  private since = 0;
  /** Keys of what is there again. */
  private readonly again = new Set<string>();
  private tried = false;
  private told = '';
  /** For the model; null: it knows. */
  private untold: { full: string; count: number } | null = null;
  private work: Promise<void> = Promise.resolve();
  private installing = new AbortController();

  constructor(private readonly options: SessionPackagesOptions) {}

  /** For each start of a sandbox, also of one that is up. Never rejects; an abort ends an installation. */
  async bring(
    facts: SandboxFacts,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const stop = (): void => this.installing.abort();
    if (signal?.aborted === true) return;
    this.work = this.work.then(async () => this.bringNow(facts, onProgress));
    signal?.addEventListener('abort', stop, { once: true });
    await this.work;
    signal?.removeEventListener('abort', stop);
  }

  private async bringNow(facts: SandboxFacts, onProgress: (progress: Progress) => void): Promise<void> {
    if (facts !== this.facts) {
      this.facts = facts;
      this.since = (await this.options.log.upToNow()).length;
      this.again.clear();
      this.tried = false;
      this.told = '';
    }
    const wanted = (await this.missing()).filter(({ fromIndex }) => fromIndex);
    if (wanted.length > 0 && !this.tried && this.options.isOpen()) {
      this.installing = new AbortController();
      await this.install(wanted, onProgress);
      // Nobody waits any more; the next start goes on with it.
      if (this.installing.signal.aborted) return;
      this.tried = true;
    }
    this.tell(await this.missing());
  }

  /** Of earlier sandboxes, and not of this one. */
  private async missing(): Promise<InstalledPackage[]> {
    const events = await this.options.log.upToNow();
    const there = new Set(packagesAfter(events.slice(this.since)).map(packageKey));
    return packagesAfter(events).filter(
      (each) => !there.has(packageKey(each)) && !this.again.has(packageKey(each)),
    );
  }

  private async install(wanted: InstalledPackage[], onProgress: (progress: Progress) => void): Promise<void> {
    const packages = wanted.map(({ manager, name, version }) => ({ manager, name, version }));
    onProgress({
      message:
        packages.length === 1
          ? t('Installing 1 package again')
          : t`Installing ${packages.length} packages again`,
    });
    try {
      const request = { packages, timeoutMs: INSTALL_MS };
      const { missing, text } = await this.options.kernel().install(request, this.installing.signal);
      const left = new Set(missing.map(packageKey));
      for (const each of wanted) if (!left.has(packageKey(each))) this.again.add(packageKey(each));
      if (missing.length > 0)
        this.options.print(`packages: ${packageWords(missing).english} missing: ${text}`);
    } catch (error) {
      this.options.print(`packages: ${unexpected(error).sentence}`);
    }
  }

  /** Once for what is missing now, to the user; the model is told with its next question. */
  private tell(missing: readonly InstalledPackage[]): void {
    const parts = new Map<Why, InstalledPackage[]>();
    for (const each of missing) {
      const why = !each.fromIndex ? 'no-index' : this.tried ? 'failed' : 'closed';
      parts.set(why, [...(parts.get(why) ?? []), each]);
    }
    const said = together([...parts].map(([why, packages]) => missingWords(why, packageWords(packages))));
    const full = said.english;
    if (full === this.told) return;
    this.told = full;
    if (full === '') return;
    // No warning: the model is told in the words of its own setting.
    this.options.log.push(notice(parts.has('failed') ? 'error' : 'info', said));
    this.untold = { full, count: missing.length };
  }

  /** For the next message to the model. A package can be named after a value: `schema` gives their number. */
  news(privacy: Privacy): TextBlock[] {
    const { untold } = this;
    this.untold = null;
    if (untold === null) return [];
    const { full, count } = untold;
    const counted = `${count} ${count === 1 ? 'package' : 'packages'} that earlier cells installed ${count === 1 ? 'is' : 'are'} missing in this sandbox.`;
    return [encodeNote(privacy === 'schema' ? counted : full)];
  }
}
