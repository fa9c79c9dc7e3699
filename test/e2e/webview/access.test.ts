/** The panel for those who use a keyboard, a screen reader, high contrast or large letters. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { THEMES } from '../../support/themes.ts';
import { seriousProblems } from './axe.ts';
import { inputOf, panelFlow } from './flow.ts';
import { type OpenOptions } from './harness.ts';
import {
  artifact,
  claude,
  conversation,
  conversationWith,
  display,
  Log,
  panelState,
  recorded,
  suggestions,
  troubles,
} from './scenes.ts';

describe('access', () => {
  const { shown } = panelFlow();

  describe('for everyone', () => {
    shown(
      'a screen reader hears whole events',
      () => ({ state: panelState() }),
      async (panel) => {
        const log = new Log();
        log.ask('Go');
        log.cell('c1', 'Plot', 'x', [display(recorded.png)], {
          durationMs: 2100,
          artifacts: [artifact('a.csv', 5)],
        });
        await panel.push({ type: 'events', events: log.events });
        const said = (await panel.page.getByTestId('live').textContent()) ?? '';
        assert.match(said, /Code finished in 2\.1 s, 1 chart, 1 file/);
      },
    );

    shown(
      'every control is reached by Tab and shows itself',
      () => ({ state: panelState(), events: conversation().events }),
      async (panel) => {
        const seen = new Set<string>();
        await panel.page.evaluate('document.body.focus()');
        for (let i = 0; i < 60; i++) {
          await panel.page.keyboard.press('Tab');
          const what = await panel.page.evaluate<{ name: string; opacity: number }>(`(() => {
          const e = document.activeElement; let o = 1;
          for (let n = e; n; n = n.parentElement) o = Math.min(o, Number(getComputedStyle(n).opacity));
          return { name: e.getAttribute('aria-label') ?? e.textContent.trim().slice(0, 30), opacity: o };
        })()`);
          assert.ok(what.opacity > 0.3, `${what.name} has the focus and cannot be seen`);
          seen.add(what.name);
        }
        for (const name of [
          'Copy code',
          'Save chart as image',
          'Enlarge chart',
          'Save monthly.csv',
          'Attach data files',
          'Ask about your data',
        ])
          assert.ok(seen.has(name), `${name} is not reached: ${[...seen].join(' | ')}`);
      },
    );

    const hidden = { count: 2, names: ['.env', '.git/'], cut: true, linkCount: 1, links: ['shared'] };
    const hides = { kind: 'ready', detail: 'runc, no network', hidden } as const;
    const scenes: Record<string, () => OpenOptions> = {
      conversation: () => ({ state: panelState({ sandbox: hides }), events: conversation().events }),
      troubles: () => ({ state: panelState({ turn: 'running', model: claude }), events: troubles().events }),
      charts: () => ({ state: panelState(), events: conversationWith('vegaBar', 'plotlyLine').events }),
      empty: () => ({
        state: panelState({
          suggestions,
          sandbox: { kind: 'starting', message: 'Building', step: 2, steps: 9 },
        }),
      }),
      untrusted: () => ({ state: panelState({ trusted: false }) }),
    };
    for (const theme of THEMES) {
      for (const [name, scene] of Object.entries(scenes)) {
        shown(
          `axe finds nothing serious: ${name}, ${theme.name}`,
          () => ({ ...scene(), theme, width: 290 }),
          async (panel) => {
            if (name === 'charts') await panel.page.locator('.main-svg').first().waitFor();
            await panel.page.waitForTimeout(200);
            assert.deepEqual(await seriousProblems(panel.page), []);
          },
        );
      }
    }

    shown(
      'at 200 % zoom in 290 px nothing is cut off sideways',
      () => ({ state: panelState({ suggestions }), events: troubles().events, width: 145, height: 450 }),
      async (panel) => {
        const overflow = await panel.page.evaluate<number>(
          'document.documentElement.scrollWidth - innerWidth',
        );
        assert.ok(overflow <= 0, `${String(overflow)} px`);
        assert.ok(await inputOf(panel).isVisible());
      },
    );
  });
});
