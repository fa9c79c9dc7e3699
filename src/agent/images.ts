/** Charts as the model sees them: PNG or JPEG, at most 1568 px on the long edge (the API shrinks above that). */
import type { ImageBlock } from '../models/model.ts';
import { decodePng, encodePng, pngSize, type Pixels } from './png.ts';

export const MAX_EDGE_PX = 1568;
/** The API refuses an image above 5 MB of base64. */
const MAX_BASE64_CHARS = 5_000_000;
/** Decoding happens on the host and blocks it: about 0.1 s for a megapixel. */
const MAX_DECODED_PIXELS = 16_000_000;

export type FittedImage = { kind: 'image'; block: ImageBlock; note: string } | { kind: 'text'; text: string };

/** @param base64 as in a MIME bundle; line breaks are tolerated. */
export function fitImage(mediaType: 'image/png' | 'image/jpeg', base64: string): FittedImage {
  const bytes = Buffer.from(base64, 'base64');
  return mediaType === 'image/png' ? fitPng(bytes) : fitJpeg(bytes);
}

const asText = (what: string): FittedImage => ({
  kind: 'text',
  text: `[${what}: shown to the user, not visible to you]`,
});

function fitPng(bytes: Buffer): FittedImage {
  const size = pngSize(bytes);
  if (size === null) return asText('an image/png that is not a PNG file');
  const whole = bytes.toString('base64');
  const longEdge = Math.max(size.width, size.height);
  const label = `${size.width}×${size.height} px`;
  if (longEdge <= MAX_EDGE_PX && whole.length <= MAX_BASE64_CHARS) return asImage('image/png', whole, label);

  const pixels = decodePng(bytes, MAX_DECODED_PIXELS);
  if (pixels === null) return asText(`a PNG of ${label} that could not be made smaller`);
  for (let edge = Math.min(MAX_EDGE_PX, longEdge); edge >= 200; edge = Math.floor(edge * 0.7)) {
    const small = scaleDown(pixels, edge / longEdge);
    const data = encodePng(small).toString('base64');
    if (data.length <= MAX_BASE64_CHARS) {
      return asImage('image/png', data, `${label}, sent as ${small.width}×${small.height}`);
    }
  }
  return asText(`a PNG of ${label} that is too large to send`);
}

function fitJpeg(bytes: Buffer): FittedImage {
  const size = jpegSize(bytes);
  if (size === null) return asText('an image/jpeg that is not a JPEG file');
  const label = `${size.width}×${size.height} px`;
  const data = bytes.toString('base64');
  const fits = Math.max(size.width, size.height) <= MAX_EDGE_PX && data.length <= MAX_BASE64_CHARS;
  return fits
    ? asImage('image/jpeg', data, label)
    : asText(`a JPEG of ${label}; write it as PNG, or at most ${MAX_EDGE_PX} px wide, to see it`);
}

const asImage = (mediaType: ImageBlock['mediaType'], data: string, note: string): FittedImage => ({
  kind: 'image',
  block: { type: 'image', mediaType, data },
  note,
});

/** Size from the first start-of-frame segment. */
export function jpegSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
      return size.width === 0 || size.height === 0 ? null : size;
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** Area average over white. `factor` in (0, 1]. */
export function scaleDown(source: Pixels, factor: number): Pixels {
  const width = Math.max(1, Math.round(source.width * factor));
  const height = Math.max(1, Math.round(source.height * factor));
  const columns = spans(source.width, width);
  const rows = spans(source.height, height);
  const data = new Uint8Array(width * height * 4).fill(255);
  const sums = new Float64Array(width * 3);
  rows.forEach((row, y) => {
    sums.fill(0);
    row.weights.forEach((weight, j) => addRow(source, row.from + j, columns, weight, sums));
    for (let x = 0; x < width; x += 1) {
      for (let c = 0; c < 3; c += 1) data[(y * width + x) * 4 + c] = Math.round(sums[x * 3 + c] ?? 0);
    }
  });
  return { width, height, data };
}

/** Which source samples each target sample covers, with weights that add up to 1. */
interface Span {
  from: number;
  weights: number[];
}

function spans(sourceLength: number, targetLength: number): Span[] {
  const step = sourceLength / targetLength;
  return Array.from({ length: targetLength }, (_, index) => {
    const start = index * step;
    const end = Math.min(sourceLength, start + step);
    const from = Math.floor(start);
    const to = Math.min(sourceLength, Math.ceil(end - 1e-9));
    const weights: number[] = [];
    for (let at = from; at < to; at += 1) weights.push((Math.min(at + 1, end) - Math.max(at, start)) / step);
    return { from, weights };
  });
}

/** Adds one row of the source, as wide as the target, to the sums. */
function addRow(
  source: Pixels,
  y: number,
  columns: readonly Span[],
  weight: number,
  sums: Float64Array,
): void {
  const { data, width } = source;
  for (let x = 0; x < columns.length; x += 1) {
    const { from, weights } = columns[x]!;
    let at = (y * width + from) * 4;
    for (let i = 0; i < weights.length; i += 1, at += 4) {
      const share = weight * weights[i]!;
      const opaque = (share * data[at + 3]!) / 255;
      const white = 255 * (share - opaque);
      sums[x * 3]! += opaque * data[at]! + white;
      sums[x * 3 + 1]! += opaque * data[at + 1]! + white;
      sums[x * 3 + 2]! += opaque * data[at + 2]! + white;
    }
  }
}
