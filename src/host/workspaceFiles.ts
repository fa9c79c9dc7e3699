/** The user's folders and data files, as VS Code knows them. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { cannotAttach, fileGone, noDataFiles, notOnDisk } from '../failures.ts';
import { DATA_EXTENSIONS, DATA_GLOB, inOrder, isDataFile, isOffered, type FoundFile } from './dataFiles.ts';
import type { FileIds, KnownFile, SelectedText } from './fileIds.ts';
import type { Folder } from './mountPlan.ts';
import { selectedText } from './selectedText.ts';
import { t } from '../shared/l10n.ts';

const SEARCH_LIMIT = 500;
const OFFERED_LIMIT = 100;
const MENTION_LIMIT = 20;
const LISTING_LIMIT = 20_000;
const LISTING_MS = 10_000;
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

/** Files for an `@` mention, best first, as `files.exclude` allows. Nothing typed yet: the data files. */
export async function findMentioned(ids: FileIds, query: string): Promise<KnownFile[]> {
  if (query.trim() === '') return (await findDataFiles(ids)).slice(0, MENTION_LIMIT);
  const open = new Set(openFiles(() => true).map((uri) => uri.toString()));
  const files = (await allFiles()).map((uri) => ({
    path: uri.fsPath,
    label: vscode.workspace.asRelativePath(uri),
    isOpen: open.has(uri.toString()),
  }));
  const { matching } = await import('./mentions.ts');
  return matching(query, files, MENTION_LIMIT).map(({ path, label }) => ids.add(path, label));
}

/** The list lives as long as somebody types: a search of the disk for each letter would be slow. */
let listing: { until: number; uris: Promise<vscode.Uri[]> } | null = null;

async function allFiles(): Promise<vscode.Uri[]> {
  if (listing === null || performance.now() > listing.until) {
    const uris = Promise.resolve(vscode.workspace.findFiles('**/*', EXCLUDED, LISTING_LIMIT)).then((found) =>
      found.filter(({ scheme }) => scheme === 'file'),
    );
    listing = { until: performance.now() + LISTING_MS, uris };
  }
  return listing.uris;
}

/**
 * What was dropped onto the panel: addresses as the explorer or the system writes them.
 * @throws Failure `cannot-attach` for a folder and for what is no file, `not-on-disk`, `file-gone`
 */
export async function droppedFiles(
  ids: FileIds,
  addresses: readonly string[],
  mayRead: (outside: readonly string[]) => Promise<boolean>,
): Promise<KnownFile[]> {
  const uris = addresses.map(droppedUri);
  for (const uri of uris) {
    const label = path.basename(uri.path);
    if (uri.scheme !== 'file') throw notOnDisk(label);
    const stat = await vscode.workspace.fs.stat(uri).then(
      (found) => found,
      () => null,
    );
    if (stat === null) throw fileGone(label);
    if ((stat.type & vscode.FileType.File) === 0) throw cannotAttach(label);
  }
  // A page cannot prove that a hand dropped them: what lies outside the folders is asked about.
  const outside = uris.filter((uri) => vscode.workspace.getWorkspaceFolder(uri) === undefined);
  if (outside.length > 0 && !(await mayRead(outside.map(({ fsPath }) => fsPath)))) return [];
  return Promise.all(uris.map(async (uri) => known(uri, ids)));
}

function droppedUri(address: string): vscode.Uri {
  if (path.isAbsolute(address)) return vscode.Uri.file(address);
  let uri: vscode.Uri;
  try {
    uri = vscode.Uri.parse(address, true);
  } catch {
    throw cannotAttach(address.slice(0, 80));
  }
  // The explorer of a remote window names files by its connection; here, they are on the disk.
  return uri.scheme === 'vscode-remote' && vscode.env.remoteName !== undefined
    ? vscode.Uri.file(uri.path)
    : uri;
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
    const answer = await vscode.window.showInformationMessage(noDataFiles().shown.sentence, t('Browse…'));
    return answer === undefined ? null : browse(ids, title);
  }
  if (files.length === 0) return browse(ids, title);
  const elsewhere = { label: t('$(folder-opened) Browse…'), file: null };
  const items = files.map((file) => ({
    label: `$(table) ${path.basename(file.label)}`,
    description: path.dirname(file.label) === '.' ? '' : path.dirname(file.label),
    file,
  }));
  const picked = await vscode.window.showQuickPick([...items, elsewhere], {
    title,
    placeHolder: t('A data file'),
    matchOnDescription: true,
  });
  if (picked === undefined) return null;
  return picked.file === null ? browse(ids, title) : [picked.file];
}

/** What is selected in the active editor; null when nothing is. */
export function activeSelection(): SelectedText | null {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return null;
  const { document, selections } = editor;
  const label = vscode.workspace.asRelativePath(document.uri);
  const parts = selections.map((selection) => ({
    startLine: selection.start.line,
    endLine: selection.end.line,
    endCharacter: selection.end.character,
    text: document.getText(selection),
  }));
  const source = {
    label: path.isAbsolute(label) ? path.basename(label) : label,
    path: document.uri.scheme === 'file' ? document.uri.fsPath : null,
    unsaved: document.isDirty,
  };
  return selectedText(source, parts);
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
    openLabel: t('Use'),
    filters: { [t('Data files')]: [...DATA_EXTENSIONS], [t('All files')]: ['*'] },
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

function openFiles(wanted: (file: string) => boolean = isDataFile): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(uriOf));
  const uris = [activeUri(), ...tabs].filter((uri) => uri?.scheme === 'file' && wanted(uri.fsPath));
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
