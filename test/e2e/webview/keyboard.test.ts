/** The whole panel by keyboard: a sensible order, names for everything, a focus that is seen, and always a way out. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { THEMES } from '../../support/themes.ts';
import { cellAnswers } from './cellScenes.ts';
import { dataScene, opened, withTable } from './dataScenes.ts';
import { inputOf, panelFlow } from './flow.ts';
import { focused, pictureAt, pictureOfFocus } from './focused.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { artifact, conversation, display, Log, panelState, recorded } from './scenes.ts';

/** A cell, a chart, a table that can be opened, a file, an answer. */
function everything(): OpenOptions {
  const log = new Log();
  log.ask('How did revenue develop?', ['data/sales.csv']);
  const [table] =
    withTable('h-1').events?.flatMap((event) => (event.type === 'cell_output' ? [event.output] : [])) ?? [];
  assert.ok(table !== undefined);
  log.cell('c1', 'Look at the table', 'df.head()', [table]);
  log.cell('c2', 'Revenue by month', 'ax.plot(monthly)', [display(recorded.png)], {
    artifacts: [artifact('monthly.csv', 912)],
  });
  log.say('Revenue grew; see [the method](https://example.com/method).');
  log.end();
  return { ...dataScene(), width: 480, height: 1500, events: log.events, answers: cellAnswers };
}

const words = async ({ page }: OpenPanel): Promise<string> => {
  const { role, name, states } = await focused(page);
  return [role, name, ...states].join(' ').trim();
};

