/** The line that says what of the workspace code does not see. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { panelState } from './scenes.ts';

const withHidden = (change: object) => () => ({
  state: panelState({
    sandbox: {
      kind: 'ready',
      detail: 'runc, no network',
      hidden: { count: 0, names: [], cut: false, linkCount: 0, links: [], ...change },
    },
  }),
});

describe('hidden files', () => {
  const { shown } = panelFlow();

  shown(
    'are counted, and named when the line is opened with the keyboard',
    withHidden({ count: 102, names: ['.env', '.git/', '<img src=x>.pem'], linkCount: 1, links: ['shared'] }),
    async (panel) => {
      const line = panel.page.getByText('102 files hidden from code · 1 link out of the folder', {
        exact: true,
      });
      await line.waitFor();
      assert.equal(await panel.page.getByText('.env', { exact: true }).isVisible(), false);
      await panel.page.locator('.hidden-files summary').focus();
      await panel.page.keyboard.press('Enter');
      for (const text of ['.env', '.git/', '<img src=x>.pem', 'and 99 more', 'shared']) {
        await panel.page.getByText(text, { exact: true }).waitFor();
      }
      assert.equal(await panel.page.locator('.hidden-files img').count(), 0);
    },
  );

  shown('say when not everything was searched', withHidden({ cut: true }), async (panel) => {
    await panel.page.getByText('not everything was searched for secrets').click();
    await panel.page.getByText('.codeinterpreterignore').waitFor();
  });

  shown('take no room where there are none', withHidden({}), async (panel) => {
    await panel.page.getByText('Sandbox ready').waitFor();
    assert.equal(await panel.page.locator('.hidden-files').count(), 0);
  });
});
