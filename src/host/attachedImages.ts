/** Pictures of messages being written: kept here and in the session's store, known to the panel by their hash. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { badImage, imageGone } from '../failures.ts';
import type { ImageFile } from '../session/attachments.ts';
import { MAX_IMAGE_BYTES, MAX_IMAGE_EDGE_PX } from '../shared/attachLimits.ts';
import { words } from '../shared/l10n.ts';

/** Drafts are short-lived; what was sent is in the store. */
const MAX_KEPT = 40;

export class AttachedImages {
  private readonly kept = new Map<string, ImageFile>();

  /** @param storedAt path of bytes in the current session's store, by hash */
  constructor(private readonly storedAt: (sha256: string) => string | null) {}

  /** @throws Failure `bad-image` */
  async add(
    name: string,
    mediaType: ImageFile['mediaType'],
    base64: string,
  ): Promise<{ id: string; image: ImageFile }> {
    const image = { name, mediaType, bytes: Buffer.from(base64, 'base64') };
    const size = await sizeOf(image.bytes);
    if (size?.mediaType !== mediaType) throw badImage(name, words('it is no PNG or JPEG'));
    if (Math.max(size.width, size.height) > MAX_IMAGE_EDGE_PX || image.bytes.length > MAX_IMAGE_BYTES) {
      throw badImage(name, words('it is too large'));
    }
    const id = createHash('sha256').update(image.bytes).digest('hex');
    this.kept.set(id, image);
    for (const old of this.kept.keys()) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(old);
    }
    return { id, image };
  }

  /** After a reload the store still has the bytes; the name is lost. @throws Failure `image-gone` */
  async find(id: string): Promise<ImageFile> {
    const known = this.kept.get(id);
    if (known !== undefined) return known;
    const path = this.storedAt(id);
    const bytes = path === null ? null : await readFile(path).catch(() => null);
    // The store holds other files, too; those are not the panel's to read.
    const size = bytes === null || bytes.length > MAX_IMAGE_BYTES ? null : await sizeOf(bytes);
    if (bytes === null || size === null) throw imageGone();
    return {
      name: `picture.${size.mediaType === 'image/png' ? 'png' : 'jpg'}`,
      mediaType: size.mediaType,
      bytes,
    };
  }
}

type Size = { mediaType: ImageFile['mediaType']; width: number; height: number };

async function sizeOf(bytes: Buffer): Promise<Size | null> {
  // Not at activation: the codec comes with them.
  const [{ pngSize }, { jpegSize }] = await Promise.all([
    import('../agent/png.ts'),
    import('../agent/images.ts'),
  ]);
  const png = pngSize(bytes);
  if (png !== null) return { mediaType: 'image/png', ...png };
  const jpeg = jpegSize(bytes);
  return jpeg === null ? null : { mediaType: 'image/jpeg', ...jpeg };
}
