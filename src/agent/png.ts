/**
 * PNG pixels in and out, for shrinking charts. The codec is fast-png. It inflates whatever the chunks hold and
 * believes every header it meets, so a file from the sandbox is made harmless first: one header, no more chunks
 * than pixels need, and no more data than the header announces.
 */
import { inflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode, encode, type DecodedPng } from 'fast-png';

export interface Pixels {
  width: number;
  height: number;
  /** RGBA, 8 bits each, row by row. */
  data: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Samples a pixel has, by PNG colour type: grey, RGB, palette, grey + alpha, RGBA. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** The header with its length, name and checksum. */
const IHDR_BYTES = 25;

/** Size from the header, or null when the bytes are no PNG. */
export function pngSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(SIGNATURE)) return null;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  const size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  return size.width === 0 || size.height === 0 ? null : size;
}

/** Null when broken, larger than `limitPixels`, or interlaced with less than 8 bits a sample. */
export function decodePng(bytes: Buffer, limitPixels: number): Pixels | null {
  const size = pngSize(bytes);
  if (size === null || size.width * size.height > limitPixels) return null;
  try {
    const png = harmless(bytes, size);
    return png === null ? null : { ...size, data: toRgba(decode(png), bytes[25] ?? -1) };
  } catch {
    return null; // Neither zlib nor the codec has a type for broken files.
  }
}

/** The first header, palette, transparency and image data; null when the data are more than the header says. */
function harmless(bytes: Buffer, { width, height }: { width: number; height: number }): Buffer | null {
  const depth = bytes[24] ?? 0;
  const isInterlaced = bytes[28] !== 0;
  // The codec takes such samples for whole bytes.
  if (isInterlaced && depth < 8) return null;
  const kept = [bytes.subarray(0, 8 + IHDR_BYTES)];
  const data: Buffer[] = [];
  for (let at = 8 + IHDR_BYTES; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (end > bytes.length) return null;
    if (['PLTE', 'tRNS', 'IDAT', 'IEND'].includes(kind)) kept.push(bytes.subarray(at, end));
    if (kind === 'IDAT') data.push(bytes.subarray(at + 8, end - 4));
    if (kind === 'IEND') break;
    at = end;
  }
  const stride = Math.ceil((width * (CHANNELS[bytes[25] ?? -1] ?? 0) * depth) / 8);
  const wholeBytes = (stride + 1) * height;
  // Interlaced rows are shorter and at most twice as many, and each has a byte for its filter.
  const maxOutputLength = isInterlaced ? wholeBytes + height + 8 : wholeBytes;
  const inflated = inflateSync(Buffer.concat(data), { maxOutputLength });
  return inflated.length < wholeBytes ? null : Buffer.concat(kept);
}

/** @param png of the given colour type: a palette alone says nothing, RGB may suggest one. */
function toRgba(png: DecodedPng, colorType: number): Uint8Array {
  const isIndexed = colorType === 3;
  const samples = isIndexed ? convertIndexedToRgb(png) : wholeSamples(png);
  const scale = isIndexed ? 1 : 255 / (2 ** png.depth - 1);
  const count = png.width * png.height;
  const channels = samples.length / count;
  const hasAlpha = channels === 2 || channels === 4;
  // The colour that stands for "nothing here", in samples as they are in the file.
  const clear = isIndexed ? undefined : png.transparency;
  const out = new Uint8Array(count * 4).fill(255);
  for (let i = 0, to = 0; i < count; i += 1, to += 4) {
    const at = i * channels;
    for (let c = 0; c < 3; c += 1)
      out[to + c] = Math.round((samples[channels < 3 ? at : at + c] ?? 0) * scale);
    if (hasAlpha) out[to + 3] = Math.round((samples[at + channels - 1] ?? 0) * scale);
    else if (clear?.every((value, c) => samples[at + c] === value) === true) out[to + 3] = 0;
  }
  return out;
}

/** Below 8 bits grey samples share bytes, and each row begins with a new one. */
function wholeSamples({ width, height, depth, data }: DecodedPng): ArrayLike<number> {
  if (depth >= 8) return data;
  const inByte = 8 / depth;
  const stride = Math.ceil(width / inByte);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const byte = data[Math.floor(i / width) * stride + Math.floor(x / inByte)] ?? 0;
    return (byte >> (8 - depth * ((x % inByte) + 1))) & (2 ** depth - 1);
  });
}

/** An RGB PNG (the pixels' alpha is not looked at). */
export function encodePng({ width, height, data }: Pixels): Buffer {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) rgb.set(data.subarray(i * 4, i * 4 + 3), i * 3);
  return Buffer.from(encode({ width, height, channels: 3, data: rgb }, { zlib: { level: 6 } }));
}
