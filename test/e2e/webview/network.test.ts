/** What code tried to reach: under its cell, in the ledger of the session, and the way to open it. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type PanelState } from '../../../src/shared/protocol.ts';
import { deniedAttempt } from '../../support/networkAttempts.ts';
import { panelFlow } from './flow.ts';
import { networkState, open, several } from './networkScenes.ts';
import { panelState } from './scenes.ts';

const ANSWERS = { allowHost: { opened: true }, closeHost: {} };

describe('the network in the panel', () => {
  const { shown } = panelFlow();

  shown(
    'a cell that tried to reach something says so, and a denied host is opened with one click',
    () => ({ state: networkState(), events: several().events, answers: ANSWERS }),
    async ({ page, posted, push }) => {
      await page.getByText('Network: 5 attempts, 4 denied', { exact: true }).waitFor();
      const host = page.getByRole('group', { name: 'Open data.example.org:443' });
      await host.getByRole('button', { name: 'Allow once' }).click();
      await host.getByRole('button', { name: 'For this session' }).click();
      await host.getByRole('button', { name: 'Always…' }).click();
      assert.deepEqual(
        (await posted('allowHost')).map(({ params }) => params),
        ['once', 'session', 'always'].map((how) => ({ host: 'data.example.org', port: 443, how })),
      );
      await push({ type: 'state', state: networkState(open({ rule: '*.example.org', by: 'session' })) });
      await page.getByText('Open now: the next attempt gets through.').waitFor();
      assert.equal(await host.count(), 0);
    },
  );

  shown(
    'what no rule can open has no button: addresses, allowed hosts',
    () => ({ state: networkState(), events: several().events }),
    async ({ page }) => {
      await page.getByText('10.0.0.1:80').first().waitFor();
      const groups = page.getByRole('group', { name: /^Open / });
      assert.deepEqual(await groups.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))), [
        'Open data.example.org:443',
        'Open a-very-long-name-of-a-host-that-does-not-fit.statistics.department.example.org:8443',
      ]);
    },
  );

  const without: Record<string, Partial<PanelState>> = {
    'this sandbox cannot open it': { network: { open: [], canOpen: false } },
    'the workspace is not trusted': { trusted: false },
  };
  for (const [why, change] of Object.entries(without)) {
    shown(
      `there is no button when ${why}`,
      () => ({ state: { ...networkState(), ...change }, events: several().events }),
      async ({ page }) => {
        await page.getByText('Network: 5 attempts, 4 denied').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Allow once' }).count(), 0);
      },
    );
  }

  shown(
    'the status line says what is open; with the keyboard it shows the ledger, from which hosts are closed',
    () => ({
      state: networkState(
        open({ rule: 'b.example.org', by: 'settings' }, { rule: '*.c.org', by: 'once' }),
        false,
      ),
      events: several().events,
      answers: ANSWERS,
    }),
    async ({ page, posted }) => {
      const item = page.getByRole('button', { name: 'Network: 2 hosts' });
      assert.equal(await item.getAttribute('aria-expanded'), 'false');
      await item.focus();
      await page.keyboard.press('Enter');
      const ledger = page.getByRole('region', { name: 'Network' });
      await ledger.getByText('by your settings').waitFor();
      await ledger.getByText('2 attempts · denied: the network is closed · last', { exact: false }).waitFor();
      await ledger.getByText('1 attempt · allowed · 1.2 MB', { exact: false }).waitFor();
      await ledger.getByRole('button', { name: 'Close b.example.org' }).click();
      await ledger.getByRole('button', { name: 'Close all' }).click();
      await ledger.getByRole('button', { name: 'Open a host…' }).click();
      assert.deepEqual(
        (await posted('closeHost')).map(({ params }) => params),
        [{ rule: 'b.example.org' }, { rule: null }],
      );
      assert.deepEqual((await posted('runCommand'))[0]?.params, { command: 'codeInterpreter.openNetwork' });
      await ledger.getByText('All attempts').click();
      const all = ledger.getByRole('list', { name: 'All attempts' }).getByRole('listitem');
      await all.nth(4).waitFor();
      assert.equal(await all.count(), 5);
    },
  );

  shown(
    'nothing is open and nothing was tried: one word, and a ledger that says so',
    () => ({ state: panelState() }),
    async ({ page }) => {
      await page.getByRole('button', { name: 'No network' }).click();
      await page.getByText('Code of this session has not tried to reach anything.').waitFor();
      assert.equal(await page.locator('details.network').count(), 0);
    },
  );

  shown(
    'names that code wrote are text, however they look; 2,000 attempts are shown in a moment',
    () => {
      const log = several();
      const evil = deniedAttempt('<img/src=x/onerror=alert(1)>');
      log.add({ type: 'network_attempt', cellId: 'c1', attempt: evil });
      for (let n = 0; n < 2000; n += 1) {
        log.add({ type: 'network_attempt', cellId: null, attempt: deniedAttempt(`h${n % 300}.example.org`) });
      }
      return { state: networkState({}, false), events: log.events };
    },
    async ({ page }) => {
      const startedAt = Date.now();
      await page.getByRole('button', { name: 'No network' }).click();
      const ledger = page.getByRole('region', { name: 'Network' });
      await ledger.getByText('<img/src=x/onerror=alert(1)>:443').first().waitFor();
      assert.ok(Date.now() - startedAt < 3000);
      assert.equal(await page.locator('.network-ledger img').count(), 0);
    },
  );

  shown(
    'a screen reader hears with the end of the cell that something was denied',
    () => ({ state: networkState() }),
    async ({ page, push }) => {
      await push({ type: 'events', events: several().events });
      assert.match((await page.getByTestId('live').textContent()) ?? '', /4 network attempts denied/);
    },
  );
});
