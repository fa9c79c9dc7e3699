/** What the panel may ask of the host, and who answers. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { artifactNotStored, commandNotAllowed, saveFailed } from '../failures.ts';
import type { Handlers } from '../shared/rpc.ts';
import { attachRequests } from './attachRequests.ts';
import { cellRequests } from './cellRequests.ts';
import { controlRequests } from './controlRequests.ts';
import type { FileIds } from './fileIds.ts';
import { historyRequests } from './historyRequests.ts';
import type { Interpreter } from './interpreter.ts';
import { networkRequests } from './networkRequests.ts';
import { openLink } from './openLink.ts';
import { privacyRequests } from './privacyRequests.ts';
import { openArtifact, saveAll, saveArtifact, saveBytes, type Stored } from './saveArtifact.ts';
import type { Sessions } from './sessions.ts';
import { pickFiles } from './workspaceFiles.ts';

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
  /** Opens what was sent to the model in a turn, or (null) in the session. */
  showRequests: (turnId: string | null) => Promise<void>;
}

/** A picture of a chart; more than this is no chart. */
const IMAGE_LIMIT_BYTES = 64 * 1024 * 1024;

export function panelRequests(options: PanelRequestOptions): Handlers {
  const { interpreter, sessions, ids } = options;
  const pathOf = (sha256: string): string | null => sessions.now?.session.artifactPath(sha256) ?? null;
  return {
    ...cellRequests(options),
    ...controlRequests(options),
    ...attachRequests(options),
    ...privacyRequests(options),
    ...networkRequests(options),
    ...historyRequests(options),
    ready: async () => interpreter.snapshot(),
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
    saveImage: async ({ suggestedName, base64 }) => {
      const bytes = Buffer.from(base64, 'base64');
      if (bytes.length > IMAGE_LIMIT_BYTES) throw saveFailed(suggestedName, 'it is too large for a picture');
      return { saved: await saveBytes(suggestedName, bytes) };
    },
    copyText: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return {};
    },
    attachFile: async () => {
      const files = (await pickFiles(ids, 'Attach a Data File')) ?? [];
      return { files: files.map(({ id, label }) => ({ id, label })) };
    },
    openLink: async ({ url }) => {
      await openLink(url);
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
