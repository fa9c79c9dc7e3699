/**
 * PNG pixels in and out, for shrinking charts. Written over node:zlib instead of a package: it must refuse
 * decompression bombs before it allocates, and needs no more than what drawing libraries write (8 bits a
 * channel, not interlaced). Everything else is `null`: the caller says so instead of guessing.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** RGBA, 8 bits each, row by row. */
  data: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Samples a pixel has, by PNG colour type: grey, RGB, palette, grey + alpha, RGBA. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Size from the header, or null when the bytes are no PNG. */
export function pngSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(SIGNATURE)) return null;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  const size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  return size.width === 0 || size.height === 0 ? null : size;
}

interface Chunks {
  idat: Buffer[];
  palette: Buffer | null;
  transparency: Buffer | null;
}

function readChunks(bytes: Buffer): Chunks {
  const chunks: Chunks = { idat: [], palette: null, transparency: null };
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length || kind === 'IEND') break;
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (kind === 'IDAT') chunks.idat.push(data);
    else if (kind === 'PLTE') chunks.palette = data;
    else if (kind === 'tRNS') chunks.transparency = data;
    at += 12 + length;
  }
  return chunks;
}

/** Null when broken, of another kind than above, or larger than `limitPixels`. */
export function decodePng(bytes: Buffer, limitPixels: number): Pixels | null {
  const size = pngSize(bytes);
  const colorType = bytes[25] ?? -1;
  const channels = CHANNELS[colorType];
  if (size === null || channels === undefined || bytes[24] !== 8 || bytes[28] !== 0) return null;
  const { width, height } = size;
  if (width * height > limitPixels) return null;
  const { idat, palette, transparency } = readChunks(bytes);
  const stride = width * channels;
  let raw: Buffer;
  try {
    raw = inflateSync(Buffer.concat(idat), { maxOutputLength: (stride + 1) * height });
  } catch {
    return null;
  }
  if (raw.length < (stride + 1) * height || (colorType === 3 && palette === null)) return null;
  const samples = unfilter(raw, height, stride, channels);
  return samples === null
    ? null
    : { width, height, data: toRgba(samples, width * height, colorType, palette, transparency) };
}

/** Row by row, each kind of filter in its own loop: charts have millions of bytes. */
function unfilter(raw: Buffer, height: number, stride: number, channels: number): Uint8Array | null {
  const out = new Uint8Array(stride * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1) + 1;
    const filter = raw[from - 1] ?? 0;
    if (filter > 4) return null;
    const row = out.subarray(y * stride, (y + 1) * stride);
    row.set(raw.subarray(from, from + stride));
    if (filter === 1) for (let x = channels; x < stride; x += 1) row[x]! += row[x - channels]!;
    else if (filter === 2) for (let x = 0; x < stride; x += 1) row[x]! += above[x]!;
    else if (filter === 3) {
      for (let x = 0; x < stride; x += 1)
        row[x]! += ((x < channels ? 0 : row[x - channels]!) + above[x]!) >> 1;
    } else if (filter === 4) unfilterPaeth(row, above, channels);
    above = row;
  }
  return out;
}

function unfilterPaeth(row: Uint8Array, above: Uint8Array, channels: number): void {
  for (let x = 0; x < row.length; x += 1) {
    const left = x < channels ? 0 : row[x - channels]!;
    const corner = x < channels ? 0 : above[x - channels]!;
    const up = above[x]!;
    const byLeft = Math.abs(up - corner);
    const byUp = Math.abs(left - corner);
    const byCorner = Math.abs(left + up - 2 * corner);
    row[x]! += byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
  }
}

function toRgba(
  samples: Uint8Array,
  count: number,
  colorType: number,
  palette: Buffer | null,
  transparency: Buffer | null,
): Uint8Array {
  if (colorType === 6) return samples;
  const out = new Uint8Array(count * 4).fill(255);
  const channels = CHANNELS[colorType] ?? 4;
  for (let i = 0; i < count; i += 1) {
    const at = i * channels;
    const first = samples[at] ?? 0;
    if (colorType === 3) {
      for (let c = 0; c < 3; c += 1) out[i * 4 + c] = palette?.[first * 3 + c] ?? 0;
      out[i * 4 + 3] = transparency?.[first] ?? 255;
    } else if (channels <= 2) {
      out.fill(first, i * 4, i * 4 + 3);
      if (channels === 2) out[i * 4 + 3] = samples[at + 1] ?? 255;
    } else {
      for (let c = 0; c < channels; c += 1) out[i * 4 + c] = samples[at + c] ?? 255;
    }
  }
  return out;
}

function chunk(kind: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(kind, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** An RGB PNG (the pixels' alpha is not looked at), filtered so that charts compress well. */
export function encodePng({ width, height, data }: Pixels): Buffer {
  const stride = width * 3;
  const raw = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const row = y * (stride + 1);
    // Filter 2 (up): the rows of a chart resemble each other.
    raw[row] = y === 0 ? 0 : 2;
    for (let x = 0; x < width; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        const value = data[(y * width + x) * 4 + c] ?? 0;
        const up = y === 0 ? 0 : (data[((y - 1) * width + x) * 4 + c] ?? 0);
        raw[row + 1 + x * 3 + c] = (value - up) & 0xff;
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
