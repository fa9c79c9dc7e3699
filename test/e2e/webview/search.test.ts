/** Find in session: by keyboard, in what is drawn and what is not, and the place is marked. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { longTranscript, outputLine } from '../../support/longTranscript.ts';
import { framesLater, HIT_FRAMES } from '../../support/stillPicture.ts';
import { panelFlow } from './flow.ts';
import type { OpenPanel } from './harness.ts';
import { conversation, panelState, recorded } from './scenes.ts';

const events = longTranscript({ turns: 200, charts: 10, lines: 40_000, chart: () => recorded.png });
const long = () => ({ state: panelState(), events, width: 1100, height: 800 });

const open = async ({ page, push }: OpenPanel): Promise<void> => {
  await push({ type: 'showPane', pane: 'search' });
  await page.locator('.search-pane input:focus').waitFor();
};
const count = ({ page }: OpenPanel) => page.locator('#search-count');
const until = async (panel: OpenPanel, words: string | RegExp): Promise<void> =>
  count(panel).filter({ hasText: words }).waitFor({ timeout: 10_000 });
/** The marked words and where they are seen; null: nothing is marked. */
const marked = async ({ page }: OpenPanel): Promise<{ text: string; seen: boolean } | null> => {
  await framesLater(page, HIT_FRAMES);
  return page.evaluate(`(() => {
    const range = [...(CSS.highlights.get('search-hit') ?? [])][0];
    if (range === undefined) return null;
    const hit = range.getBoundingClientRect();
    const at = document.elementFromPoint(hit.left + 2, hit.top + hit.height / 2);
    return { text: range.toString(), seen: at !== null && (at.contains(range.startContainer) || range.startContainer.parentElement.contains(at)) };
  })()`);
};

