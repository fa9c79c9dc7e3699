/**
 * Golden pictures: `UPDATE_GOLDEN=1` writes them, every other run compares, with a tolerance. They are kept as
 * WebP of few colours below `test/golden/pictures`; what was seen lies as PNG in `test-results`, and where it
 * differs the difference lies beside it.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod/mini';

const ROOT = join(import.meta.dirname, '../..');
const GOLDEN = join(ROOT, 'test/golden/pictures');
const SEEN = join(ROOT, 'test-results');
/** Of the pixels. Letters at other subpixels and colours that were rounded stay far below; a moved line does not. */
const TOLERATED_SHARE = 0.002;
/** Of the distance between black and white, for one pixel. */
const PIXEL_THRESHOLD = 0.2;
/** Of each channel. So few make a small file without loss, and lie far below the threshold. */
const LEVELS = 8;

const LIMITS = { levels: LEVELS, threshold: PIXEL_THRESHOLD, tolerated: TOLERATED_SHARE };

const comparison = z.object({
  /** Null: the sizes differ. */
  share: z.nullable(z.number()),
  sizes: z.string(),
  /** PNG, base64; empty when the sizes differ, or no more than is tolerated. */
  difference: z.string(),
});

/** Runs in the browser, which has the codecs. */
const IN_PAGE = `
import pixelmatch from 'pixelmatch';
const pixels = async (base64, type) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(bitmap, 0, 0);
  return { canvas, pen, data: pen.getImageData(0, 0, bitmap.width, bitmap.height) };
};
const encoded = async (canvas, type, quality) => {
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type, quality })).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
};
const table = (levels) => {
  const step = 255 / (levels - 1);
  return Uint8Array.from({ length: 256 }, (_, value) => Math.round(Math.round(value / step) * step));
};
// Most are what they were, byte for byte: that is quickly seen.
const isSame = (golden, seen, round) => {
  for (let at = 0; at < golden.length; at++) if (golden[at] !== round[seen[at]]) return false;
  return true;
};
globalThis.toWebp = async (png, levels) => {
  const { canvas, pen, data } = await pixels(png, 'image/png');
  const round = table(levels);
  for (let at = 0; at < data.data.length; at++) data.data[at] = round[data.data[at]];
  pen.putImageData(data, 0, 0);
  // With quality 1 it is without loss.
  return encoded(canvas, 'image/webp', 1);
};
globalThis.compare = async (png, webp, { levels, threshold, tolerated }) => {
  const seen = await pixels(png, 'image/png');
  const golden = await pixels(webp, 'image/webp');
  const { width, height } = seen.data;
  const sizes = golden.data.width + ' x ' + golden.data.height + ' became ' + width + ' x ' + height;
  if (golden.data.width !== width || golden.data.height !== height) return { share: null, sizes, difference: '' };
  if (isSame(golden.data.data, seen.data.data, table(levels))) return { share: 0, sizes, difference: '' };
  const differing = (out) =>
    pixelmatch(golden.data.data, seen.data.data, out, width, height, { threshold }) / (width * height);
  const share = differing(null);
  if (share <= tolerated) return { share, sizes, difference: '' };
  const out = seen.pen.createImageData(width, height);
  differing(out.data);
  seen.pen.putImageData(out, 0, 0);
  return { share, sizes, difference: await encoded(seen.canvas, 'image/png') };
};
`;

async function script(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: IN_PAGE, resolveDir: ROOT },
    bundle: true,
    format: 'iife',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

export class GoldenPictures {
  private constructor(private readonly page: Page) {}

  static async start(browser: Browser): Promise<GoldenPictures> {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await script() });
    return new GoldenPictures(page);
  }

  /**
   * @param name path without an ending, `panel/conversation-dark-290`
   * @throws AssertionError when more differs than is tolerated, or there is no golden picture.
   */
  async assertSame(name: string, png: Buffer): Promise<void> {
    await keep(join(SEEN, `${name}.png`), png);
    const file = join(GOLDEN, `${name}.webp`);
    const update = process.env['UPDATE_GOLDEN'] === '1';
    if (!existsSync(file)) {
      assert.ok(update, `${name} has no golden picture; UPDATE_GOLDEN=1 writes it`);
      return this.write(file, png);
    }
    const webp = (await readFile(file)).toString('base64');
    const { share, sizes, difference } = z.parse(
      comparison,
      await this.call(`compare('${png.toString('base64')}', '${webp}', ${JSON.stringify(LIMITS)})`),
    );
    // One that is still right is not written again: the same picture has other bytes after each encoding.
    if (share !== null && share <= TOLERATED_SHARE) return;
    if (update) return this.write(file, png);
    await keep(join(SEEN, `${name}-difference.png`), Buffer.from(difference, 'base64'));
    const what = share === null ? sizes : `${(share * 100).toFixed(2)} % of its pixels`;
    assert.fail(`${name} differs (${what}): look at test-results/${name}.png, then UPDATE_GOLDEN=1`);
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  private async write(file: string, png: Buffer): Promise<void> {
    const webp = await this.call(`toWebp('${png.toString('base64')}', ${LEVELS})`);
    await keep(file, Buffer.from(z.parse(z.string(), webp), 'base64'));
  }

  private async call(code: string): Promise<unknown> {
    return this.page.evaluate(code);
  }
}

async function keep(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