describe('by keyboard', () => {
  const { shown } = panelFlow();

  shown(
    'Tab goes from top to bottom, and everything it comes to has a role and a name',
    everything,
    async (panel) => {
      const stops: string[] = [];
      for (let n = 0; n < 40; n++) {
        await panel.page.keyboard.press('Tab');
        const stop = await words(panel);
        // Beyond the last one is the browser's own.
        if (stop === 'none') break;
        stops.push(stop);
      }
      assert.deepEqual(stops, [
        'button Run all cells',
        'article Built-in analyst, message 2 of 2',
        'region Code cell: Look at the table',
        'button Done Look at the table expanded=true',
        'button Run cell',
        'region Code',
        'button Copy code',
        'region Table: Look at the table',
        'button Copy table with headers',
        'button Open as grid',
        'button Add a Python code cell here',
        'region Code cell: Revenue by month',
        'button Done Revenue by month expanded=true',
        'button Run cell',
        'region Code',
        'button Copy code',
        'button Enlarge chart',
        'button Open monthly.csv',
        'button Save monthly.csv',
        'button Add a Python code cell here',
        'link the method',
        'DisclosureTriangle 1,500 tokens expanded=false',
        'button Fork from here',
        'button Python',
        'button Bash',
        'button JavaScript',
        'textbox Ask about your data hasPopup=listbox',
        'button Attach data files',
        'combobox Mode expanded=false hasPopup=menu',
        'button No network expanded=false',
        'button Choose model, now Built-in analyst: fixed steps, no language model',
        'button Set API key',
      ]);
    },
  );

  shown('Shift+Tab goes the same way back', everything, async (panel) => {
    const there: string[] = [];
    for (let n = 0; n < 12; n++) {
      await panel.page.keyboard.press('Tab');
      there.push(await words(panel));
    }
    const back = [there.pop() ?? ''];
    while (back.length <= there.length) {
      await panel.page.keyboard.press('Shift+Tab');
      back.unshift(await words(panel));
    }
    assert.deepEqual(back.slice(0, -1), there);
  });

  shown(
    'a row of buttons is one stop, and keeps the button that was used last',
    everything,
    async (panel) => {
      const { page } = panel;
      await page.keyboard.press('Tab');
      assert.equal(await words(panel), 'button Run all cells');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      assert.equal(await words(panel), 'button Variables expanded=false');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Shift+Tab');
      assert.equal(await words(panel), 'button Variables expanded=false');
      await page.keyboard.press('Enter');
      await page.getByRole('grid', { name: 'Variables' }).waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await words(panel), 'button Variables expanded=false', 'Escape gives the focus back');
      // Where nothing can run, the first that can be used is the stop.
      await panel.push({ type: 'state', state: panelState({ trusted: false }) });
      await page.evaluate('document.activeElement.blur()');
      const stops = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.toolbar vscode-button')].filter((b) => !b.disabled && b.getAttribute('tabindex') !== '-1').map((b) => b.getAttribute('aria-label'))`,
      );
      assert.equal(stops.length, 1);
    },
  );

  shown(
    'what a button of the toolkit is and does reaches who does not see it',
    everything,
    async ({ page }) => {
      const variables = page.getByRole('button', { name: 'Variables', exact: true });
      await variables.focus();
      assert.deepEqual((await focused(page)).states, ['expanded=false']);
      await variables.click();
      await variables.focus();
      assert.deepEqual((await focused(page)).states, ['expanded=true']);
      await page.getByRole('button', { name: 'Restart and run all' }).focus();
      assert.match((await focused(page)).description, /^With new kernels/);
      await page.getByRole('button', { name: 'More', exact: true }).first().focus();
      assert.deepEqual((await focused(page)).states, ['hasPopup=menu']);
    },
  );

  describe('nothing keeps the focus', () => {
    const leaves: Record<string, { enter: (panel: OpenPanel) => Promise<void>; back: RegExp }> = {
      'the editor of a cell': {
        enter: async ({ page }) => {
          await page.locator('[data-cell=c2]').focus();
          await page.keyboard.press('Enter');
          await page.locator('.cm-focused').waitFor();
        },
        back: /^region Code cell: Revenue by month/,
      },
      'the menu of a cell': {
        enter: async ({ page }) => {
          await page.locator('[data-cell=c2]').getByRole('button', { name: 'More actions' }).focus();
          await page.keyboard.press('Enter');
          await page.getByRole('menu').waitFor();
          await page.keyboard.press('ArrowDown');
        },
        back: /^button More actions/,
      },
      'an enlarged chart': {
        enter: async ({ page }) => {
          await page.getByRole('button', { name: 'Enlarge chart' }).focus();
          await page.keyboard.press('Enter');
          await page.getByRole('dialog').getByRole('img').waitFor();
        },
        back: /^button Enlarge chart/,
      },
      'a table': {
        enter: async (panel) => {
          await panel.page.getByRole('button', { name: 'Variables' }).focus();
          await panel.page.keyboard.press('Enter');
          await opened(panel);
          await panel.page.getByRole('grid', { name: 'Table orders' }).focus();
        },
        back: /^row orders/,
      },
    };
    for (const [name, { enter, back }] of Object.entries(leaves)) {
      shown(`Escape leaves ${name}, to where it was entered`, everything, async (panel) => {
        await enter(panel);
        await panel.page.keyboard.press('Escape');
        // A list that comes back is asked for first.
        for (let tries = 0; tries < 40 && !back.test(await words(panel)); tries++)
          await panel.page.waitForTimeout(50);
        assert.match(await words(panel), back);
      });
    }

    shown('Tab leaves a table, a list of variables and a tree', everything, async (panel) => {
      const { page } = panel;
      const leaves = async (inside: RegExp): Promise<void> => {
        const before = await words(panel);
        assert.match(before, inside);
        await page.keyboard.press('Tab');
        assert.doesNotMatch(await words(panel), inside);
        await page.keyboard.press('Shift+Tab');
        assert.equal(await words(panel), before);
      };
      await opened(panel);
      await page.getByRole('grid', { name: 'Table orders' }).focus();
      await leaves(/^grid|^gridcell/);
      await page.getByRole('button', { name: 'All variables' }).click();
      await page.getByRole('row', { name: /^config/ }).focus();
      await leaves(/^row/);
      await page.getByRole('row', { name: /^config/ }).click();
      await page.getByRole('treeitem').first().focus();
      await leaves(/^treeitem/);
    });
  });

  for (const theme of THEMES) {
    shown(
      `the focus is seen everywhere: ${theme.name}`,
      () => ({ ...everything(), theme }),
      async ({ page }) => {
        await page.keyboard.press('Tab');
        for (let n = 0; n < 24; n++) {
          const at = await focused(page);
          const seen = await pictureOfFocus(page);
          await page.keyboard.press('Tab');
          if (seen === null || at.role === 'RootWebArea') continue;
          const after = await pictureAt(page, seen.clip);
          assert.ok(!after.equals(seen.picture), `${at.role} ${at.name} looks the same with and without`);
        }
      },
    );
  }

  shown(
    'the composer comes after the conversation and before the status, at once from anywhere by the host',
    () => ({ state: panelState(), events: conversation().events, width: 290 }),
    async (panel) => {
      await panel.push({ type: 'focusComposer', text: '', files: [] });
      await inputOf(panel).and(panel.page.locator(':focus')).waitFor();
      await panel.page.keyboard.press('Tab');
      assert.match(await words(panel), /^button Attach data files/);
    },
  );
});
