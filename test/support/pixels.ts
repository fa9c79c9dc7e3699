/** Looks at what is really on the screen. */
import type { Browser, Locator } from 'playwright-core';
import * as z from 'zod/mini';

const statistics = z.object({
  width: z.number(),
  height: z.number(),
  /** Distinct colours, four bits for each channel. */
  colours: z.number(),
  /** Share of the most frequent colour, 0 to 1. */
  dominantShare: z.number(),
});
export type PictureStatistics = z.infer<typeof statistics>;

/** Runs in the browser, which has the decoder; text, because the tests are typed without the DOM. */
const COUNT_COLOURS = `async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = bitmap;
  const pen = new OffscreenCanvas(width, height).getContext('2d');
  pen.drawImage(bitmap, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const key = ((data[i] >> 4) << 8) | ((data[i + 1] >> 4) << 4) | (data[i + 2] >> 4);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const dominantShare = Math.max(...counts.values()) / (width * height);
  return { width, height, colours: counts.size, dominantShare };
}`;

/** Counts the colours of a PNG by decoding it in a browser. */
export async function statisticsOf(browser: Browser, png: Buffer): Promise<PictureStatistics> {
  const page = await browser.newPage();
  try {
    return statistics.parse(await page.evaluate(`(${COUNT_COLOURS})("${png.toString('base64')}")`));
  } finally {
    await page.close();
  }
}

/** What an element looks like on the screen. */
export async function screenStatistics(element: Locator): Promise<PictureStatistics> {
  const browser = element.page().context().browser();
  if (browser === null) throw new Error('The page has lost its browser.');
  await element.scrollIntoViewIfNeeded();
  return statisticsOf(browser, await element.screenshot());
}

/** A chart has axes, marks and letters: several colours, and more than one percent that is not background. */
export const showsSomething = (picture: PictureStatistics): boolean =>
  picture.width >= 100 && picture.height >= 60 && picture.colours >= 8 && picture.dominantShare < 0.99;
