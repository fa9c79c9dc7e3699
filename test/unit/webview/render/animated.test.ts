import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAnimated } from '../../../../webview/render/animated.ts';

const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const STILL_GIF = 'R0lGODlhAwACAIAAAAAAAP///yH5BAAAAAAALAAAAAADAAIAAAIChF8AOw==';

/** The still one with its frame twice. */
function twoFrames(): Uint8Array {
  const still = bytes(STILL_GIF);
  const frame = still.slice(19, -1);
  return Uint8Array.from([...still.slice(0, -1), ...frame, 0x3b]);
}

const webp = (flags: number): Uint8Array =>
  Uint8Array.from([...Buffer.from('RIFF\0\0\0\0WEBPVP8X\0\0\0\0', 'latin1'), flags, 0, 0, 0]);

const png = (...kinds: string[]): Uint8Array =>
  Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...kinds.flatMap((kind) => [0, 0, 0, 0, ...Buffer.from(kind), 0, 0, 0, 0]),
  ]);

describe('a picture that moves', () => {
  it('is told from a still one', () => {
    assert.equal(isAnimated(bytes(STILL_GIF), 'image/gif'), false);
    assert.equal(isAnimated(twoFrames(), 'image/gif'), true);
    assert.equal(isAnimated(webp(2), 'image/webp'), true);
    assert.equal(isAnimated(webp(0), 'image/webp'), false);
    assert.equal(isAnimated(png('IHDR', 'acTL', 'IDAT'), 'image/png'), true);
    assert.equal(isAnimated(png('IHDR', 'IDAT', 'acTL'), 'image/png'), false);
  });

  it('is looked for in damaged bytes without end or error', () => {
    const whole = twoFrames();
    for (let length = 13; length < whole.length; length++)
      assert.equal(typeof isAnimated(whole.slice(0, length), 'image/gif'), 'boolean');
  });
});
