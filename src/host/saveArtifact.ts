/** The only way from the session's store into the user's folders: a dialog, and the user's answer. */
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { artifactNotStored, Failure, protectedPlace, saveFailed } from '../failures.ts';
import { cautionWords, type FileCaution } from '../shared/fileCaution.ts';
import { cautionOf } from '../session/caution.ts';
import type { PathOf, Stored } from './keptCopies.ts';
import { freeName, isOpenedAsText, offeredName, planNames } from './saveNames.ts';
import { liesIn, placeVerdict } from './savePlaces.ts';
import { askConflicts, confirmPlace, factsOf } from './saveQuestions.ts';
import { VirtualFolder } from './virtualFolder.ts';
import { contentOf, TargetFolder, type Content, type Existing, type Folder } from './targetFolder.ts';
import { t } from '../shared/l10n.ts';

/** A file to be saved: its bytes, and what is said of it when it is to replace another. */
interface Source {
  content: Content;
  bytes: number;
  changedAt: number;
}

/** True when saved, false when cancelled. @throws Failure `artifact-not-stored`, `protected-place`, `save-failed` */
export async function saveArtifact({ name, sha256 }: Stored, pathOf: PathOf): Promise<boolean> {
  const stored = pathOf(sha256);
  if (stored === null) throw artifactNotStored(name);
  const target = await saveOne(offeredName(name), await sourceOf(stored, sha256));
  if (target === null) return false;
  const caution = await cautionOf(stored, name);
  told(
    t`Saved ${path.basename(target.path)}.`,
    caution === null ? null : cautionWords(caution).sentence,
    target,
  );
  return true;
}

/** What the panel made of a chart: a picture, or its data. */
export async function saveBytes(
  suggestedName: string,
  bytes: Uint8Array,
  caution: FileCaution | null = null,
): Promise<boolean> {
  const source = { content: contentOf(bytes), bytes: bytes.length, changedAt: Date.now() };
  const target = await saveOne(offeredName(suggestedName), source);
  if (target === null) return false;
  told(
    t`Saved ${path.basename(target.path)}.`,
    caution === null ? null : cautionWords(caution).sentence,
    target,
  );
  return true;
}

/** Into one folder; files that are there already are asked about. Returns how many were written. */
export async function saveAll(artifacts: readonly Stored[], pathOf: PathOf): Promise<number> {
  if (artifacts.length === 0) return 0;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: artifacts.length === 1 ? t('Save Here') : t`Save ${artifacts.length} Files Here`,
      defaultUri: startFolder(),
    })) ?? [];
  if (chosen === undefined) return 0;
  const saved = await inFolder(chosen, async (folder) => {
    const copies = [];
    for (const { name, sha256 } of planNames(artifacts)) {
      const stored = pathOf(sha256);
      if (stored === null) throw artifactNotStored(name);
      copies.push({ name, source: await sourceOf(stored, sha256), there: await looked(folder, name) });
    }
    const conflicts = copies.filter((copy) => copy.there !== null);
    const lines = conflicts.map(({ name, source, there }) => factsOf(name, source, there));
    const policy = lines.length === 0 ? 'replace' : await askConflicts(lines);
    if (policy === null) return null;
    const taken = new Set(copies.map(({ name }) => name));
    let count = 0;
    for (const { name, source, there } of copies) {
      if (there !== null && policy === 'skip') continue;
      const keeps = there !== null && policy === 'keep';
      const fresh = keeps ? await freeIn(folder, name, taken) : name;
      taken.add(fresh);
      if (!(await placeAllowed(folder, fresh))) continue;
      await written(folder, fresh, source, keeps ? null : there);
      count += 1;
    }
    return count;
  });
  if (saved === null) return 0;
  void vscode.window.showInformationMessage(
    artifacts.length === 1
      ? t`Saved ${saved} of 1 file to ${path.basename(chosen.path)}.`
      : t`Saved ${saved} of ${artifacts.length} files to ${path.basename(chosen.path)}.`,
  );
  return saved;
}

/**
 * Read-only in effect: it is no workspace file.
 * @param copy path of a file of ours that is nobody else's
 */
export async function openCopy(copy: string): Promise<void> {
  await show(vscode.Uri.file(copy), { preview: true });
}

