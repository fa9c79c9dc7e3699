/** Saves what this program made of a session: asks where, makes it for that place, writes it with what goes beside it. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Problem, saveFailed } from '../failures.ts';
import { inFolder, looked, placeAllowed, startFolder, told, written } from './saveArtifact.ts';
import { contentOf, TargetFolder, type Folder } from './targetFolder.ts';
import { t, words } from '../shared/l10n.ts';

export interface Made {
  text: string;
  /** For the folder beside it. */
  files: { name: string; bytes: Uint8Array }[];
  /** A sentence for the user, told when it is saved. */
  note?: string;
}

export interface SaveRequest {
  title: string;
  suggestedName: string;
  /** What the dialog calls the format. */
  kind: string;
  /** Where the dialog begins; absent: in the workspace. */
  startFolder?: vscode.Uri;
  /** Name of the folder that would be beside a file of this name. */
  sideFolder(name: string): string;
  /** @param folder of this machine, with links followed; null: a place that is no folder of this machine */
  make(folder: string | null, side: string): Promise<Made>;
}

/** False: the user said no. A file that is there was asked about by the dialog. @throws Failure as `saveArtifact` */
export async function saveMade(request: SaveRequest): Promise<boolean> {
  const extension = path.extname(request.suggestedName).slice(1);
  const target = await vscode.window.showSaveDialog({
    title: request.title,
    defaultUri: vscode.Uri.joinPath(request.startFolder ?? startFolder(), request.suggestedName),
    filters: { [request.kind]: [extension], [t('All files')]: ['*'] },
  });
  if (target === undefined) return false;
  const name = path.basename(target.fsPath);
  let note = '';
  const saved = await inFolder(vscode.Uri.joinPath(target, '..'), async (folder) => {
    if (!(await placeAllowed(folder, name))) return false;
    const local = target.scheme === 'file' ? folder.realPath : null;
    const side = await freeSide(folder, request.sideFolder(name));
    const made = await withProgress(request.title, async () => request.make(local, side));
    await writeSide(local, side, made.files);
    const source = {
      content: contentOf(Buffer.from(made.text)),
      bytes: made.text.length,
      changedAt: Date.now(),
    };
    await written(folder, name, source, await looked(folder, name));
    note = made.note === undefined ? '' : ` ${made.note}`;
    return true;
  });
  if (saved !== true) return false;
  told(`${t`Saved ${name}.`}${note}`, null, target);
  return true;
}

/** A folder that is there is never written into: its files are somebody's. */
async function freeSide(folder: Folder, wanted: string): Promise<string> {
  const there = new Set(await folder.names());
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!there.has(name)) return name;
  }
}

async function writeSide(parent: string | null, side: string, files: Made['files']): Promise<void> {
  if (files.length === 0) return;
  if (parent === null)
    throw saveFailed(side, new Problem(words('pictures can only be saved in a folder of this machine')));
  const place = path.join(parent, side);
  try {
    await fs.mkdir(place);
    const folder = await TargetFolder.open(place);
    try {
      for (const { name, bytes } of files) await folder.write(name, contentOf(bytes), null);
    } finally {
      await folder.close();
    }
  } catch (error) {
    throw saveFailed(side, error);
  }
}

const withProgress = async <T>(title: string, make: () => Promise<T>): Promise<T> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, make);
