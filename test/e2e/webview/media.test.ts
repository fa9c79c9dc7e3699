/** What the system asks for: less motion, its own colours; and a screen reader in the middle of a flood. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { focused, pictureAt, pictureOfFocus } from './focused.ts';
import { panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { cellResult, claude, conversation, Log, panelState, stdout, troubles } from './scenes.ts';

/** Spinners, a bar of progress, a chart that is being drawn. */
const busy = () => ({
  state: panelState({
    turn: 'running',
    model: claude,
    sandbox: { kind: 'starting', message: 'Building', step: 2, steps: 9 },
  }),
  events: troubles().events,
});

/** Animations that go on now, in milliseconds of one round. */
const moving = async ({ page }: OpenPanel): Promise<number[]> =>
  page.evaluate<number[]>(
    `document.getAnimations().filter((one) => one.playState === 'running')
      .map((one) => Number(one.effect.getComputedTiming().duration)).filter((duration) => duration > 1)`,
  );

describe('what the system asks for', () => {
  const { shown } = panelFlow();

  shown('motion: things turn while it works', busy, async (panel) => {
    assert.ok((await moving(panel)).length > 0);
  });

  shown('less motion: nothing turns, slides or fades', busy, async (panel) => {
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await panel.page.waitForTimeout(300);
    assert.deepEqual(await moving(panel), []);
    const smooth = await panel.page.evaluate<number>(
      `[...document.querySelectorAll('*')].filter((element) => getComputedStyle(element).scrollBehavior === 'smooth').length`,
    );
    assert.equal(smooth, 0, 'nothing scrolls by itself');
  });

  shown('less motion by the setting of VS Code: the same', busy, async (panel) => {
    await panel.page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    await panel.page.waitForTimeout(300);
    assert.deepEqual(await moving(panel), []);
  });

  shown(
    'colours of the system: icons are seen, and so is the focus',
    () => ({ state: panelState(), events: conversation().events, width: 480, height: 1500 }),
    async ({ page }) => {
      await page.emulateMedia({ forcedColors: 'active' });
      // A picture that is letters of a font, drawn in one colour on another.
      const unseen = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.codicon')].filter((icon) => icon.checkVisibility({ opacityProperty: true })).flatMap((icon) => {
          const behind = (element) => {
            for (let at = element; at !== null; at = at.parentElement ?? at.getRootNode().host ?? null) {
              const { backgroundColor } = getComputedStyle(at);
              if (!/, 0\\)$|transparent/.test(backgroundColor)) return backgroundColor;
            }
            return 'rgb(255, 255, 255)';
          };
          return getComputedStyle(icon, '::before').color === behind(icon) ? [icon.className] : [];
        })`,
      );
      assert.deepEqual(unseen, []);
      await page.keyboard.press('Tab');
      for (let n = 0; n < 16; n++) {
        const { role, name } = await focused(page);
        const seen = await pictureOfFocus(page);
        await page.keyboard.press('Tab');
        if (seen === null) continue;
        const after = await pictureAt(page, seen.clip);
        assert.ok(!after.equals(seen.picture), `${role} ${name} looks the same with and without`);
      }
    },
  );

  shown(
    'a screen reader hears the start and the end of 2,000 lines, and nothing in between',
    () => ({ state: panelState({ turn: 'running' }) }),
    async (panel) => {
      await panel.page.evaluate(`window.__said = [];
        new MutationObserver(() => window.__said.push(document.querySelector('[data-testid=live]').textContent))
          .observe(document.querySelector('[data-testid=live]'), { subtree: true, childList: true, characterData: true })`);
      const log = new Log();
      log.ask('Count');
      log.write('c1', 'Count', 'for n in range(2000): print(n)');
      log.add({ type: 'cell_running', cellId: 'c1', purpose: 'Count', code: 'x', executionCount: 1 });
      await panel.push({ type: 'events', events: log.events });
      for (let at = 0; at < 2000; at += 100) {
        const lines = Array.from({ length: 100 }, (_, n) =>
          log.add({ type: 'cell_output', cellId: 'c1', output: stdout(`line ${String(at + n)}\n`) }),
        );
        await panel.push({ type: 'events', events: lines });
      }
      await panel.page.getByText('line 1999').waitFor();
      const done = log.add({
        type: 'cell_done',
        cellId: 'c1',
        result: cellResult({ durationMs: 2100 }),
      });
      await panel.push({ type: 'events', events: [done] });
      const said = await panel.page.evaluate<string[]>(
        '[...new Set(window.__said)].filter((text) => text !== "")',
      );
      assert.deepEqual(said, ['Running code: Count', 'Code finished in 2.1 s']);
      // No other place of the page speaks by itself.
      const speaking = await panel.page.evaluate<string[]>(
        `[...document.querySelectorAll('[aria-live]:not([aria-live=off]), [role=log], [role=alert], [role=status]')]
          .filter((place) => place.dataset.testid !== 'live' && place.textContent.includes('line')).map((place) => place.className)`,
      );
      assert.deepEqual(speaking, []);
    },
  );
});
