/** Outputs that change in place, and those that people work with: trees by keyboard, pictures that move. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Output } from '../../../src/shared/outputs.ts';
import { framesLater } from '../../support/stillPicture.ts';
import { cellAnswers, worked } from './cellScenes.ts';
import { familyLog } from './corpusCases.ts';
import { panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded, stdout } from './scenes.ts';

const PNG = recorded.png;
const other = (base64: unknown): string => String(base64).replace(/.{8}$/, 'AAAAAA==');
const CHANGED = { 'image/png': other(PNG['image/png']) };

const shownAs = (data: Record<string, unknown>, id: string): Output => ({
  output_type: 'display_data',
  data,
  metadata: {},
  transient: { display_id: id },
});
const update = (data: Record<string, unknown>, id: string): Output => ({
  output_type: 'update_display_data',
  data,
  metadata: {},
  transient: { display_id: id },
});

/** Marks the pictures, and from then on writes down the least height of the first outputs. */
const watch = async ({ page }: OpenPanel): Promise<void> =>
  page.evaluate(`(async () => {
    const images = [...document.querySelectorAll('.outputs img')];
    await Promise.all(images.map((image) => image.decode()));
    images.forEach((image) => { image.__mark = true; });
    const outputs = document.querySelector('.outputs');
    window.__least = outputs.getBoundingClientRect().height;
    const look = () => {
      window.__least = Math.min(window.__least, document.querySelector('.outputs')?.getBoundingClientRect().height ?? 0);
      requestAnimationFrame(look);
    };
    look();
    window.__start = outputs.getBoundingClientRect().height;
  })()`);

const steady = async ({ page }: OpenPanel): Promise<void> => {
  await page.waitForTimeout(300);
  const [marked, count, least, start] = await page.evaluate<number[]>(
    `(() => { const images = [...document.querySelectorAll('.outputs img')];
      return [images.filter((image) => image.__mark).length, images.length, window.__least, window.__start]; })()`,
  );
  assert.equal(marked, count, 'the pictures are the same elements as before');
  assert.ok((least ?? 0) >= (start ?? 1) - 1, `the height fell from ${String(start)} to ${String(least)}`);
};

describe('outputs that change', () => {
  const { shown } = panelFlow();

  const twice = new Log();
  twice.ask('Show');
  twice.cell('c1', 'First', 'x', [shownAs(PNG, 'd')]);
  twice.cell('c2', 'Second', 'x', [stdout('above\n'), shownAs(PNG, 'd'), shownAs(PNG, 'other')]);
  shown(
    'an update goes to every place of its display, and the pictures do not flicker',
    () => ({ state: panelState({ turn: 'running' }), events: twice.events, height: 1800 }),
    async (panel) => {
      const sources = async (): Promise<string[]> =>
        panel.page.evaluate(`[...document.querySelectorAll('.outputs img')].map((image) => image.src)`);
      const first = await sources();
      await watch(panel);
      twice.write('c3', 'Third', 'x');
      const event = twice.add({ type: 'cell_output', cellId: 'c3', output: update(CHANGED, 'd') });
      await panel.push({ type: 'events', events: [...twice.events.slice(-3, -1), event] });
      await steady(panel);
      const second = await sources();
      assert.deepEqual(
        second.map((source, index) => source !== first[index]),
        [true, true, false],
      );
    },
  );

  const animation = new Log();
  animation.ask('Animate');
  animation.write('c1', 'Frames', 'x');
  animation.add({ type: 'cell_running', cellId: 'c1', purpose: 'Frames', code: 'x', executionCount: 1 });
  for (const output of [stdout('frame 0\n'), display(PNG)])
    animation.add({ type: 'cell_output', cellId: 'c1', output });
  shown(
    'clear_output(wait=True) replaces text and picture without an empty moment between',
    () => ({ state: panelState({ turn: 'running' }), events: animation.events, height: 1200 }),
    async (panel) => {
      await watch(panel);
      for (let frame = 1; frame <= 3; frame++) {
        const outputs: Output[] = [
          { output_type: 'clear_output', wait: true },
          stdout(`frame ${String(frame)}\n`),
          display(frame % 2 === 1 ? CHANGED : PNG),
        ];
        const events = outputs.map((output) => animation.add({ type: 'cell_output', cellId: 'c1', output }));
        await panel.push({ type: 'events', events });
      }
      await steady(panel);
      assert.equal(await panel.page.locator('.outputs img').count(), 1);
      assert.equal((await panel.page.locator('.outputs pre').textContent())?.trim(), 'frame 3');
    },
  );

  shown(
    'with reduced motion a moving picture shows its first frame, and plays when asked',
    () => ({ state: panelState() }),
    async (panel) => {
      await panel.page.emulateMedia({ reducedMotion: 'reduce' });
      await panel.push({ type: 'events', events: familyLog('image/gif').events });
      const moving = panel.page.locator('.moving-image');
      const red = `(() => { const canvas = document.querySelector('.moving-image canvas');
        return [...canvas.getContext('2d').getImageData(30, 15, 1, 1).data]; })()`;
      await moving.locator('canvas').waitFor();
      await panel.page.waitForTimeout(900);
      const [r = 0, g = 0, b = 0] = await panel.page.evaluate<number[]>(red);
      assert.ok(r > 150 && g < 100 && b < 100, `the first frame is red: ${[r, g, b].join(' ')}`);
      await moving.getByRole('button', { name: 'Play the animation' }).click();
      await moving.locator('img').waitFor();
      assert.equal(await panel.page.getByRole('dialog').count(), 0);
      await moving.getByRole('button', { name: 'Stop the animation' }).click();
      await moving.locator('canvas').waitFor();
      // A still one needs no button.
      assert.equal(await moving.count(), 1);
    },
  );
});

