import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { deflateSync } from 'node:zlib';
import { describe, it } from 'node:test';
import { fitImage, jpegSize, MAX_EDGE_PX, scaleDown } from '../../../src/agent/images.ts';
import { decodePng, encodePng, pngSize, type Pixels } from '../../../src/agent/png.ts';

/** Left half dark, right half light, so that scaling can be seen. */
function halves(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i += 1)
    data.set(i % width < width / 2 ? [0, 0, 0, 255] : [200, 100, 50, 255], i * 4);
  return { width, height, data };
}

const pixel = ({ width, data }: Pixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

/** A PNG with the given header and raw scanlines, for kinds the encoder does not write. */
function rawPng(
  width: number,
  height: number,
  colorType: number,
  scanlines: Buffer,
  extra: Buffer[] = [],
  { depth = 8, interlaced = false } = {},
): Buffer {
  const whole = encodePng({ width: 1, height: 1, data: new Uint8Array(4) });
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4);
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([depth, colorType, 0, 0, interlaced ? 1 : 0], 16);
  return Buffer.concat([
    whole.subarray(0, 8),
    header,
    ...extra,
    chunk('IDAT', deflateSync(scanlines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
function chunk(kind: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(kind, 4);
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

describe('PNG', () => {
  it('is the same after writing and reading', () => {
    const pixels = halves(37, 11);
    assert.deepEqual(decodePng(encodePng(pixels), 1000), pixels);
  });

  it('of every 8-bit kind is read: grey, grey with alpha, palette, RGBA, all filters', () => {
    const grey = decodePng(rawPng(2, 1, 0, Buffer.from([0, 10, 20])), 100);
    assert.deepEqual(grey && [pixel(grey, 0, 0), pixel(grey, 1, 0)], [
      [10, 10, 10, 255],
      [20, 20, 20, 255],
    ]);
    const greyAlpha = decodePng(rawPng(1, 1, 4, Buffer.from([0, 10, 128])), 100);
    assert.deepEqual(greyAlpha && pixel(greyAlpha, 0, 0), [10, 10, 10, 128]);
    const palette = [chunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6])), chunk('tRNS', Buffer.from([255, 7]))];
    const indexed = decodePng(rawPng(2, 1, 3, Buffer.from([0, 0, 1]), palette), 100);
    assert.deepEqual(indexed && [pixel(indexed, 0, 0), pixel(indexed, 1, 0)], [
      [1, 2, 3, 255],
      [4, 5, 6, 7],
    ]);
    // Filters sub, up, average, Paeth over one row each; expected values worked out by hand.
    const rows = Buffer.from([1, 10, 5, 2, 1, 1, 3, 2, 2, 4, 1, 1]);
    const filtered = decodePng(rawPng(2, 4, 0, rows), 100);
    const values = [0, 1, 2, 3].map((y) => [0, 1].map((x) => filtered && pixel(filtered, x, y)[0]));
    assert.deepEqual(values, [
      [10, 15],
      [11, 16],
      [7, 13],
      [8, 14],
    ]);
  });

  it('of 16 bits, of less than 8, or with one clear colour is read too', () => {
    const deep = decodePng(
      rawPng(1, 1, 2, Buffer.from([0, 0xff, 0xff, 0x80, 0, 0, 1]), [], { depth: 16 }),
      9,
    );
    assert.deepEqual(deep && pixel(deep, 0, 0), [255, 128, 0, 255]);
    // Five grey samples of 2 bits in two bytes, twice; the second row stands on its own bytes.
    const rows = Buffer.from([0, 0b00011011, 0b11000000, 0, 0b11100100, 0]);
    const grey = decodePng(rawPng(5, 2, 0, rows, [], { depth: 2 }), 10);
    const shades = [0, 1].map((y) => [0, 1, 2, 3, 4].map((x) => grey && pixel(grey, x, y)[0]));
    assert.deepEqual(shades, [
      [0, 85, 170, 255, 255],
      [255, 170, 85, 0, 0],
    ]);
    const clear = [chunk('tRNS', Buffer.from([0, 1, 0, 2, 0, 3]))];
    const rgb = decodePng(rawPng(3, 1, 2, Buffer.from([0, 1, 2, 3, 1, 2, 4, 0, 0, 0]), clear), 9);
    assert.deepEqual(rgb && [pixel(rgb, 0, 0)[3], pixel(rgb, 1, 0)], [0, [1, 2, 4, 255]]);
    // A palette that is only a suggestion.
    const suggested = decodePng(
      rawPng(1, 1, 2, Buffer.from([0, 7, 8, 9]), [chunk('PLTE', Buffer.from([1, 2, 3]))]),
      9,
    );
    assert.deepEqual(suggested && pixel(suggested, 0, 0), [7, 8, 9, 255]);
  });

  it('that is interlaced is put together', () => {
    // 3 × 3: pass 1 has the corner, 4 and 5 every second pixel of the even rows, 6 the odd columns, 7 the odd row.
    const passes = Buffer.from([0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6]);
    const png = decodePng(rawPng(3, 3, 0, passes, [], { interlaced: true }), 9);
    const values = [0, 1, 2].map((y) => [0, 1, 2].map((x) => png && pixel(png, x, y)[0]));
    assert.deepEqual(values, [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    assert.equal(
      decodePng(rawPng(8, 8, 0, Buffer.alloc(200), [], { depth: 1, interlaced: true }), 100),
      null,
    );
  });

  it('that is broken or odd is null', () => {
    const good = encodePng(halves(20, 20));
    assert.ok(decodePng(good, 400));
    assert.equal(decodePng(good, 399), null, 'more pixels than allowed');
    assert.equal(decodePng(good.subarray(0, 60), 1000), null);
    assert.equal(decodePng(rawPng(2, 2, 0, Buffer.alloc(5)), 1000), null, 'a row is missing');
    assert.equal(decodePng(rawPng(1, 1, 3, Buffer.alloc(2)), 1000), null, 'no palette');
    assert.equal(decodePng(rawPng(1, 1, 0, Buffer.from([9, 0])), 1000), null, 'no such filter');
    assert.equal(decodePng(rawPng(1, 1, 5, Buffer.alloc(9)), 1000), null, 'no such kind');
    assert.equal(decodePng(Buffer.from('<html>'), 1000), null);
    assert.equal(pngSize(Buffer.from('GIF89a')), null);
  });

  it('that is a bomb is null, or read without what it hides, and nothing large is made', () => {
    const zeros = deflateSync(Buffer.alloc(200_000_000));
    const bombs = {
      'data beyond the header': rawPng(4, 4, 0, Buffer.alloc(200_000_000)),
      'the same, interlaced': rawPng(4, 4, 0, Buffer.alloc(200_000_000), [], { interlaced: true }),
      'a profile': rawPng(1, 1, 0, Buffer.from([0, 77]), [
        chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), zeros])),
      ]),
      'a second header': rawPng(1, 1, 0, Buffer.from([0, 77]), [
        chunk('IHDR', Buffer.from([0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 6, 0, 0, 0])),
      ]),
    };
    const read = Object.entries(bombs).map(([name, png]) => {
      const before = process.memoryUsage();
      const pixels = decodePng(png, 1000);
      const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
      assert.ok(grown < 20_000_000, `${name}: ${grown} bytes`);
      return [name, pixels && pixel(pixels, 0, 0)[0]];
    });
    assert.deepEqual(Object.fromEntries(read), {
      'data beyond the header': null,
      'the same, interlaced': null,
      'a profile': 77,
      'a second header': 77,
    });
  });
});

describe('a chart for the model', () => {
  it('within the limit is sent as it is', () => {
    const base64 = encodePng(halves(640, 480)).toString('base64');
    const fitted = fitImage('image/png', base64);
    assert.deepEqual(fitted, {
      kind: 'image',
      block: { type: 'image', mediaType: 'image/png', data: base64 },
      note: '640×480 px',
    });
  });

  it('above it is scaled to the limit and still shows the same', () => {
    const fitted = fitImage('image/png', encodePng(halves(3000, 1000)).toString('base64'));
    assert.ok(fitted.kind === 'image');
    assert.match(fitted.note, /^3000×1000 px, sent as 1568×523$/);
    const small = decodePng(Buffer.from(fitted.block.data, 'base64'), 2_000_000);
    assert.ok(small);
    assert.equal(small.width, MAX_EDGE_PX);
    assert.deepEqual(pixel(small, 300, 200), [0, 0, 0, 255]);
    assert.deepEqual(pixel(small, 1300, 200), [200, 100, 50, 255]);
  });

  it('on a transparent ground stands on white', () => {
    const clear: Pixels = { width: 2, height: 2, data: new Uint8Array(16) };
    assert.deepEqual(pixel(scaleDown(clear, 0.5), 0, 0), [255, 255, 255, 255]);
  });

  it('that is noise and too heavy becomes smaller until it fits', () => {
    const width = 1568;
    const data = new Uint8Array(width * width * 4);
    let seed = 1;
    for (let i = 0; i < data.length; i += 1) {
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      data[i] = seed & 255;
    }
    const fitted = fitImage('image/png', encodePng({ width, height: width, data }).toString('base64'));
    assert.ok(fitted.kind === 'image' && fitted.block.data.length <= 5_000_000);
    assert.match(fitted.note, /sent as/);
  });

  it('that is no picture, or a large JPEG, becomes a sentence', () => {
    assert.equal(fitImage('image/png', Buffer.from('<svg/>').toString('base64')).kind, 'text');
    const jpeg = (width: number, height: number) => {
      const bytes = Buffer.from([
        0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 0, 0, 0,
      ]);
      bytes.writeUInt16BE(height, 13);
      bytes.writeUInt16BE(width, 15);
      return bytes;
    };
    assert.deepEqual(jpegSize(jpeg(300, 200)), { width: 300, height: 200 });
    assert.equal(fitImage('image/jpeg', jpeg(300, 200).toString('base64')).kind, 'image');
    const large = fitImage('image/jpeg', jpeg(4000, 200).toString('base64'));
    assert.match(large.kind === 'text' ? large.text : '', /JPEG of 4000×200 px; write it as PNG/);
  });

  it('written here is read by other programs', { skip: !hasPython() && 'no python3' }, () => {
    const png = encodePng(halves(5, 3));
    const script = `
import sys, zlib, struct
d = sys.stdin.buffer.read(); at = 8; ok = True
while at < len(d):
    n, = struct.unpack('>I', d[at:at+4]); body = d[at+4:at+8+n]
    ok &= zlib.crc32(body) == struct.unpack('>I', d[at+8+n:at+12+n])[0]; at += 12 + n
print(ok, at == len(d))`;
    assert.equal(execFileSync('python3', ['-c', script], { input: png }).toString().trim(), 'True True');
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version']);
    return true;
  } catch {
    return false;
  }
}
