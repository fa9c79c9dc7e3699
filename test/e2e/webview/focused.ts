/** What has the focus, as a screen reader would say it, and whether it is seen. */
import { type Page } from 'playwright-core';
import * as z from 'zod/mini';

const text = z.object({ value: z.string() });
const value = z.object({ value: z.optional(z.union([z.string(), z.boolean(), z.number()])) });
const tree = z.object({
  nodes: z.array(
    z.object({
      role: z.optional(text),
      name: z.optional(text),
      description: z.optional(text),
      properties: z.optional(z.array(z.object({ name: z.string(), value }))),
    }),
  ),
});
const evaluated = z.object({ result: z.object({ objectId: z.optional(z.string()) }) });

/** Through the roots of the toolkit's buttons. */
const DEEPEST = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
})()`;

export interface Focused {
  role: string;
  name: string;
  description: string;
  /** `expanded=true`, `hasPopup=menu` and the like. */
  states: string[];
}

export async function focused(page: Page): Promise<Focused> {
  const session = await page.context().newCDPSession(page);
  try {
    const { result } = evaluated.parse(await session.send('Runtime.evaluate', { expression: DEEPEST }));
    if (result.objectId === undefined) return { role: '', name: '', description: '', states: [] };
    const asked = { objectId: result.objectId, fetchRelatives: false };
    const [node] = tree.parse(await session.send('Accessibility.getPartialAXTree', asked)).nodes;
    const told = new Map(node?.properties?.map(({ name, value: { value: of } }) => [name, of]));
    return {
      role: node?.role?.value ?? '',
      name: node?.name?.value.trim() ?? '',
      description: node?.description?.value.trim() ?? '',
      states: ['expanded', 'hasPopup', 'pressed'].flatMap((name) =>
        told.has(name) ? [`${name}=${String(told.get(name))}`] : [],
      ),
    };
  } finally {
    await session.detach();
  }
}

/** The picture of what has the focus and a little around it; null: it is out of sight. */
export async function pictureOfFocus(page: Page): Promise<{ clip: Clip; picture: Buffer } | null> {
  const clip = await page.evaluate<Clip | null>(`(() => {
    const box = ${DEEPEST}.getBoundingClientRect();
    const [left, top] = [Math.max(0, box.left - 3), Math.max(0, box.top - 3)];
    const [right, bottom] = [Math.min(innerWidth, box.right + 3), Math.min(innerHeight, box.bottom + 3)];
    return right - left < 2 || bottom - top < 2 ? null : { x: left, y: top, width: right - left, height: bottom - top };
  })()`);
  return clip === null ? null : { clip, picture: await pictureAt(page, clip) };
}

interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const pictureAt = async (page: Page, clip: Clip): Promise<Buffer> =>
  page.screenshot({ clip, animations: 'disabled', caret: 'hide' });
