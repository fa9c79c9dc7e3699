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
  depth = 8,
): Buffer {
  const whole = encodePng({ width: 1, height: 1, data: new Uint8Array(4) });
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4);
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([depth, colorType, 0, 0, 0], 16);
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

  it('that is broken, odd or a bomb is null, before anything large is made', () => {
    const good = encodePng(halves(20, 20));
    assert.equal(decodePng(good, 100), null);
    assert.equal(decodePng(good.subarray(0, 60), 1000), null);
    assert.equal(decodePng(rawPng(2, 1, 0, Buffer.alloc(5), [], 16), 1000), null);
    assert.equal(decodePng(Buffer.from('<html>'), 1000), null);
    const bomb = rawPng(4, 4, 0, Buffer.alloc(50_000_000));
    assert.equal(decodePng(bomb, 1000), null);
    assert.equal(pngSize(Buffer.from('GIF89a')), null);
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
