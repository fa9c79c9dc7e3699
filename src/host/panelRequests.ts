/** What the panel may ask of the host, and who answers. */
import * as vscode from 'vscode';
import { commandNotAllowed } from '../failures.ts';
import type { Handlers } from '../shared/rpc.ts';
import { attachRequests } from './attachRequests.ts';
import { cellRequests } from './cellRequests.ts';
import { changeRequests } from './changeRequests.ts';
import { chartRequests } from './chartRequests.ts';
import { controlRequests } from './controlRequests.ts';
import { dataRequests } from './dataRequests.ts';
import type { DraggedFiles } from './draggedFiles.ts';
import type { FileIds } from './fileIds.ts';
import { historyRequests } from './historyRequests.ts';
import type { Interpreter } from './interpreter.ts';
import { keptCopy } from './keptCopies.ts';
import { networkRequests } from './networkRequests.ts';
import { openLink } from './openLink.ts';
import { setPanelFocus } from './panelFocus.ts';
import { privacyRequests } from './privacyRequests.ts';
import { openCopy, saveAll, saveArtifact } from './saveArtifact.ts';
import type { Sessions } from './sessions.ts';
import type { VersionDocuments } from './versionDocuments.ts';
import { versionRequests } from './versionRequests.ts';
import { hostFileOf } from './workspaceFrame.ts';
import { pickFiles } from './workspaceFiles.ts';
import { t } from '../shared/l10n.ts';

export interface PanelRequestOptions {
  interpreter: Interpreter;
  sessions: Sessions;
  ids: FileIds;
  /** Commands the panel may run (remedies and set-up); all others are refused. */
  allowedCommands: ReadonlySet<string>;
  /** One of our own commands. */
  runCommand(command: string): Promise<void>;
  /** Folder for copies of artifacts that are opened in an editor. */
  openedFolder(): string;
  /** What a drag of a copy of ours brings along. */
  dragged: Pick<DraggedFiles, 'data'>;
  /** A new session that goes on from an answer of the one that is shown; false: the user decided against it. */
  forkShown(turnId: string | null): Promise<boolean>;
  /** Opens two versions of a text beside each other. */
  versions: Pick<VersionDocuments, 'compare' | 'compareWithFile'>;
  /** Patterns of files in which each proposed change is asked about. */
  protectedFiles(): readonly string[];
  /** Opens what was sent to the model in a turn, or (null) in the session. */
  showRequests: (turnId: string | null) => Promise<void>;
}

export function panelRequests(options: PanelRequestOptions): Handlers {
  const { interpreter, sessions, ids } = options;
  const pathOf = (sha256: string): string | null => sessions.now?.session.artifactPath(sha256) ?? null;
  return {
    ...cellRequests(options),
    ...dataRequests(options),
    ...chartRequests(options),
    ...controlRequests(options),
    ...attachRequests(options),
    ...privacyRequests(options),
    ...networkRequests(options),
    ...historyRequests(options),
    ...versionRequests(options),
    ...changeRequests(options),
    ready: async () => interpreter.snapshot(),
    focusChanged: async ({ focused }) => {
      await setPanelFocus(focused);
      return {};
    },
    newSession: async () => {
      await interpreter.newSession();
      return {};
    },
    saveArtifact: async (stored) => ({ saved: await saveArtifact(stored, pathOf) }),
    saveArtifacts: async ({ artifacts }) => ({ saved: await saveAll(artifacts, pathOf) }),
    openArtifact: async (stored) => {
      await openCopy(await keptCopy(stored, pathOf, options.openedFolder()));
      return {};
    },
    dragArtifact: async (stored) => {
      const copy = await keptCopy(stored, pathOf, options.openedFolder());
      return { data: await options.dragged.data(copy) };
    },
    copyText: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return {};
    },
    attachFile: async () => {
      const files = (await pickFiles(ids, t('Attach a Data File'))) ?? [];
      return { files: files.map(({ id, label }) => ({ id, label })) };
    },
    openLink: async ({ url }) => {
      await openLink(url);
      return {};
    },
    openWorkspaceFile: async ({ containerPath, line }) => {
      const file = hostFileOf(sessions.now?.mounts ?? [], containerPath);
      const at = new vscode.Position(Math.max(0, line - 1), 0);
      await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
      return {};
    },
    runCommand: async ({ command }) => {
      if (!options.allowedCommands.has(command)) throw commandNotAllowed(command);
      await vscode.commands.executeCommand(command);
      return {};
    },
  };
}
