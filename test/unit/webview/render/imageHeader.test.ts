import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBase64, imageProblem, readHeader, toBase64 } from '../../../../webview/render/imageHeader.ts';

const png = (width: number, height: number): Uint8Array => {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
};
const GIF = 'R0lGODlhAwACAIAAAAAAAP///yH5BAAAAAAALAAAAAADAAIAAAIChF8AOw==';
const JPEG = Uint8Array.from([
  0xff, 0xd8, 0xff, 0xe0, 0x00, 0x04, 0x00, 0x00, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x10, 0x00, 0x20, 0x01,
  0x00,
]);

describe('a picture says what it is', () => {
  it('PNG, GIF and JPEG with their sizes', () => {
    assert.deepEqual(readHeader(png(700, 400)), { mime: 'image/png', width: 700, height: 400 });
    assert.deepEqual(readHeader(fromBase64(GIF) ?? new Uint8Array()), {
      mime: 'image/gif',
      width: 3,
      height: 2,
    });
    assert.deepEqual(readHeader(JPEG), { mime: 'image/jpeg', width: 32, height: 16 });
  });

  it('is shown when it is what it claims', () =>
    assert.equal(imageProblem(png(700, 400), 'image/png'), null));
});

describe('and is not shown when', () => {
  it('a few bytes claim billions of pixels', () =>
    assert.match(imageProblem(png(65_535, 65_535), 'image/png') ?? '', /too large/));
  it('it is something else', () => {
    assert.match(
      imageProblem(new TextEncoder().encode('<html><script>'), 'image/png') ?? '',
      /not a picture/,
    );
    assert.match(imageProblem(JPEG, 'image/png') ?? '', /claims to be image\/png and is image\/jpeg/);
  });
  it('it is cut off or empty', () => {
    assert.notEqual(imageProblem(png(1, 1).slice(0, 12), 'image/png'), null);
    assert.notEqual(imageProblem(JPEG.slice(0, 9), 'image/jpeg'), null);
    assert.match(imageProblem(png(0, 5), 'image/png') ?? '', /empty/);
  });
  it('it is not base64', () => assert.equal(fromBase64('@@@'), null));
});

it('bytes survive the way to base64 and back', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
});
