/** What the panel asks about proposed changes to the user's files. */
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import type { changeRequests as requests } from '../shared/changes.ts';
import { t } from '../shared/l10n.ts';
import type { Handlers } from '../shared/rpc.ts';
import { Changes } from './changes.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

export function changeRequests({
  interpreter,
  sessions,
  versions,
  protectedFiles,
}: Pick<PanelRequestOptions, 'interpreter' | 'sessions' | 'versions' | 'protectedFiles'>): Pick<
  Handlers,
  keyof typeof requests
> {
  const changes = new Changes({
    shown: async () => sessions.current(),
    protectedFiles,
    confirm,
    isUnsaved,
  });
  return {
    listChanges: async () => ({ changes: await changes.list() }),
    decideChange: async (decision) => {
      interpreter.checkTrust();
      return { done: await changes.decide(decision) };
    },
    undoChange: async ({ containerPath }) => {
      interpreter.checkTrust();
      return { undone: await changes.undo(containerPath) };
    },
    openChange: async ({ containerPath, sha256 }) => {
      const { name, label, file } = await changes.sides({ containerPath, sha256 });
      const { session } = await sessions.current();
      await versions.compareWithFile(session, { name, sha256, label }, file);
      return {};
    },
  };
}

async function confirm(message: string, detail: string): Promise<boolean> {
  const accept = t('Accept This Change');
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, accept);
  return answer === accept;
}

function isUnsaved(path: string): boolean {
  const open = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments];
  return open.some(({ isDirty, uri }) => isDirty && uri.scheme === 'file' && realPath(uri.fsPath) === path);
}

/** An editor may have it open by another name. */
function realPath(path: string): string {
  try {
    return fs.realpathSync.native(path);
  } catch {
    return path;
  }
}
