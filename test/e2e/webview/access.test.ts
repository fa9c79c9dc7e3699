/** What a screen reader is told; the keyboard: `keyboard.test.ts`; axe, high contrast and 200 %: `looks.ts`. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { artifact, display, Log, panelState, recorded } from './scenes.ts';

describe('access', () => {
  const { shown } = panelFlow();

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
});
