/** The conversation in an editor tab: it comes back by itself after a reload, moves, closes, and is nobody's file. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { charts, turns } from '../../support/panel.ts';
import { panelWithChart } from '../../support/panelWithChart.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/**
 * VS Code in a browser writes down which editors are open every five seconds while its page has the focus, not
 * when the page goes. Of what it keeps, only an open custom editor has an `editorResource`.
 */
const IS_SAVED = `(async () => {
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    try {
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        const values = await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); });
        if (values.some((value) => String(value).includes('editorResource'))) return true;
      }
    } finally {
      database.close();
    }
  }
  return false;
})()`;

describe('the editor tab', () => {
  let window: VsCodeWindow;
  const { promise } = panelWithChart((opened) => ({ window } = opened));
  /** Not by role and name alone: the side bar's own switch is a tab of that name too. */
  const tab = () =>
    window.page.locator('.editor-group-container .tab[data-resource-name="Code Interpreter"]');
  const activeTab = () => window.page.locator('.editor-group-container .tab.active');
  const sideBar = () => window.page.locator('.part.auxiliarybar');
  /** The conversation and one drawn chart in it. */
  const shown = async (): Promise<void> => {
    const panel = await window.conversation();
    assert.equal(await turns(panel).count(), 1);
    await charts(panel).first().scrollIntoViewIfNeeded();
    assert.ok(showsSomething(await screenStatistics(charts(panel).first())), 'the chart is not blank');
  };

  const labelled = async (): Promise<void> => {
    assert.equal((await activeTab().innerText()).trim(), 'Code Interpreter');
    const icon = await activeTab().locator('.monaco-icon-label-iconpath').getAttribute('style');
    assert.match(decodeURIComponent(icon ?? ''), /media\/icon\.png/);
  };

  promise('opens with the conversation, its title and icon, and the side bar makes room', async () => {
    await window.command('Code Interpreter: Open in Editor Tab');
    await tab().first().waitFor();
    await attempt(20_000, shown);
    await labelled();
    await sideBar().waitFor({ state: 'hidden' });
    await window.screenshot('tab-opened');
  });

  promise('is back after a reload, without a click, with the conversation', async () => {
    await attempt(90_000, async () => {
      await activeTab().click();
      await window.page.waitForTimeout(1500);
      assert.equal(await window.page.evaluate(IS_SAVED), true);
    });
    await window.page.reload();
    await tab().first().waitFor({ timeout: 60_000 });
    await attempt(60_000, shown);
    assert.equal(await tab().count(), 1);
    await labelled();
    await window.screenshot('tab-after-reload');
  });

  promise('is not opened twice, and nothing complains about a file', async () => {
    await window.command('Code Interpreter: Open in Editor Tab');
    await attempt(20_000, shown);
    assert.equal(await tab().count(), 1);
    assert.equal(
      await activeTab()
        .filter({ has: window.page.locator('.dirty') })
        .count(),
      0,
    );
    assert.equal(await window.page.locator('.notifications-toasts .notification-list-item').count(), 0);
    assert.equal(await window.page.locator('.monaco-editor-pane-placeholder').count(), 0);
  });

  promise('closes without a question, and the panel has the conversation again', async () => {
    await activeTab().locator('.tab-actions a').first().click();
    await tab().first().waitFor({ state: 'detached' });
    assert.equal(await window.dialog.count(), 0);
    await window.command('Code Interpreter: Focus');
    await sideBar().waitFor();
    await attempt(20_000, shown);
    assert.equal(await tab().count(), 0);
  });

  promise('gives the conversation to the side bar when that asks for it', async () => {
    await window.command('Code Interpreter: Open in Editor Tab');
    await tab().first().waitFor();
    await window.command('View: Toggle Secondary Side Bar Visibility');
    await attempt(20_000, async () => {
      const count = await window.page.locator('iframe.webview.ready').count();
      for (let index = 0; index < count; index += 1) {
        const outer = window.page.locator('iframe.webview.ready').nth(index).contentFrame();
        const button = outer
          .frameLocator('iframe#active-frame')
          .getByRole('button', { name: 'Show It Here' });
        if (await button.isVisible()) {
          await button.click();
          return;
        }
      }
      throw new Error('No pointer to the tab in the side bar.');
    });
    await tab().first().waitFor({ state: 'detached' });
    await attempt(20_000, shown);
  });
});
