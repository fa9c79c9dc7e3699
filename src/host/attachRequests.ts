/** What goes with a message: files, mentions, pictures. */
import * as vscode from 'vscode';
import { attachmentUnknown, untrustedWorkspace } from '../failures.ts';
import type { RequestParams } from '../shared/protocol.ts';
import type { Handlers } from '../shared/rpc.ts';
import type { AskRequest } from './asked.ts';
import { AttachedImages } from './attachedImages.ts';
import type { FileIds, KnownFile } from './fileIds.ts';
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
    send: async (message) => ({ accepted: await interpreter.ask(await resolved(message, ids, images)) }),
    findFiles: async ({ query }) => {
      requireTrust();
      return { files: (await findMentioned(ids, query)).map(chip) };
    },
    addImage: async ({ name, mediaType, base64 }) => {
      requireTrust();
      const { id, image } = images.add(name, mediaType, base64);
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

/** Nothing of what the user attached is left out in silence. @throws Failure `attachment-unknown`, `image-gone` */
export async function resolved(
  { intent, text, fileIds, imageIds }: RequestParams<'send'>,
  ids: FileIds,
  images: AttachedImages,
): Promise<AskRequest> {
  const files = ids.find(fileIds);
  const selections = ids.findSelections(fileIds);
  if (files.length + selections.length < new Set(fileIds).size) throw attachmentUnknown();
  const attached = await Promise.all(imageIds.map(async (id) => images.find(id)));
  return { intent, text, files, selections, images: attached };
}

function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw untrustedWorkspace();
}
