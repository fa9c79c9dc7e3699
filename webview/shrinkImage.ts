/**
 * A picture as the API takes it: at most 1568 px, without metadata. What came without loss stays so where it is small
 * enough, for code measures its colours; otherwise PNG or JPEG, whichever is smaller.
 */
import { MAX_IMAGE_EDGE_PX } from '../src/shared/attachLimits.ts';
import { LIMIT_PIXELS, readHeader } from './render/imageHeader.ts';
import { t } from '../src/shared/l10n.ts';

export type ShrunkImage =
  | { kind: 'image'; mediaType: 'image/png' | 'image/jpeg'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'refused'; reason: string };

const TYPES = /^image\/(png|jpeg|gif|webp|bmp)$/;
export const isPicture = (file: Blob): boolean => TYPES.test(file.type);

const MAX_FILE_BYTES = 60_000_000;
/** Ten of these fit into one request. */
const WANTED_BYTES = 1_100_000;
/** Share of the wanted size, and JPEG's quality, until the result is small enough. */
const ATTEMPTS = [
  [1, 0.9],
  [1, 0.75],
  [0.75, 0.75],
  [0.5, 0.7],
] as const;

const refused = (reason: string): ShrunkImage => ({ kind: 'refused', reason });

export async function shrink(file: Blob): Promise<ShrunkImage> {
  if (!isPicture(file)) return refused(t('PNG, JPEG, GIF, WebP and BMP can be.'));
  if (file.size > MAX_FILE_BYTES) return refused(t('it is larger than 60 MB. Make it smaller first.'));
  const header = readHeader(new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer()));
  // A few bytes can claim billions of pixels.
  if (header !== null && header.width * header.height > LIMIT_PIXELS) {
    return refused(t('it has too many pixels. Make it smaller first.'));
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return refused(t('it is damaged, or no picture.'));
  }
  try {
    const fit = Math.min(1, MAX_IMAGE_EDGE_PX / Math.max(bitmap.width, bitmap.height));
    let best: Blob | null = null;
    for (const [share, quality] of ATTEMPTS) {
      best = await small(bitmap, fit * share, quality, file.type !== 'image/jpeg');
      if (best.size <= WANTED_BYTES) break;
    }
    if (best === null) return refused(t('it could not be drawn.'));
    const mediaType = best.type === 'image/png' ? 'image/png' : 'image/jpeg';
    return { kind: 'image', mediaType, bytes: new Uint8Array(await best.arrayBuffer()) };
  } catch {
    return refused(t('it could not be drawn.'));
  } finally {
    bitmap.close();
  }
}

async function small(
  bitmap: ImageBitmap,
  scale: number,
  quality: number,
  isLossless: boolean,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The canvas has no context.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const png = await encoded(canvas, 'image/png');
  if (isLossless && png.size <= WANTED_BYTES) return png;
  // JPEG has no transparency: what shines through is white, as on paper.
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const jpeg = await encoded(canvas, 'image/jpeg', quality);
  return png.size <= jpeg.size ? png : jpeg;
}

const encoded = async (canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The canvas gave no bytes.')) : resolve(blob)),
      type,
      quality,
    );
  });
