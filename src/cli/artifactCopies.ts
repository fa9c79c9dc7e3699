/** Files that cells write, copied out of the sandbox to a folder the user named; counted when none was. */
import { Failure } from '../failures.ts';
import type { Sandbox } from '../kernel/sandbox.ts';
import type { Artifact } from '../shared/outputs.ts';
import { OutFolder } from './outFolder.ts';

export class ArtifactCopies {
  private readonly seen = new Set<string>();
  private readonly copied = new Set<string>();
  private readonly problems: string[] = [];

  private constructor(
    private readonly target: OutFolder | null,
    private readonly sandbox: Sandbox,
  ) {}

  /** @throws Failure `path-unusable` when the folder cannot be made. */
  static async open(folder: string | undefined, sandbox: Sandbox): Promise<ArtifactCopies> {
    return new ArtifactCopies(folder === undefined ? null : await OutFolder.open(folder), sandbox);
  }

  /** A file that cannot be copied is told in the summary; the run goes on. */
  async take(artifacts: readonly Artifact[]): Promise<void> {
    for (const { name, bytes } of artifacts) {
      this.seen.add(name);
      if (this.target === null) continue;
      try {
        this.copied.add(await this.target.write(name, await this.sandbox.readArtifact(name, bytes)));
      } catch (error) {
        if (!(error instanceof Failure) || error.area !== 'files') throw error;
        this.problems.push(error.message);
      }
    }
  }

  /** Lines for standard error. */
  summary(): string[] {
    if (this.target === null) {
      const names = [...this.seen].slice(0, 5).map((name) => JSON.stringify(name));
      const more = this.seen.size > names.length ? ' …' : '';
      return this.seen.size === 0
        ? []
        : [`Files the code wrote, not kept (--artifacts DIR keeps them): ${names.join(', ')}${more}`];
    }
    const kept = this.copied.size === 0 ? [] : [`${this.copied.size} file(s) in ${this.target.folder}`];
    return [...kept, ...this.problems];
  }
}
