/** Opens a notebook file as a session of its own. Nothing of it runs. */
import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { CommandContext } from '../commands.ts';
import { formatBytes } from '../agent/text.ts';
import { containerPathOf } from '../container/mounts.ts';
import type { HostMount } from '../container/policy.ts';
import { insideFolder } from '../insideFolder.ts';
import { notebookUnusable, saidDetail } from '../failures.ts';
import { LIMIT_BYTES, openedEvents } from '../export/openNotebook.ts';
import { parseNotebook } from '../export/notebookFile.ts';
import type { NewSessionEvent } from '../shared/events.ts';
import { confirmNewSession } from './message.ts';
import { planMounts } from './mountPlan.ts';
import { workspaceSources } from './sessions.ts';
import { workspaceFolders } from './workspaceFiles.ts';
import { t, words } from '../shared/l10n.ts';

/** @throws Failure `notebook-unusable` that says why */
export async function notebookEvents(file: string, mounts: HostMount[] = []): Promise<NewSessionEvent[]> {
  const name = path.basename(file);
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LIMIT_BYTES) {
      const most = formatBytes(LIMIT_BYTES);
      throw notebookUnusable(
        name,
        words`it has ${formatBytes(size)}, and at most ${most} can be opened as a session`,
        words('Clear its outputs and save it, then open it again.'),
      );
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && error.name === 'Failure') throw error;
    throw notebookUnusable(name, words`it cannot be read: ${saidDetail(error)}`);
  }
  return openedEvents(name, parseNotebook(name, text), containerPathOf(mounts, path.dirname(file)));
}

async function chosen(clicked: unknown): Promise<vscode.Uri | null> {
  if (clicked instanceof vscode.Uri) return clicked;
  const [picked] =
    (await vscode.window.showOpenDialog({
      title: t('Open Notebook as Session'),
      filters: { Notebooks: ['ipynb'] },
      openLabel: t('Open as Session'),
    })) ?? [];
  return picked ?? null;
}

/** @param clicked what a menu hands over */
export async function openNotebook(context: CommandContext, clicked: unknown): Promise<void> {
  const { interpreter, places, sessions } = context;
  const uri = await chosen(clicked);
  if (uri === null) return;
  if (uri.scheme !== 'file')
    throw notebookUnusable(path.basename(uri.path), words('it is not a file of this machine'));
  const folders = workspaceFolders();
  const events = await notebookEvents(uri.fsPath, planMounts(folders, []));
  await places.focus();
  const { session } = await sessions.current();
  const isUsed = session.events().some(({ type }) => type === 'user_message' || type === 'cell_inserted');
  const reason = t('The notebook is opened in a session of its own.');
  if ((interpreter.isRunning || isUsed) && !(await confirmNewSession(reason))) return;
  const isInside = folders.some((folder) => insideFolder(folder.path, uri.fsPath) !== null);
  // Beside it may lie anything: of what is outside of the open folders the sandbox sees the notebook alone.
  const sources = { ...workspaceSources(isInside ? [] : [uri.fsPath]), notebook: uri.fsPath };
  await sessions.startNew(sources, { title: path.basename(uri.fsPath, '.ipynb'), events });
}
