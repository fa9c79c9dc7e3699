/**
 * What goes with a question besides its words. The log holds names, hashes and selected text; the blocks for the
 * model are made of them anew for each turn, because not every model can read them all.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { badImage } from '../failures.ts';
import { encodeNote, encodeSelection } from '../models/blocks.ts';
import type { Model, TextBlock, UserBlock } from '../models/model.ts';
import type { AttachedImage, FileRef, Selection, SessionEvent } from '../shared/events.ts';
import { linesOf } from '../shared/selection.ts';
import { attachedPaths } from './attachedFiles.ts';
import { countPages } from './pdfPages.ts';
import type { ArtifactStore } from './store.ts';
import { together, words, type Words } from '../shared/l10n.ts';

export interface ImageFile {
  name: string;
  mediaType: AttachedImage['mediaType'];
  bytes: Buffer;
}

/** A PDF among the message's files. */
export interface PdfFile extends FileRef {
  hostPath: string;
}

export interface Attachments {
  /** In the session's store already: see `keepImages`. */
  images: readonly AttachedImage[];
  selections: readonly Selection[];
  pdfs: readonly PdfFile[];
}

export const NO_ATTACHMENTS: Attachments = { images: [], selections: [], pdfs: [] };

export const hasContents = ({ images, selections, pdfs }: Attachments): boolean =>
  images.length + selections.length + pdfs.length > 0;

/** For the event of the question; PDFs are among its files. */
export const logged = ({ images, selections }: Attachments) => ({
  ...(images.length === 0 ? {} : { images: [...images] }),
  ...(selections.length === 0 ? {} : { selections: [...selections] }),
});

/** For the request's own JSON. @param earlier the log before this question */
export const named = ({ images, selections }: Attachments, earlier: readonly SessionEvent[]) => ({
  ...(images.length === 0
    ? {}
    : { images: images.map(({ name }) => name), imagePaths: attachedPaths(images, earlier) }),
  ...(selections.length === 0 ? {} : { selections: selections.map(linesOf) }),
});

/** What the model of a turn can read. */
export interface Reader {
  images: boolean;
  pdf: boolean;
}

/** Of all PDFs of a message: as base64, with the pictures, they must fit into a request of 32 MB. */
const MAX_PDF_BYTES = 10_000_000;
/** The API takes no more. */
const MAX_PDF_PAGES = 100;

export async function readerOf(model: Model, signal: AbortSignal): Promise<Reader> {
  // A program on this machine reads data files only.
  if (model.provider === null) return { images: false, pdf: false };
  const abilities = await model.abilities?.(signal);
  return { images: abilities?.imageInput ?? true, pdf: abilities?.pdfInput ?? false };
}

/** Puts the pictures into the session's store. @throws Failure `bad-image` when one cannot be kept */
export async function keepImages(
  store: ArtifactStore,
  images: readonly ImageFile[],
): Promise<AttachedImage[]> {
  const kept: AttachedImage[] = [];
  for (const { name, mediaType, bytes } of images) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const entry = { name, bytes: bytes.length, sha256 };
    const outcome = await store.put(entry, async () => Promise.resolve(Readable.from([bytes])));
    if (outcome.kind === 'refused') throw badImage(name, outcome.reason);
    kept.push({ ...entry, mediaType });
  }
  return kept;
}

type UserMessage = Extract<SessionEvent, { type: 'user_message' }>;
const isPdf = ({ containerPath }: FileRef): boolean => /\.pdf$/i.test(containerPath);

/**
 * What stands before each question of the log, by turn: pictures, selected text, and for PDFs the way to them.
 * The same log, store and reader give the same blocks, so that the provider's cache holds.
 * @param now the turn that begins, with the PDFs it was asked about; those of earlier turns are not sent again.
 */
export async function attachedBlocks(
  events: readonly SessionEvent[],
  store: Pick<ArtifactStore, 'path'>,
  reader: Reader,
  now: { turnId: string; documents: readonly UserBlock[] },
): Promise<Map<string, UserBlock[]>> {
  const blocks = new Map<string, UserBlock[]>();
  for (const event of events) {
    if (event.type !== 'user_message') continue;
    const documents =
      event.turnId === now.turnId
        ? now.documents
        : event.files.filter(isPdf).map((file) => byPath(file, 'is not attached any more'));
    const all = [...(await blocksOf(event, store, reader)), ...documents];
    if (all.length > 0) blocks.set(event.turnId, all);
  }
  return blocks;
}

