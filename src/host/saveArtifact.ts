/** The only way from the session's store into the user's folders: a dialog, and the user's answer. */
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { artifactNotStored, saveFailed } from '../failures.ts';
import { freeName, obeyedPath, offeredName, planCopies } from './saveNames.ts';

export interface Stored {
  name: string;
  sha256: string;
}

/** Host path of the bytes, or null when this session has none of that hash. */
type PathOf = (sha256: string) => string | null;

/** True when saved, false when cancelled. @throws Failure `artifact-not-stored`, `save-failed` */
export async function saveArtifact({ name, sha256 }: Stored, pathOf: PathOf): Promise<boolean> {
  const source = pathOf(sha256);
  if (source === null) throw artifactNotStored(name);
  const target = await askWhere(offeredName(name));
  if (target === null) return false;
  await write(target, async () =>
    vscode.workspace.fs.copy(vscode.Uri.file(source), target, { overwrite: true }),
  );
  offerToOpen(target);
  return true;
}

/** A picture that the panel made of a chart. */
export async function saveBytes(suggestedName: string, bytes: Uint8Array): Promise<boolean> {
  const target = await askWhere(offeredName(suggestedName));
  if (target === null) return false;
  await write(target, async () => vscode.workspace.fs.writeFile(target, bytes));
  offerToOpen(target);
  return true;
}

/** Into one folder; each file that is there already is asked about. Returns how many were written. */
export async function saveAll(artifacts: readonly Stored[], pathOf: PathOf): Promise<number> {
  if (artifacts.length === 0) return 0;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: artifacts.length === 1 ? 'Save Here' : `Save ${artifacts.length} Files Here`,
      defaultUri: startFolder(),
    })) ?? [];
  if (folder === undefined) return 0;
  const existing = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  const copies = planCopies(artifacts, existing);
  const conflicts = copies.filter(({ conflict }) => conflict);
  const policy = conflicts.length === 0 ? 'replace' : await askConflicts(conflicts.map(({ name }) => name));
  if (policy === null) return 0;
  let saved = 0;
  for (const copy of copies) {
    if (copy.conflict && policy === 'skip') continue;
    const name =
      copy.conflict && policy === 'keep'
        ? freeName(
            copy.name,
            (candidate) => existing.has(candidate) || copies.some((c) => c.name === candidate),
          )
        : copy.name;
    existing.add(name);
    const target = vscode.Uri.joinPath(folder, name);
    const source = pathOf(copy.sha256);
    if (source === null) throw artifactNotStored(copy.name);
    if (!(await confirmObeyed(target))) continue;
    await write(target, async () =>
      vscode.workspace.fs.copy(vscode.Uri.file(source), target, { overwrite: policy === 'replace' }),
    );
    saved += 1;
  }
  void vscode.window.showInformationMessage(
    `Saved ${saved} of ${artifacts.length} ${artifacts.length === 1 ? 'file' : 'files'} to ${path.basename(folder.path)}.`,
  );
  return saved;
}

/** Opened from the store, read-only in effect: it is a copy below VS Code's own folder, not a workspace file. */
export async function openArtifact({ name, sha256 }: Stored, copyFor: (stored: Stored) => Promise<string>) {
  const copy = await copyFor({ name: offeredName(name), sha256 });
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(copy), { preview: true });
}

/** The dialog itself asks before it lets the user pick a file that exists. */
async function askWhere(name: string): Promise<vscode.Uri | null> {
  const extension = path.extname(name).slice(1);
  const target = await vscode.window.showSaveDialog({
    title: 'Save File from the Sandbox',
    defaultUri: vscode.Uri.joinPath(startFolder(), name),
    ...(extension === '' ? {} : { filters: { [extension.toUpperCase()]: [extension], 'All files': ['*'] } }),
  });
  if (target === undefined || !(await confirmObeyed(target))) return null;
  return target;
}

async function confirmObeyed(target: vscode.Uri): Promise<boolean> {
  const reason = obeyedPath(target.path);
  if (reason === null) return true;
  const answer = await vscode.window.showWarningMessage(
    `Save ${path.basename(target.path)} here?`,
    { modal: true, detail: `${reason} The file was made by code that a model wrote.` },
    'Save Anyway',
  );
  return answer === 'Save Anyway';
}

async function askConflicts(names: string[]): Promise<'replace' | 'keep' | 'skip' | null> {
  const answer = await vscode.window.showWarningMessage(
    names.length === 1
      ? `"${names[0] ?? ''}" is there already.`
      : `${names.length} of the files are there already.`,
    { modal: true, ...(names.length === 1 ? {} : { detail: listed(names) }) },
    'Keep Both',
    'Replace',
    'Skip',
  );
  if (answer === undefined) return null;
  return answer === 'Replace' ? 'replace' : answer === 'Keep Both' ? 'keep' : 'skip';
}

function listed(names: string[]): string {
  const more = names.length - 10;
  return names.slice(0, 10).join('\n') + (more > 0 ? `\nand ${more} more` : '');
}

async function write(target: vscode.Uri, run: () => Thenable<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw saveFailed(path.basename(target.path), error);
  }
}

function offerToOpen(target: vscode.Uri): void {
  void vscode.window.showInformationMessage(`Saved ${path.basename(target.path)}.`, 'Open').then((answer) => {
    if (answer === 'Open') void vscode.commands.executeCommand('vscode.open', target);
  });
}

function startFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
