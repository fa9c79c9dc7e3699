/** What is pasted or dropped becomes part of the draft: pictures as bytes, files as chips of the host. */
import { signal } from '@preact/signals';
import { MAX_IMAGES_PER_MESSAGE } from '../src/shared/attachLimits.ts';
import { attach, dispatch, draft, perform, setDraft } from './app.ts';
import { fromBase64, toBase64 } from './render/imageHeader.ts';
import { caller } from './rpcClient.ts';
import { isPicture, shrink } from './shrinkImage.ts';
import { t } from '../src/shared/l10n.ts';

/** Pictures on their way into the draft. */
export const preparing = signal(0);

const say = (sentence: string): void => dispatch({ type: 'problem', sentence });

/** Bytes by hash: what was attached here, and what the transcript has asked the host for. */
const pictures = new Map<string, Promise<Uint8Array<ArrayBuffer> | null>>();

/** Null when the session does not have it any more. */
export async function pictureBytes(sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const known = pictures.get(sha256);
  if (known !== undefined) return known;
  const asked = caller.call('imageData', { sha256 }).then(
    ({ base64 }) => fromBase64(base64),
    () => null,
  );
  pictures.set(sha256, asked);
  return asked;
}

let pasted = 0;

/** One after the other, so that their order is the order of the chips. */
export async function attachImages(files: readonly File[], from: 'paste' | 'drop'): Promise<void> {
  const room = MAX_IMAGES_PER_MESSAGE - draft.value.images.length - preparing.value;
  if (files.length > room) {
    say(
      t`A message takes at most ${String(MAX_IMAGES_PER_MESSAGE)} pictures. Send the others with the next one.`,
    );
  }
  const taken = files.slice(0, Math.max(0, room));
  preparing.value += taken.length;
  for (const file of taken) {
    try {
      await attachImage(file, from);
    } finally {
      preparing.value--;
    }
  }
}

async function attachImage(file: File, from: 'paste' | 'drop'): Promise<void> {
  const small = await shrink(file);
  if (small.kind === 'refused') {
    say(t`${JSON.stringify(file.name)} was not attached: ${small.reason}`);
    return;
  }
  const extension = small.mediaType === 'image/png' ? 'png' : 'jpg';
  const name = from === 'paste' ? `pasted-${String(++pasted)}.${extension}` : file.name.slice(-100);
  const { mediaType, bytes } = small;
  const answer = await perform('addImage', { name, mediaType, base64: toBase64(bytes) });
  if (answer === null) return;
  pictures.set(answer.id, Promise.resolve(bytes));
  const others = draft.value.images.filter(({ id }) => id !== answer.id);
  setDraft({ images: [...others, { id: answer.id, name }] });
}

export async function attachUris(uris: readonly string[]): Promise<void> {
  const answer = await perform('addFiles', { uris: [...uris] });
  if (answer !== null) attach(answer.files);
}

const URI_TYPES = ['application/vnd.code.uri-list', 'text/uri-list'];

/** Whether something is dragged that could be attached; during a drag only the types are known. */
export const isAttachable = ({ types }: DataTransfer): boolean =>
  types.some((type) => type === 'Files' || URI_TYPES.includes(type));

/** Addresses of a `text/uri-list`: one a line, `#` begins a comment. */
export const urisOf = (list: string): string[] =>
  list
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** To be called while the drop's event lasts: its data is gone afterwards. */
export async function attachDropped(data: DataTransfer): Promise<void> {
  const files = [...data.files];
  const uris = URI_TYPES.map((type) => urisOf(data.getData(type))).find((found) => found.length > 0) ?? [];
  const onDisk = uris.filter((uri) => !/^https?:/i.test(uri));
  if (files.length === 0) {
    if (onDisk.length > 0) await attachUris(onDisk);
    else say(t('A web address cannot be attached. Save the file into the workspace first.'));
    return;
  }
  const others = files.filter((file) => !isPicture(file));
  await attachImages(files.filter(isPicture), 'drop');
  if (others.length === 0) return;
  // Some systems tell where a dropped file lies; most do not.
  const names = new Set(others.map(({ name }) => name));
  const located = onDisk.filter((uri) => names.has(decodedName(uri)));
  if (located.length === others.length) await attachUris(located);
  else {
    say(
      t`${others.map(({ name }) => JSON.stringify(name)).join(', ')}: a file from outside the editor has no path here. Put it into the workspace, or use Attach.`,
    );
  }
}

function decodedName(uri: string): string {
  const name = uri.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** True when the clipboard held pictures and they were taken. Text wins: a spreadsheet copies both. */
export function attachPasted(data: DataTransfer): boolean {
  if (data.getData('text/plain') !== '') return false;
  const found = [...data.files].filter(isPicture);
  if (found.length === 0) return false;
  void attachImages(found, 'paste');
  return true;
}
