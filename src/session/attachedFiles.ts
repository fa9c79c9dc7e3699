/**
 * Pictures of the user's messages as files in the sandbox, so that code can measure them, also in later turns. The log
 * says which there are and where; a sandbox that is new gets all of them.
 */
import { readFile } from 'node:fs/promises';
import { unexpected } from '../failures.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SandboxFacts } from '../kernel/sandbox.ts';
import type { AttachedImage, SessionEvent } from '../shared/events.ts';
import { words } from '../shared/l10n.ts';
import type { EventLog } from './eventLog.ts';
import { notice } from './notices.ts';
import type { ArtifactStore } from './store.ts';

const FOLDER = '/tmp/attached';
const NAME_CHARACTERS = 60;

interface AttachedFile {
  image: AttachedImage;
  /** In the container. */
  path: string;
}

/** Numbered through the session: two pictures of one name have two paths, and a path never changes. */
export function attachedPaths(images: readonly AttachedImage[], earlier: readonly SessionEvent[]): string[] {
  const before = imagesOf(earlier).length;
  return images.map((image, index) => `${FOLDER}/${before + index + 1}-${safeName(image)}`);
}

const imagesOf = (events: readonly SessionEvent[]): AttachedImage[] =>
  events.flatMap((event) => (event.type === 'user_message' ? (event.images ?? []) : []));

function safeName({ name, mediaType }: AttachedImage): string {
  const end = mediaType === 'image/png' ? '.png' : '.jpg';
  const stem = name.replace(/\.(png|jpe?g)$/i, '').replace(/[^\p{L}\p{N}_-]+/gu, '-');
  return `${
    [...stem]
      .slice(0, NAME_CHARACTERS)
      .join('')
      .replace(/^-+|-+$/g, '') || 'picture'
  }${end}`;
}

function filesOf(events: readonly SessionEvent[]): AttachedFile[] {
  const images = imagesOf(events);
  const paths = attachedPaths(images, []);
  return images.map((image, index) => ({ image, path: paths[index] ?? '' }));
}

export interface AttachedFilesOptions {
  log: Pick<EventLog, 'push' | 'upToNow'>;
  store: Pick<ArtifactStore, 'path'>;
  kernel(): Pick<Kernel, 'edit'>;
  print(line: string): void;
}

export class AttachedFiles {
  /** Of the sandbox that has `there`. */
  private facts: SandboxFacts | null = null;
  private readonly there = new Set<string>();
  /** Told once, whatever the number of sandboxes. */
  private readonly missed = new Set<string>();
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly options: AttachedFilesOptions) {}

  /** For each start of a sandbox, also of one that is up. Never rejects. */
  async bring(facts: SandboxFacts, signal?: AbortSignal): Promise<void> {
    this.work = this.work.then(async () => this.bringNow(facts, signal));
    await this.work;
  }

  private async bringNow(facts: SandboxFacts, signal?: AbortSignal): Promise<void> {
    if (facts !== this.facts) {
      this.facts = facts;
      this.there.clear();
    }
    const stopped = (): boolean => signal?.aborted === true;
    for (const file of filesOf(await this.options.log.upToNow())) {
      if (stopped()) return;
      if (this.there.has(file.path)) continue;
      const problem = await this.put(file, signal).catch((error: unknown) => unexpected(error).sentence);
      // Stopped before it was there: the next start goes on with it.
      if (problem !== null && stopped()) return;
      this.there.add(file.path);
      if (problem !== null) this.tell(file, problem);
    }
  }

  /** Null, or why it is not there. */
  private async put({ image, path }: AttachedFile, signal?: AbortSignal): Promise<string | null> {
    const kept = this.options.store.path(image.sha256);
    const bytes = kept === null ? null : await readFile(kept).catch(() => null);
    if (bytes === null) return 'it is not kept any more';
    const request = { command: 'attach', path, base64: bytes.toString('base64') } as const;
    const result = await this.options.kernel().edit(request, signal);
    return result.ok ? null : result.problem;
  }

  private tell({ image, path }: AttachedFile, problem: string): void {
    this.options.print(`attached picture ${image.name}: ${problem}`);
    if (this.missed.has(path)) return;
    this.missed.add(path);
    // A warning: the model is told, too, and does not look for a file that is not there.
    this.options.log.push(
      notice(
        'warning',
        words`Code cannot read the attached picture ${image.name}: it could not be put into the sandbox.`,
      ),
    );
  }
}