describe('find in session', () => {
  const { shown } = panelFlow();

  shown('takes the focus, counts, and Enter goes from hit to hit and round', long, async (panel) => {
    await open(panel);
    await panel.page.keyboard.type('Question 17');
    await until(panel, '11 hits in 11 messages');
    await panel.page.keyboard.press('Enter');
    await until(panel, '1 of 11');
    assert.deepEqual(await marked(panel), { text: 'Question 17', seen: true });
    await panel.page.keyboard.press('Shift+Enter');
    await until(panel, '11 of 11');
    assert.deepEqual(await marked(panel), { text: 'Question 17', seen: true });
    await panel.page.keyboard.press('F4');
    await until(panel, '1 of 11');
    const focused = await panel.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    assert.equal(focused, 'Find in session', 'the focus stays in the field');
    await panel.page.keyboard.press('Escape');
    assert.equal(await panel.page.getByRole('search').count(), 0);
    assert.equal(await panel.page.evaluate('CSS.highlights.has("search-hit")'), false);
  });

  shown('an Enter right after the last letter is of all the letters', long, async (panel) => {
    await open(panel);
    await panel.page.keyboard.type('Question');
    await until(panel, /hits in \d+ messages/);
    // Both in one turn: no hits of the longer words can have come between.
    await panel.page.evaluate(`(() => {
      const field = document.querySelector('.search-pane input');
      field.value = 'Question 17';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    })()`);
    await until(panel, '1 of 11');
    assert.deepEqual(await marked(panel), { text: 'Question 17', seen: true });
  });

  shown(
    'the focus never leaves the field, through code that opens and an editor that loads',
    () => ({ state: panelState(), events: conversation().events, width: 480, height: 700 }),
    async (panel) => {
      const cell = panel.page.locator('.cell').first();
      await cell.focus();
      await panel.page.keyboard.press('Enter');
      await panel.page.locator('.cm-editor').first().waitFor();
      await open(panel);
      await panel.page.keyboard.type('month');
      await until(panel, '16 hits in');
      await panel.page.evaluate(`(() => {
        window.left = [];
        document.addEventListener('focusout', ({ target, relatedTarget }) => window.left.push(
          target.outerHTML.slice(0, 80) + ' > ' + (relatedTarget?.outerHTML ?? '').slice(0, 80)));
      })()`);
      for (let n = 1; n <= 16; n++) await panel.page.keyboard.press('Enter');
      await until(panel, '16 of 16');
      await framesLater(panel.page, HIT_FRAMES);
      assert.deepEqual(await panel.page.evaluate('window.left'), []);
    },
  );

  shown(
    'shows a line in the middle of a long output that was cut',
    () => {
      const one = longTranscript({ turns: 3, charts: 0, lines: 30_000, chart: () => ({}) });
      return { ...long(), events: one };
    },
    async (panel) => {
      await open(panel);
      await panel.page.keyboard.type(outputLine(15_432));
      await panel.page.keyboard.press('Enter');
      await until(panel, '1 of 1');
      await panel.page.waitForTimeout(600);
      assert.deepEqual(await marked(panel), { text: outputLine(15_432), seen: true });
      assert.ok((await panel.page.locator('.text-block').count()) >= 20, 'all of it is there');
      assert.ok(
        (await panel.page.locator('.text-block > *, .text-block:not(:empty)').count()) < 12,
        'and little is drawn',
      );
    },
  );

  shown(
    'opens code that is folded, and the list is gone through by arrows',
    () => ({
      state: panelState(),
      events: conversation().events,
      width: 1100,
      height: 500,
    }),
    async (panel) => {
      await open(panel);
      await panel.page.keyboard.type('tight_layout');
      await until(panel, '1 hit in 1 message');
      await panel.page.keyboard.press('ArrowDown');
      assert.ok(await panel.page.locator('.search-hit:focus').isVisible());
      await panel.page.keyboard.press('Enter');
      assert.deepEqual(await marked(panel), { text: 'tight_layout', seen: true });
      assert.equal(await panel.page.locator('.search-hit[aria-current]').count(), 1);
      await panel.page.keyboard.press('ArrowUp');
      assert.equal(await panel.page.evaluate('document.activeElement.tagName'), 'INPUT');
    },
  );

  shown('has VS Code’s three switches, and says what is wrong with an expression', long, async (panel) => {
    await open(panel);
    await panel.page.keyboard.type('QUESTION 17');
    await until(panel, '11 hits');
    await panel.page.getByRole('button', { name: 'Match Whole Word' }).click();
    await until(panel, '1 hit in');
    await panel.page.getByRole('button', { name: 'Match Case' }).click();
    await until(panel, 'No results');
    await panel.page.getByRole('button', { name: 'Use Regular Expression' }).click();
    await panel.page.getByRole('textbox', { name: 'Find in session' }).fill('Question 1[0-3]+');
    await until(panel, /hits? in/);
    await panel.page.getByRole('textbox', { name: 'Find in session' }).fill('Question (?=1)');
    await until(panel, 'Looking ahead or behind is not possible here.');
    await panel.page.getByRole('textbox', { name: 'Find in session' }).fill('Question 20$|Question 200');
    await until(panel, '1 hit in');
  });

  shown(
    'does not hold up the page while it searches 40,000 lines, even with (x+x+)+y',
    () => ({ ...long(), watchTasks: true }),
    async (panel) => {
      await open(panel);
      await panel.page.waitForTimeout(1500);
      await panel.page.evaluate('window.__tasks.length = 0');
      await panel.page.getByRole('button', { name: 'Use Regular Expression' }).click();
      await panel.page.keyboard.press('Shift+Tab');
      await panel.page.getByRole('textbox', { name: 'Find in session' }).fill('(\\w+\\w+)+=');
      await until(panel, /hits? in|results/);
      const longest = await panel.page.evaluate<number>('Math.max(0, ...window.__tasks)');
      assert.ok(longest < 400, `a task took ${Math.round(longest)} ms`);
    },
  );

  shown('finds what has come in since', long, async (panel) => {
    await open(panel);
    await panel.page.keyboard.type('quite new');
    await until(panel, 'No results');
    const notice = { type: 'notice' as const, level: 'info' as const, text: 'Something quite new.' };
    await panel.push({ type: 'events', events: [{ ...notice, seq: events.length + 1, at: 1 }] });
    await until(panel, '1 hit in 1 message');
  });

  shown(
    'leaves the place it goes to in sight where the pane has little room',
    () => ({ state: panelState(), events: conversation().events, width: 290, height: 760 }),
    async (panel) => {
      await open(panel);
      await panel.page.keyboard.type('month');
      await until(panel, /hits in/);
      for (let n = 0; n < 4; n++) await panel.page.keyboard.press('Enter');
      assert.ok((await marked(panel))?.seen, 'the place is not under the pane');
    },
  );
});
