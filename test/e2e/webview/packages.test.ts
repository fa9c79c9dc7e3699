/** What a cell installed, in the panel. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { Log, panelState } from './scenes.ts';

function installed() {
  const log = new Log();
  log.ask('Use tiny');
  log.cell('c1', 'Install it', '!pip install tiny', [], {
    packages: {
      installed: [
        { manager: 'pip', name: 'tiny', version: '1.2.0', fromIndex: true },
        { manager: 'npm', name: '<img src=x>', version: '3.0.0', fromIndex: true },
      ],
      removed: [{ manager: 'pip', name: 'old', version: '0.1', fromIndex: true }],
    },
  });
  log.cell('c2', 'Use it', 'import tiny');
  log.end();
  return { state: panelState(), events: log.events };
}

describe('packages in the panel', () => {
  const { shown } = panelFlow();

  shown('stand under the cell that installed them, with their versions', installed, async ({ page }) => {
    const cell = page.getByRole('region', { name: 'Code cell: Install it' });
    await cell
      .getByText('Installed in the sandbox: tiny 1.2.0 (pip), <img src=x> 3.0.0 (npm).', { exact: true })
      .waitFor();
    await cell.getByText('Removed from the sandbox: old 0.1 (pip).', { exact: true }).waitFor();
    assert.equal(await cell.locator('img').count(), 0);
    const other = page.getByRole('region', { name: 'Code cell: Use it' });
    assert.equal(await other.getByText('Installed').count(), 0);
  });
});
