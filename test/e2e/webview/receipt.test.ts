/** The line under an answer that says what it took. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { claude, Log, panelState } from './scenes.ts';

const usage = { inputTokens: 2000, outputTokens: 1210, cacheReadTokens: 37_000, cacheWriteTokens: 5000 };
const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

function answers(spent: typeof usage, dollars: number | null): Log {
  const log = new Log();
  for (const turnId of ['t1', 't2']) {
    log.add({ type: 'user_message', turnId, intent: 'ask', text: 'How many?', files: [] });
    log.add({ type: 'turn_started', turnId, model: { id: claude.id, label: claude.label } });
    log.add({ type: 'text', turnId, blockId: `${turnId}-b0`, delta: 'Seven.' });
    const receipt = { steps: 3, durationMs: 12_000, dollars };
    log.add({ type: 'turn_ended', turnId, end: { kind: 'finished' }, usage: spent, receipt });
  }
  return log;
}

describe('the receipt', () => {
  const { shown } = panelFlow();
  const ofClaude = () => ({
    state: panelState({ model: claude }),
    events: answers(usage, 0.04).events,
    answers: { showRequests: {} },
  });

  shown(
    'is one line; its details have the sum of the session and open what was sent',
    ofClaude,
    async (panel) => {
      const line = panel.page.getByText('3 steps · 12.0 s · 45,210 tokens (84 % from cache) · $0.04', {
        exact: true,
      });
      await line.last().waitFor();
      assert.equal(await line.count(), 2);
      await line.last().click();
      await panel.page.getByText('This session: 2 answers · 6 steps').waitFor();
      assert.equal(await panel.page.getByText('37,000').count(), 1);
      await panel.page.getByRole('button', { name: 'What the model saw' }).click();
      const [asked] = await panel.posted('showRequests');
      assert.deepEqual(asked?.params, { turnId: 't2' });
    },
  );

  shown(
    'of the built-in analyst is steps and time; nothing was sent, nothing is offered to be seen',
    () => ({ state: panelState(), events: answers(nothing, null).events }),
    async (panel) => {
      const line = panel.page.getByText('3 steps · 12.0 s', { exact: true });
      await line.last().click();
      await panel.page.getByText('This session: 2 answers').waitFor();
      assert.equal(await panel.page.getByText('What the model saw').count(), 0);
    },
  );
});
