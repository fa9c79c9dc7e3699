/** What goes with a message: files, mentions, pictures. */
import * as vscode from 'vscode';
import { untrustedWorkspace } from '../failures.ts';
import type { Handlers } from '../shared/rpc.ts';
import { draftOf, resolved } from './asked.ts';
import { AttachedImages } from './attachedImages.ts';
import type { KnownFile } from './fileIds.ts';
import { confirmOutside } from './message.ts';
import type { PanelRequestOptions } from './panelRequests.ts';
import { droppedFiles, findMentioned } from './workspaceFiles.ts';

export function attachRequests({
  interpreter,
  sessions,
  ids,
}: PanelRequestOptions): Pick<Handlers, 'send' | 'findFiles' | 'addImage' | 'imageData' | 'addFiles'> {
  const images = new AttachedImages((sha256) => sessions.now?.session.artifactPath(sha256) ?? null);
  return {
    send: async (message) => {
      const request = await resolved(message, ids, images);
      return { accepted: await interpreter.ask(request, draftOf(message, request, ids)) };
    },
    findFiles: async ({ query }) => {
      requireTrust();
      return { files: (await findMentioned(ids, query)).map(chip) };
    },
    addImage: async ({ name, mediaType, base64 }) => {
      requireTrust();
      const { id, image } = await images.add(name, mediaType, base64);
      // On disk at once: a reload must not lose what is in the draft.
      await (await sessions.current()).session.keepImages([image]);
      return { id };
    },
    imageData: async ({ sha256 }) => {
      const { mediaType, bytes } = await images.find(sha256);
      return { mediaType, base64: bytes.toString('base64') };
    },
    addFiles: async ({ uris }) => {
      requireTrust();
      return { files: (await droppedFiles(ids, uris, confirmOutside)).map(chip) };
    },
  };
}

const chip = ({ id, label }: KnownFile): { id: string; label: string } => ({ id, label });

function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw untrustedWorkspace();
}