/** Asks where, and whether; writes. Null when the user said no to anything. */
async function saveOne(name: string, source: Source): Promise<vscode.Uri | null> {
  const extension = path.extname(name).slice(1);
  const target = await vscode.window.showSaveDialog({
    title: t('Save File from the Sandbox'),
    defaultUri: vscode.Uri.joinPath(startFolder(), name),
    ...(extension === ''
      ? {}
      : { filters: { [extension.toUpperCase()]: [extension], [t('All files')]: ['*'] } }),
  });
  if (target === undefined) return null;
  const chosenName = path.basename(target.fsPath);
  const isSaved = await inFolder(vscode.Uri.joinPath(target, '..'), async (folder) => {
    if (!(await placeAllowed(folder, chosenName))) return false;
    const there = await looked(folder, chosenName);
    // The dialog asked already, without saying what would be lost.
    if (there !== null && (await askConflicts([factsOf(chosenName, source, there)], 'one')) !== 'replace')
      return false;
    await written(folder, chosenName, source, there);
    return true;
  });
  return isSaved === true ? target : null;
}

/** The folder as it really is, held for what follows; null when it lies elsewhere than it seems and the user says no. */
export async function inFolder<T>(
  chosen: vscode.Uri,
  run: (folder: Folder) => Promise<T>,
): Promise<T | null> {
  if (chosen.scheme !== 'file') return run(new VirtualFolder(chosen));
  const folder = await orSaveFailed(path.basename(chosen.path), async () => TargetFolder.open(chosen.fsPath));
  try {
    return (await leadsWhereItSeems(chosen.fsPath, folder.realPath)) ? await run(folder) : null;
  } finally {
    await folder.close();
  }
}

/** A link in the workspace may have come with it, and lead anywhere. */
async function leadsWhereItSeems(chosen: string, realPath: string): Promise<boolean> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file' || !liesIn(uri.fsPath, chosen)) continue;
    const realRoot = await fs.realpath(uri.fsPath).catch(() => uri.fsPath);
    if (liesIn(realRoot, realPath)) return true;
    return confirmPlace(
      t`Save into ${realPath}?`,
      t`${path.basename(chosen)} is a link that leads out of the open folder.`,
    );
  }
  return true;
}

export async function placeAllowed(folder: Folder, name: string): Promise<boolean> {
  const verdict = placeVerdict(path.join(folder.realPath, name));
  switch (verdict.kind) {
    case 'free':
      return true;
    case 'asks':
      return confirmPlace(
        t`Save ${name} here?`,
        t`${verdict.reason} The file was made by code that a model wrote.`,
      );
    case 'refused':
      throw protectedPlace(name, verdict.reason);
    default:
      verdict satisfies never;
      return false;
  }
}

export const looked = async (folder: Folder, name: string): Promise<Existing | null> =>
  orSaveFailed(name, async () => folder.look(name));

export const written = async (
  folder: Folder,
  name: string,
  { content }: Source,
  replaces: Existing | null,
): Promise<void> => orSaveFailed(name, async () => folder.write(name, content, replaces));

async function orSaveFailed<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof Failure ? error : saveFailed(name, error);
  }
}

async function freeIn(folder: Folder, name: string, taken: ReadonlySet<string>): Promise<string> {
  const there = new Set(await folder.names());
  return freeName(name, (candidate) => there.has(candidate) || taken.has(candidate));
}

async function sourceOf(stored: string, sha256: string): Promise<Source> {
  const { size, mtimeMs } = await fs.stat(stored);
  return { content: { read: () => createReadStream(stored), sha256 }, bytes: size, changedAt: mtimeMs };
}

export function told(sentence: string, caution: string | null, target: vscode.Uri): void {
  const open = t('Open');
  const reveal = t('Show in Explorer');
  const shown =
    caution === null
      ? vscode.window.showInformationMessage(sentence, open, reveal)
      : vscode.window.showWarningMessage(`${sentence} ${caution}`, open, reveal);
  void shown.then((answer) => {
    if (answer === open) void show(target, {});
    if (answer === reveal) void revealed(target);
  });
}

/** In VS Code's Explorer, or where it does not look, in the system's own. */
async function revealed(target: vscode.Uri): Promise<void> {
  const inWorkspace = vscode.workspace.getWorkspaceFolder(target) !== undefined;
  await vscode.commands.executeCommand(inWorkspace ? 'revealInExplorer' : 'revealFileInOS', target);
}

/** What VS Code would draw with its scripts (a notebook's outputs) is shown as the text that it is. */
async function show(uri: vscode.Uri, options: { preview?: boolean }): Promise<void> {
  if (isOpenedAsText(uri.path))
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default', options);
  else await vscode.commands.executeCommand('vscode.open', uri, options);
}

export function startFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
