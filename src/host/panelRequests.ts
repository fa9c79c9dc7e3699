/** What the panel may ask of the host, and who answers. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { artifactNotStored, commandNotAllowed } from '../failures.ts';
import type { Handlers } from '../shared/rpc.ts';
import { attachRequests } from './attachRequests.ts';
import { cellRequests } from './cellRequests.ts';
import { changeRequests } from './changeRequests.ts';
import { chartRequests } from './chartRequests.ts';
import { controlRequests } from './controlRequests.ts';
import { dataRequests } from './dataRequests.ts';
import type { FileIds } from './fileIds.ts';
import { historyRequests } from './historyRequests.ts';
import type { Interpreter } from './interpreter.ts';
import { networkRequests } from './networkRequests.ts';
import { openLink } from './openLink.ts';
import { setPanelFocus } from './panelFocus.ts';
import { privacyRequests } from './privacyRequests.ts';
import { openArtifact, saveAll, saveArtifact, type Stored } from './saveArtifact.ts';
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
  /** A new session that goes on from an answer of the one that is shown; false: the user decided against it. */
  forkShown(turnId: string | null): Promise<boolean>;
  /** Opens two versions of a text beside each other. */
  versions: Pick<VersionDocuments, 'compare'>;
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
      await openArtifact(stored, async (wanted) => copyFor(wanted, pathOf, options.openedFolder()));
      return {};
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

/** A read-only copy under the artifact's own name: the store's files are named by their hash, and never change. */
async function copyFor(
  { name, sha256 }: Stored,
  pathOf: (sha256: string) => string | null,
  folder: string,
): Promise<string> {
  const source = pathOf(sha256);
  if (source === null) throw artifactNotStored(name);
  const copy = path.join(folder, path.basename(source).slice(0, 16), name);
  await fs.mkdir(path.dirname(copy), { recursive: true });
  await fs.rm(copy, { force: true });
  await fs.copyFile(source, copy);
  await fs.chmod(copy, 0o444);
  return copy;
}