async function blocksOf(
  { images = [], selections = [], withheld = false }: UserMessage,
  store: Pick<ArtifactStore, 'path'>,
  reader: Reader,
): Promise<UserBlock[]> {
  if (withheld) {
    const kept = [...counted(images.length, 'picture'), ...counted(selections.length, 'selection')];
    return kept.length === 0
      ? []
      : [encodeNote(`Attached, and withheld from you by the user's privacy setting: ${kept.join(', ')}.`)];
  }
  const texts = selections.map(encodeSelection);
  if (images.length === 0) return texts;
  if (!reader.images) {
    const unseen = counted(images.length, 'picture').join('');
    return [encodeNote(`Attached, but you cannot see it: ${unseen}.`), ...texts];
  }
  return [...(await Promise.all(images.map(async (image) => imageBlock(image, store)))), ...texts];
}

async function imageBlock(image: AttachedImage, store: Pick<ArtifactStore, 'path'>): Promise<UserBlock> {
  const path = store.path(image.sha256);
  const bytes = path === null ? null : await readFile(path).catch(() => null);
  if (bytes === null) return encodeNote(`The attached picture ${JSON.stringify(image.name)} is lost.`);
  return { type: 'image', mediaType: image.mediaType, data: bytes.toString('base64') };
}

/** Where the model finds a PDF that it is not given. */
const byPath = ({ label, containerPath }: FileRef, why: string): TextBlock =>
  encodeNote(`${JSON.stringify(label)} ${why}; read it in the sandbox at ${JSON.stringify(containerPath)}.`);

export interface Documents {
  /** For the model: a document for each PDF, or a sentence. */
  blocks: UserBlock[];
  /** For the user: which were not sent, and why. */
  refused: string[];
}

/** Reads the PDFs of a message, for a model that takes them. Never rejects. */
export async function readDocuments(
  pdfs: readonly PdfFile[],
  reader: Reader,
  withheld: boolean,
): Promise<Documents> {
  const documents: Documents = { blocks: [], refused: [] };
  let room = MAX_PDF_BYTES;
  for (const pdf of pdfs) {
    if (withheld) documents.blocks.push(byPath(pdf, "is withheld from you by the user's privacy setting"));
    else if (!reader.pdf) documents.blocks.push(byPath(pdf, 'is not attached as a document'));
    else {
      const read = await readPdf(pdf.hostPath, room);
      if (read.kind === 'read') {
        room -= read.bytes.length;
        const data = read.bytes.toString('base64');
        documents.blocks.push({ type: 'document', mediaType: 'application/pdf', title: pdf.label, data });
      } else {
        documents.blocks.push(byPath(pdf, `is not attached as a document (${read.reason})`));
        documents.refused.push(
          `${pdf.label} was not sent as a document: ${read.reason}. Code in the sandbox can read it.`,
        );
      }
    }
  }
  return documents;
}

type PdfRead = { kind: 'read'; bytes: Buffer } | { kind: 'refused'; reason: string };

async function readPdf(hostPath: string, roomBytes: number): Promise<PdfRead> {
  const refused = (reason: string): PdfRead => ({ kind: 'refused', reason });
  try {
    if ((await stat(hostPath)).size > roomBytes) return refused('a message takes at most 10 MB of PDF');
    const bytes = await readFile(hostPath);
    if (!bytes.subarray(0, 1024).includes('%PDF-')) return refused('it is not a PDF');
    const pages = countPages(bytes);
    return pages > MAX_PDF_PAGES
      ? refused(`it has ${pages} pages, and a model reads at most ${MAX_PDF_PAGES}`)
      : { kind: 'read', bytes };
  } catch {
    return refused('it cannot be read');
  }
}

/** What the user is told when pictures, selections or PDFs of a message do not reach the model; or null. */
export function unsentNotice(
  { images, selections, pdfs }: Attachments,
  reader: Reader,
  withheld: boolean,
): Words | null {
  if (withheld) {
    const kept = [
      ...(images.length === 0
        ? []
        : [images.length === 1 ? words('1 picture') : words`${images.length} pictures`]),
      ...(selections.length === 0
        ? []
        : [selections.length === 1 ? words('1 selection') : words`${selections.length} selections`]),
      ...(pdfs.length === 0 ? [] : [pdfs.length === 1 ? words('1 PDF') : words`${pdfs.length} PDFs`]),
    ];
    return kept.length === 0
      ? null
      : words`Not sent, because the model may see names and types only: ${together(kept, ', ')}.`;
  }
  if (reader.images || images.length === 0) return null;
  return images.length === 1
    ? words('Not sent, because this model does not look at pictures: 1 picture.')
    : words`Not sent, because this model does not look at pictures: ${images.length} pictures.`;
}

const counted = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