describe('the menu of a cell', () => {
  const { shown } = panelFlow();

  shown(
    'stays at its button when what is above grows',
    () => ({ state: panelState(), events: worked().events, answers: cellAnswers, height: 1800 }),
    async (panel) => {
      await panel.picture();
      const button = panel.page.locator('[data-cell=c2]').getByRole('button', { name: 'More actions' });
      await button.click();
      const menu = panel.page.getByRole('menu');
      await menu.waitFor();
      const tops = async (): Promise<[button: number, gap: number]> => {
        const [of, at] = await Promise.all([button.boundingBox(), menu.boundingBox()]);
        return [of?.y ?? 0, (at?.y ?? 0) - (of?.y ?? 0) - (of?.height ?? 0)];
      };
      const [before, gap] = await tops();
      assert.ok(gap >= 0 && gap < 10, `${String(gap)} px below its button`);
      await panel.page.evaluate(`document.querySelector('[data-cell=c1]').style.paddingBottom = '90px'`);
      await framesLater(panel.page, 3);
      const [after, gapAfter] = await tops();
      assert.ok(after > before + 60, 'the button has moved');
      assert.ok(Math.abs(gapAfter - gap) < 2, `${String(gapAfter)} px below its button`);
    },
  );
});

describe('a JSON tree', () => {
  const { shown } = panelFlow();
  const log = new Log();
  log.ask('Show');
  log.cell('c1', 'Settings', 'x', [
    display({
      'application/json': { first: [1, { inner: 'text' }], second: 2, many: [...Array(250).keys()] },
    }),
  ]);

  shown(
    'opens, closes and copies by keyboard',
    () => ({ state: panelState(), events: log.events }),
    async (panel) => {
      const tree = panel.page.getByRole('tree', { name: 'JSON: Settings' });
      const focused = async (): Promise<string> =>
        panel.page.evaluate(
          `document.activeElement.querySelector('.json-text')?.textContent ?? document.activeElement.textContent`,
        );
      const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) await panel.page.keyboard.press(key);
        await panel.page.waitForTimeout(50);
      };
      await tree.getByRole('treeitem').first().focus();
      await press('ArrowDown');
      assert.equal(await focused(), 'first: [2 items]');
      await press('ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowRight');
      assert.equal(await focused(), 'inner: "text"');
      await press('Tab', 'Enter', 'Tab', 'Enter');
      const copied = (await panel.posted('copyText')).map(({ params }) => params['text']);
      assert.deepEqual(copied, ['text', '["first"][1]["inner"]']);
      await tree.getByRole('treeitem', { name: 'inner' }).focus();
      await press('ArrowLeft');
      assert.equal(await focused(), '1: {1 key}');
      await press('ArrowLeft', 'ArrowLeft');
      assert.equal(await focused(), 'first: [2 items]');
      await press('ArrowLeft');
      assert.equal(await tree.getByRole('treeitem').count(), 4);
      await press('End');
      assert.equal(await focused(), 'many: [250 items]');
      await press('Enter', 'End');
      assert.equal(await focused(), 'Show more (150 entries left)');
      await press('Enter');
      assert.equal(await tree.getByRole('treeitem').count(), 254);
      await press('Home');
      assert.equal(await tree.getByRole('treeitem', { expanded: true }).count(), 2);
    },
  );
});
