/** Files dragged in from outside the browser, through its own input: the page gets real files, and no event of ours. */
import type { Page } from 'playwright-core';

export interface OsDrag {
  drop: () => Promise<void>;
}

/** CDP's bit for Shift. */
const SHIFT = 8;

/**
 * Brings files to a point of the page and holds them there.
 * @param paths absolute, on this machine.
 */
export async function dragFromOutside(
  page: Page,
  paths: readonly string[],
  at: { x: number; y: number },
  { shift = false }: { shift?: boolean } = {},
): Promise<OsDrag> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const send = async (type: 'dragEnter' | 'dragOver' | 'drop', x: number): Promise<void> => {
    await session.send('Input.dispatchDragEvent', {
      type,
      x,
      y: at.y,
      data,
      modifiers: shift ? SHIFT : 0,
    });
  };
  await send('dragEnter', at.x);
  // The place under the pointer may change while something is dragged, so it moves a little.
  for (let n = 0; n < 5; n++) {
    await send('dragOver', at.x + n);
    await page.waitForTimeout(100);
  }
  return {
    drop: async () => {
      await send('drop', at.x + 4);
      await session.detach();
    },
  };
}
