/** From the panel's ids to host paths, pictures and text, and from these to what a session sees. No VS Code in here. */
import { containerPathOf, hostPathOf } from '../container/mounts.ts';
import type { HostMount } from '../container/policy.ts';
import { attachmentUnknown, fileGone, tooManyImages } from '../failures.ts';
import type { Attachments, ImageFile, PdfFile } from '../session/attachments.ts';
import type { Queued } from '../session/queue.ts';
import type { SendRequest, Session } from '../session/session.ts';
import { MAX_IMAGES_PER_MESSAGE, MAX_MESSAGE_IMAGE_BYTES } from '../shared/attachLimits.ts';
import type { FileRef, Intent, Selection } from '../shared/events.ts';
import type { MessageDraft, RequestParams } from '../shared/protocol.ts';
import { linesOf } from '../shared/selection.ts';
import type { AttachedImages } from './attachedImages.ts';
import type { FileIds, SelectedText } from './fileIds.ts';

export interface AskRequest {
  intent: Intent;
  text: string;
  files: readonly { path: string; label: string }[];
  images?: readonly ImageFile[];
  selections?: readonly SelectedText[];
}

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

/** @throws Failure `file-gone`, `too-many-images`, `bad-image` */
export async function asked(
  { session, mounts }: { session: Pick<Session, 'keepImages'>; mounts: HostMount[] },
  { files, images = [], selections = [] }: AskRequest,
): Promise<{ files: FileRef[]; attachments: Attachments }> {
  if (images.length > MAX_IMAGES_PER_MESSAGE) throw tooManyImages(String(MAX_IMAGES_PER_MESSAGE));
  if (images.reduce((sum, { bytes }) => sum + bytes.length, 0) > MAX_MESSAGE_IMAGE_BYTES) {
    throw tooManyImages('11 MB');
  }
  const seen = new Map<string, FileRef & { hostPath: string }>();
  for (const { path, label } of files) {
    const containerPath = containerPathOf(mounts, path);
    if (containerPath === null) throw fileGone(label);
    seen.set(containerPath, { label, containerPath, hostPath: path });
  }
  const pdfs: PdfFile[] = [...seen.values()].filter(({ hostPath }) => /\.pdf$/i.test(hostPath));
  const located = selections.map(({ path, ...rest }): Selection => {
    const containerPath = path === null ? null : containerPathOf(mounts, path);
    // The question is about that file, too: code can read all of it.
    if (path !== null && containerPath !== null && !seen.has(containerPath)) {
      seen.set(containerPath, { label: rest.label, containerPath, hostPath: path });
    }
    return { ...rest, containerPath };
  });
  return {
    files: [...seen.values()].map(({ label, containerPath }) => ({ label, containerPath })),
    attachments: { images: await session.keepImages(images), selections: located, pdfs },
  };
}

/** The message as the composer held it. */
export function draftOf(
  { text, fileIds, imageIds }: RequestParams<'send'>,
  { images = [] }: AskRequest,
  ids: FileIds,
): MessageDraft {
  const files = fileIds.flatMap((id) => [
    ...ids.find([id]).map(({ label }) => ({ id, label })),
    ...ids.findSelections([id]).map((selection) => ({ id, label: linesOf(selection) })),
  ]);
  const names = imageIds.map((id, index) => ({ id, name: images[index]?.name ?? 'picture' }));
  return { text, files, images: names };
}

/**
 * The draft of a message that waited when the window was closed: its files and selections get ids of this window.
 * One that is in no folder of the session any more keeps its old id, so that sending it says what to do.
 */
export function draftAgain(
  { request, draft }: Pick<Queued<SendRequest>, 'request' | 'draft'>,
  mounts: readonly HostMount[],
  ids: FileIds,
): MessageDraft {
  const chips = new Map<string, string>();
  for (const { label, containerPath } of request.files) {
    const path = hostPathOf(mounts, containerPath);
    if (path !== null) chips.set(label, ids.add(path, label).id);
  }
  for (const { containerPath, ...selection } of request.attachments?.selections ?? []) {
    const path = containerPath === null ? null : hostPathOf(mounts, containerPath);
    chips.set(linesOf(selection), ids.addSelection({ ...selection, path }));
  }
  return { ...draft, files: draft.files.map(({ id, label }) => ({ id: chips.get(label) ?? id, label })) };
}
