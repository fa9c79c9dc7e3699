/** A folder that only VS Code can reach (the near machine of a remote window): no links, no holding it open. */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { Content, Existing, Folder } from './targetFolder.ts';
import { Problem } from '../failures/failure.ts';
import { words } from '../shared/l10n.ts';

export class VirtualFolder implements Folder {
  constructor(private readonly uri: vscode.Uri) {}

  get realPath(): string {
    return this.uri.path;
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  async names(): Promise<string[]> {
    return (await vscode.workspace.fs.readDirectory(this.uri)).map(([name]) => name);
  }

  async look(name: string): Promise<Existing | null> {
    if (!(await this.names()).includes(name)) return null;
    const { type, size, mtime } = await vscode.workspace.fs.stat(vscode.Uri.joinPath(this.uri, name));
    if ((type & vscode.FileType.File) === 0)
      throw new Problem(words`${name} is there already, and is no file`);
    return { kind: 'file', bytes: size, changedAt: mtime };
  }

  async write(name: string, { read, sha256 }: Content, replaces: Existing | null): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const chunk of read() as AsyncIterable<Uint8Array>) parts.push(chunk);
    const bytes = Buffer.concat(parts);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Problem(words('the stored file was changed'));
    const now = await this.look(name);
    if (now?.bytes !== replaces?.bytes || now?.changedAt !== replaces?.changedAt)
      throw new Problem(words`${name} was changed meanwhile`);
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(this.uri, name), bytes);
  }
}
