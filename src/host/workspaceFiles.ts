/** The user's folders and data files, as VS Code knows them. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { fileGone, noDataFiles, notOnDisk } from '../failures.ts';
import { DATA_EXTENSIONS, DATA_GLOB, inOrder, isDataFile, isOffered, type FoundFile } from './dataFiles.ts';
import type { FileIds, KnownFile } from './fileIds.ts';
import type { Folder } from './mountPlan.ts';

const SEARCH_LIMIT = 500;
const OFFERED_LIMIT = 100;
const EXCLUDED = '**/{node_modules,.git,.venv,venv,__pycache__}/**';

export function workspaceFolders(): Folder[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri, name }) => ({ path: uri.fsPath, name }));
}

/** Data files worth offering: the active one, other open ones, then the most recently changed. */
export async function findDataFiles(ids: FileIds): Promise<KnownFile[]> {
  const open = openFiles();
  const found = await vscode.workspace.findFiles(DATA_GLOB, EXCLUDED, SEARCH_LIMIT);
  const offered = found.filter(
    (uri) => uri.scheme === 'file' && isOffered(vscode.workspace.asRelativePath(uri, false)),
  );
  const uris = new Map([...open, ...offered].map((uri) => [uri.toString(), uri]));
  const files = await Promise.all([...uris.values()].map(async (uri) => describe(uri, open)));
  return inOrder(files.filter((file) => file !== null))
    .slice(0, OFFERED_LIMIT)
    .map((file) => ids.add(file.path, file.label));
}

/** The file of the active editor if it is data; else what the user picks. Null: cancelled. */
export async function activeOrPicked(ids: FileIds, title: string): Promise<KnownFile[] | null> {
  const active = activeUri();
  if (active?.scheme === 'file' && isDataFile(active.fsPath)) return [await known(active, ids)];
  return pickFiles(ids, title);
}

/** One or several data files from a list, or from anywhere on this machine. Null: cancelled. */
export async function pickFiles(ids: FileIds, title: string): Promise<KnownFile[] | null> {
  const files = await findDataFiles(ids);
  if (files.length === 0 && workspaceFolders().length > 0) {
    const answer = await vscode.window.showInformationMessage(noDataFiles().sentence, 'Browse…');
    return answer === undefined ? null : browse(ids, title);
  }
  if (files.length === 0) return browse(ids, title);
  const elsewhere = { label: '$(folder-opened) Browse…', file: null };
  const items = files.map((file) => ({
    label: `$(table) ${path.basename(file.label)}`,
    description: path.dirname(file.label) === '.' ? '' : path.dirname(file.label),
    file,
  }));
  const picked = await vscode.window.showQuickPick([...items, elsewhere], {
    title,
    placeHolder: 'A data file',
    matchOnDescription: true,
  });
  if (picked === undefined) return null;
  return picked.file === null ? browse(ids, title) : [picked.file];
}

/** What a menu hands over. @throws Failure `not-on-disk`, `file-gone` */
export async function known(uri: vscode.Uri, ids: FileIds): Promise<KnownFile> {
  const label = vscode.workspace.asRelativePath(uri);
  if (uri.scheme !== 'file') throw notOnDisk(label);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw fileGone(label);
  }
  return ids.add(uri.fsPath, path.isAbsolute(label) ? path.basename(label) : label);
}

async function browse(ids: FileIds, title: string): Promise<KnownFile[] | null> {
  const uris = await vscode.window.showOpenDialog({
    title,
    canSelectMany: true,
    openLabel: 'Use',
    filters: { 'Data files': [...DATA_EXTENSIONS], 'All files': ['*'] },
  });
  return uris === undefined ? null : Promise.all(uris.map(async (uri) => known(uri, ids)));
}

async function describe(uri: vscode.Uri, open: readonly vscode.Uri[]): Promise<FoundFile | null> {
  try {
    const { mtime } = await vscode.workspace.fs.stat(uri);
    const rank = open.findIndex((other) => other.toString() === uri.toString());
    const label = vscode.workspace.asRelativePath(uri);
    return {
      path: uri.fsPath,
      label: path.isAbsolute(label) ? path.basename(label) : label,
      changedAt: mtime,
      openRank: rank === -1 ? null : rank,
    };
  } catch {
    return null; // Gone since it was found.
  }
}

function openFiles(): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(uriOf));
  const uris = [activeUri(), ...tabs].filter((uri) => uri?.scheme === 'file' && isDataFile(uri.fsPath));
  return [...new Map(uris.flatMap((uri) => (uri === undefined ? [] : [[uri.toString(), uri]]))).values()];
}

/** Also for tabs that are no text editors (a table viewer, an image). */
function activeUri(): vscode.Uri | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return (tab === undefined ? undefined : uriOf(tab)) ?? vscode.window.activeTextEditor?.document.uri;
}

function uriOf(tab: vscode.Tab): vscode.Uri | undefined {
  const { input } = tab;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : undefined;
}
