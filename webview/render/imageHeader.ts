/**
 * What a picture says of itself in its first bytes. A picture is shown only if its bytes are of the type it
 * claims and its size is one a page can hold: a few bytes can claim billions of pixels. Pure.
 */
import { type ImageMime } from './mime.ts';
import { t } from '../../src/shared/l10n.ts';

export interface ImageHeader {
  mime: ImageMime;
  width: number;
  height: number;
}

export const LIMIT_PIXELS = 64_000_000;

const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((value, index) => bytes[index] === value);

/** JPEG: sizes stand in the first start-of-frame segment. */
function jpegSize(bytes: Uint8Array, view: DataView): { width: number; height: number } | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** WebP: three kinds of first chunk, each with its own place for the size. */
function webpSize(bytes: Uint8Array, view: DataView): { width: number; height: number } | null {
  const chunk = String.fromCharCode(...bytes.subarray(12, 16));
  const three = (at: number): number => view.getUint16(at, true) + (bytes[at + 2] ?? 0) * 65_536;
  if (chunk === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 };
  if (chunk === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk !== 'VP8L') return null;
  const packed = view.getUint32(21, true);
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
}

export function readHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) && bytes.length >= 24) {
    return { mime: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (startsWith(bytes, [0x47, 0x49, 0x46, 0x38]) && bytes.length >= 10) {
    return { mime: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) {
    const size = jpegSize(bytes, view);
    return size === null ? null : { mime: 'image/jpeg', ...size };
  }
  if (startsWith(bytes, RIFF) && startsWith(bytes.subarray(8), WEBP) && bytes.length >= 30) {
    const size = webpSize(bytes, view);
    return size === null ? null : { mime: 'image/webp', ...size };
  }
  if (startsWith(bytes, [0x42, 0x4d]) && bytes.length >= 26 && view.getUint32(14, true) >= 40) {
    // A negative height: the first line is the top one.
    return {
      mime: 'image/bmp',
      width: view.getInt32(18, true),
      height: Math.abs(view.getInt32(22, true)),
    };
  }
  return null;
}

/** @returns why the picture is not shown, or null when it is fit to be. */
export function imageProblem(bytes: Uint8Array, claimed: string): string | null {
  const header = readHeader(bytes);
  if (header === null) return t('The picture is damaged, or is not a picture.');
  if (header.mime !== claimed) return t`The picture claims to be ${claimed} and is ${header.mime}.`;
  if (header.width < 1 || header.height < 1) return t('The picture is empty.');
  if (header.width * header.height > LIMIT_PIXELS)
    return t`The picture is too large to show: ${String(header.width)} × ${String(header.height)} pixels.`;
  return null;
}

export function fromBase64(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    // A loop: `Uint8Array.from` with a function is ten times slower, and pictures come while somebody scrolls.
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}
