/** Files that the user drags out of the panel, and the copies that VS Code's Explorer makes of them. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { dragData } from './keptCopies.ts';

export class DraggedFiles implements vscode.Disposable {
  /** In bytes, by name. */
  private readonly sizes = new Map<string, number>();
  private readonly listening: vscode.Disposable;

  /**
   * @param windowUri a file of this machine as the window has it
   * @param report what went wrong with a copy
   */
  constructor(
    private readonly windowUri: (file: string) => vscode.Uri,
    private readonly report: (error: unknown) => void,
  ) {
    this.listening = vscode.workspace.onDidCreateFiles(({ files }) => {
      for (const uri of files) this.made(uri).catch(this.report);
    });
  }

  /** What a drag brings along, by type. @param copy path of a copy of ours */
  async data(copy: string): Promise<Record<string, string>> {
    this.sizes.set(path.basename(copy), (await fs.stat(copy)).size);
    return dragData(copy, this.windowUri(copy));
  }

  /** Ours are read-only, so that nobody writes what is lost; the user's copy of one is the user's to write. */
  private async made({ scheme, fsPath }: vscode.Uri): Promise<void> {
    const size = this.sizes.get(path.basename(fsPath));
    if (scheme !== 'file' || size === undefined) return;
    const found = await fs.lstat(fsPath);
    if (!found.isFile() || found.size !== size || (found.mode & 0o222) !== 0) return;
    await fs.chmod(fsPath, (found.mode & 0o777) | 0o200);
  }

  dispose(): void {
    this.listening.dispose();
  }
}
