/** Pictures that lie about themselves; see hostileCorpus.ts. */
import { crc32, deflateSync } from 'node:zlib';
import { type Shown } from './hostileRow.ts';

const picture = (mime: string, bytes: Uint8Array): Shown => ({
  as: 'display',
  data: { [mime]: Buffer.from(bytes).toString('base64'), 'text/plain': 'picture' },
});

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sized = Buffer.alloc(body.length + 8);
  sized.writeUInt32BE(data.length, 0);
  body.copy(sized, 4);
  sized.writeUInt32BE(crc32(body), body.length + 4);
  return sized;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** One bit a pixel, all white: a few bytes for very many pixels. */
function png(width: number, height: number, rows: number, extra: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const pixels = Buffer.alloc((1 + Math.ceil(Math.min(width, 100_000) / 8)) * rows, 0);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An animation of 10,000 frames of one pixel. */
function animation(): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(10_000, 0);
  const frames = Array.from({ length: 10_000 }, (_, at) => {
    const frame = Buffer.alloc(26);
    frame.writeUInt32BE(at, 0);
    frame.writeUInt32BE(1, 4);
    frame.writeUInt32BE(1, 8);
    return chunk('fcTL', frame);
  });
  return png(1, 1, 1, [chunk('acTL', control), ...frames]);
}

const JPEG_WITH_SCRIPT = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0x00, 0x40]),
  Buffer.from('Exif\0\0<script>window.__pwned=1</script>'.padEnd(62, ' '), 'latin1'),
  Buffer.from([0xff, 0xd9]),
]);

export const pictureAttacks: Readonly<Record<string, Shown>> = {
  'a damaged one': picture('image/png', SIGNATURE),
  'one that claims 65,535 × 65,535': picture('image/png', png(65_535, 65_535, 1)),
  'one that claims 4 billion': picture('image/png', png(0xffff_ffff, 0xffff_ffff, 1)),
  'a bomb of 20,000 × 20,000': picture('image/png', png(20_000, 20_000, 20_000)),
  'a picture of nothing': picture('image/png', png(0, 0, 0)),
  'an animation of 10,000 frames': picture('image/png', animation()),
  'a page as PNG': picture(
    'image/png',
    Buffer.from('<html><script>window.__pwned=1</script><img src="http://o17.canary.test/a.png"></html>'),
  ),
  'a drawing as PNG': picture(
    'image/png',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.__pwned=1"/>'),
  ),
  'a PNG as JPEG': picture('image/jpeg', png(1, 1, 1)),
  'a JPEG with a script': picture('image/jpeg', JPEG_WITH_SCRIPT),
  'a GIF that is a script': picture('image/gif', Buffer.from('GIF89a/*\u0001\u0001*/=1;window.__pwned=1')),
  'no base64': { as: 'display', data: { 'image/png': '"><img src=x onerror="$RUN">', 'text/plain': 'x' } },
  'a type of its own': {
    as: 'display',
    data: { 'image/webp': 'UklGRg==', 'image/x-icon"onerror="$RUN': 'AAAA' },
  },
};
