/** What the user does with kept versions of files: put one back into the sandbox, compare the cells of two tables. */
import { open, readFile } from 'node:fs/promises';
import { artifactNotStored, notCompared, notPreviewed, notRestored } from '../failures.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { askKernel, queries } from '../kernel/queries.ts';
import type { NewSessionEvent, SessionEvent } from '../shared/events.ts';
import { isWorkbook, tableKind, type FilePreview } from '../shared/filePreview.ts';
import { words } from '../shared/l10n.ts';
import { filesOf, type Version } from '../shared/versions.ts';
import type { TableDifference } from '../shared/tableDifference.ts';

/** Of one file: it crosses to the sandbox in one message. */
export const RESTORE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Of two files together. */
const COMPARE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Of a table, all of which crosses to the sandbox. */
const PREVIEW_LIMIT_BYTES = 32 * 1024 * 1024;
/** Of a text. */
export const PREVIEW_TEXT_BYTES = 256 * 1024;

export interface VersionsOptions {
  events(): Promise<readonly SessionEvent[]>;
  /** Host path of kept bytes; null: there are none of that hash. */
  path(sha256: string): string | null;
  /** The sandbox's kernel, which is started for it. @throws Failure when that does not start */
  kernel(): Promise<Kernel>;
  /** Resolves when it is on disk. */
  add(event: NewSessionEvent): Promise<void>;
}

export class SessionVersions {
  constructor(private readonly options: VersionsOptions) {}

  /**
   * Puts a version back into `/outputs`, as a new version: nothing is lost by it. Resolves with false when the file
   * there has that content already.
   * @throws Failure `artifact-not-stored`, `not-restored`; what the start of the sandbox throws.
   */
  async restore(name: string, number: number): Promise<boolean> {
    const { sha256, bytes } = await this.version(name, number);
    if (bytes > RESTORE_LIMIT_BYTES)
      throw notRestored(name, { kind: 'large', limitBytes: RESTORE_LIMIT_BYTES });
    const base64 = await this.base64(name, sha256);
    const kernel = await this.options.kernel();
    const result = await kernel.edit({ command: 'restore', path: `/outputs/${name}`, base64 });
    if (!result.ok) throw notRestored(name, { kind: 'refused', reason: result.problem });
    if (result.artifact === null)
      throw notRestored(name, { kind: 'refused', reason: result.refused?.reason ?? '' });
    if (result.artifact.sha256 !== sha256) throw notRestored(name, { kind: 'changed' });
    if (result.artifact.same === true) return false;
    await this.options.add({ type: 'artifact_restored', name, bytes, sha256, from: number });
    return true;
  }

  /**
   * Cell by cell, by a program in the sandbox: the files are those of code that nobody trusts.
   * @throws Failure `artifact-not-stored`, `not-compared`; what the start of the sandbox throws.
   */
  async compareTables(name: string, before: number, after: number): Promise<TableDifference> {
    const [old, fresh] = [await this.version(name, before), await this.version(name, after)];
    if (old.bytes + fresh.bytes > COMPARE_LIMIT_BYTES)
      throw notCompared(name, { kind: 'large', limitBytes: COMPARE_LIMIT_BYTES });
    const params = {
      kind: isWorkbook(name) ? 'workbook' : 'text',
      before: await this.base64(name, old.sha256),
      after: await this.base64(name, fresh.sha256),
    };
    const kernel = await this.options.kernel();
    const asked = await askKernel(kernel, queries.tableDifference, params);
    if (!asked.ok) throw notCompared(name, { kind: 'refused', reason: asked.problem });
    return asked.answer;
  }

  /**
   * How it begins: a table as rows of cells, by a program in the sandbox; anything else as text.
   * @throws Failure `artifact-not-stored`, `not-previewed`; what the start of the sandbox throws.
   */
  async preview(name: string, number: number): Promise<FilePreview> {
    const { sha256, bytes } = await this.version(name, number);
    const kind = tableKind(name);
    if (kind === null) return this.textPreview(name, sha256);
    if (bytes > PREVIEW_LIMIT_BYTES)
      throw notPreviewed(name, { kind: 'large', limitBytes: PREVIEW_LIMIT_BYTES });
    const params = { kind, file: await this.base64(name, sha256) };
    const kernel = await this.options.kernel();
    const asked = await askKernel(kernel, queries.tablePreview, params);
    if (!asked.ok) throw notPreviewed(name, { kind: 'refused', reason: asked.problem });
    return { kind: 'table', table: asked.answer };
  }

  private async textPreview(name: string, sha256: string): Promise<FilePreview> {
    const file = await open(this.pathOf(name, sha256));
    try {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(PREVIEW_TEXT_BYTES) });
      const cut = bytesRead < (await file.stat()).size;
      const found = buffer.subarray(0, bytesRead);
      if (found.includes(0)) throw notPreviewed(name, { kind: 'refused', reason: words('it is no text.') });
      // A character that is cut at the end is left out.
      return { kind: 'text', text: new TextDecoder().decode(found, { stream: cut }), cut };
    } finally {
      await file.close();
    }
  }

  /** @throws Failure `artifact-not-stored` */
  async version(name: string, number: number): Promise<Version> {
    const file = filesOf(await this.options.events()).find((one) => one.name === name);
    const version = file?.versions[number - 1];
    if (version === undefined) throw artifactNotStored(name);
    return version;
  }

  private async base64(name: string, sha256: string): Promise<string> {
    return (await readFile(this.pathOf(name, sha256))).toString('base64');
  }

  private pathOf(name: string, sha256: string): string {
    const path = this.options.path(sha256);
    if (path === null) throw artifactNotStored(name);
    return path;
  }
}
