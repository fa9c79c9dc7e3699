import type { Page } from 'playwright-core';

const SETTLE_MS = 15_000;
const PAUSE_MS = 120;
const IDLE_MS = 5000;
/** Longer than a hit of a search is kept in sight: `webview/search/show.ts`. */
export const HIT_FRAMES = 40;

/**
 * A picture of a page that has come to rest: fonts and lazily loaded parts are there, and two pictures one after the
 * other are the same.
 * @returns PNG; the last one taken when the page never rests
 */
export async function stillPicture(page: Page): Promise<Buffer> {
  const take = async (): Promise<Buffer> => page.screenshot({ animations: 'disabled', caret: 'hide' });
  const deadline = Date.now() + SETTLE_MS;
  // On a busy machine the browser does not always tell; two equal pictures do.
  await page.waitForLoadState('networkidle', { timeout: IDLE_MS }).catch(() => undefined);
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  let last = await take();
  while (Date.now() < deadline) {
    await page.waitForTimeout(PAUSE_MS);
    const next = await take();
    if (next.equals(last)) return next;
    last = next;
  }
  return last;
}

/** So many frames later: for what the panel does frame by frame, as long as a busy machine takes for them. */
export async function framesLater(page: Page, frames: number): Promise<void> {
  await page.evaluate(`(async () => {
    for (let n = 0; n < ${String(frames)}; n++) await new Promise(requestAnimationFrame);
  })()`);
}
