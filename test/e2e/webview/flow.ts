/** An ordinary use of the panel as a test: opens it, and checks afterwards what must hold in every one. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type Locator } from 'playwright-core';
import { PanelBrowser, type OpenOptions, type OpenPanel } from './harness.ts';

export interface Flow {
  /** One test; no violation of the policy, no stray request and no uncaught error may come of it. */
  shown: (name: string, options: () => OpenOptions, test: (panel: OpenPanel) => Promise<void>) => void;
  panels: () => PanelBrowser;
}

export const inputOf = ({ page }: OpenPanel): Locator =>
  page.getByRole('textbox', { name: 'Ask about your data' });

/** To be called inside a `describe`: one browser for all its tests. */
export function panelFlow(): Flow {
  let panels: PanelBrowser | null = null;
  const started = (): PanelBrowser => {
    if (panels === null) throw new Error('The browser has not started.');
    return panels;
  };
  before(async () => {
    panels = await PanelBrowser.start();
  });
  after(async () => panels?.close());
  return {
    panels: started,
    shown: (name, options, test) => {
      it(name, async () => {
        const panel = await started().open(options());
        try {
          await test(panel);
          assert.deepEqual(await panel.violations(), [], 'violations of the policy');
          assert.deepEqual(panel.strangers, [], 'requests beyond the panel');
          assert.deepEqual(panel.errors, [], 'uncaught errors');
        } finally {
          await panel.close();
        }
      });
    },
  };
}
