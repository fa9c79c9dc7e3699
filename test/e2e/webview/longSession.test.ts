/** Long conversations: drawn near the window, complete for everything else. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { longTranscript, question } from '../../support/longTranscript.ts';
import { attempt } from '../../support/vscodeWindow.ts';
import { inputOf, panelFlow } from './flow.ts';
import type { OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

const TURNS = 300;
const events = longTranscript({ turns: TURNS, charts: 60, lines: 9000, chart: () => recorded.png });
const long = () => ({ state: panelState(), events, height: 800 });

const drawn = async ({ page }: OpenPanel): Promise<number> =>
  page.locator('article > :not(.article-far)').count();
const scrolled = async ({ page }: OpenPanel): Promise<{ top: number; fromEnd: number }> =>
  page.evaluate(`(() => { const e = document.querySelector('.scroller');
    return { top: e.scrollTop, fromEnd: e.scrollHeight - e.scrollTop - e.clientHeight }; })()`);
const settle = async ({ page }: OpenPanel): Promise<void> => page.waitForTimeout(400);
/** Where a message stands in the window, in px from its top. */
const topOf = async ({ page }: OpenPanel, n: number): Promise<number> =>
  page.evaluate(
    `document.querySelectorAll('[data-article]')[${n}].getBoundingClientRect().top - document.querySelector('.scroller').getBoundingClientRect().top`,
  );
const scrollTo = async ({ page }: OpenPanel, n: number): Promise<void> => {
  await page.evaluate(`document.querySelectorAll('[data-article]')[${n}].scrollIntoView({ block: 'start' })`);
};

describe('a long conversation', () => {
  const { shown } = panelFlow();

  shown('is a feed of all messages, of which few are drawn; it opens at its end', long, async (panel) => {
    await settle(panel);
    const articles = panel.page.getByRole('article');
    assert.equal(await articles.count(), 2 * TURNS);
    assert.equal(await articles.first().getAttribute('aria-setsize'), String(2 * TURNS));
    assert.equal(await articles.nth(299).getAttribute('aria-posinset'), '300');
    assert.ok((await drawn(panel)) < 60, `${await drawn(panel)} are drawn`);
    assert.ok((await scrolled(panel)).fromEnd < 2);
    assert.ok(await panel.page.getByText(question(TURNS)).isVisible());
  });

  shown(
    'what comes near is drawn, what was left far behind is not, and nothing jumps',
    long,
    async (panel) => {
      await settle(panel);
      for (const n of [0, 100, 200, 300, 400, 500, 20]) {
        await scrollTo(panel, n);
        await settle(panel);
        const top = await topOf(panel, n);
        assert.ok(Math.abs(top) < 4, `message ${n} stays at the top (${top} px)`);
        assert.ok((await panel.page.locator('article').nth(n).innerText()) !== '');
        assert.ok((await drawn(panel)) < 140, `${await drawn(panel)} are drawn`);
      }
      // Back and forth by the wheel: the text under the pointer moves by what was turned, and by nothing else.
      await panel.page.mouse.move(240, 300);
      for (const delta of [-300, -300, 300, -300]) {
        const before = await topOf(panel, 20);
        await panel.page.mouse.wheel(0, delta);
        // The browser turns it into scrolling when it comes to that.
        await attempt(20_000, async () => assert.notEqual(await topOf(panel, 20), before));
        await settle(panel);
        const moved = (await topOf(panel, 20)) - before;
        assert.ok(Math.abs(moved + delta) < 4, `moved ${moved} for ${delta}`);
      }
    },
  );

  shown('follows the end only for who is there, and goes back to it', long, async (panel) => {
    await settle(panel);
    await scrollTo(panel, 200);
    await settle(panel);
    const before = await topOf(panel, 200);
    const seq = events.length;
    const more = (n: number) => ({
      type: 'notice' as const,
      level: 'info' as const,
      text: `New ${n}`,
      seq: seq + n,
      at: 1,
    });
    await panel.push({ type: 'events', events: [more(1), more(2)] });
    assert.ok(Math.abs((await topOf(panel, 200)) - before) < 2);
    await panel.page.getByRole('button', { name: 'Jump to latest' }).click();
    await settle(panel);
    assert.ok((await scrolled(panel)).fromEnd < 2);
    await panel.push({ type: 'events', events: [more(3), more(4)] });
    await settle(panel);
    assert.ok((await scrolled(panel)).fromEnd < 2);
    assert.ok(await panel.page.getByRole('article').getByText('New 4').isVisible());
    assert.equal(await panel.page.getByRole('button', { name: 'Jump to latest' }).count(), 0);
  });

  shown('what the reader opened stays open, however far they go', long, async (panel) => {
    await settle(panel);
    const chosen = panel.page.getByRole('article').nth(101).locator('.cell-toggle');
    await scrollTo(panel, 101);
    await settle(panel);
    const was = await chosen.getAttribute('aria-expanded');
    await chosen.click();
    for (const n of [599, 0, 300, 450, 250]) {
      await scrollTo(panel, n);
      await settle(panel);
    }
    assert.equal(await chosen.getAttribute('aria-expanded'), was === 'true' ? 'false' : 'true');
  });

  shown(
    'a figure links to its cell, also when that is far away',
    () => {
      const log = new Log();
      log.events.push(...events);
      const seq = events.length;
      const text = 'It was 42.';
      const tail = [
        { type: 'text' as const, turnId: 't9999', blockId: 'x', delta: text },
        {
          type: 'answer_checked' as const,
          turnId: 't9999',
          blockId: 'x',
          numbers: [{ start: 7, end: 9, cellId: 'c3' }],
        },
      ];
      return {
        ...long(),
        events: [...events, ...tail.map((event, n) => ({ ...event, seq: seq + n + 1, at: 1 }))],
      };
    },
    async (panel) => {
      await settle(panel);
      assert.equal(
        await panel.page.getByRole('region', { name: 'Code cell: Compute part 3', exact: true }).count(),
        0,
      );
      await panel.page
        .getByRole('button', { name: /42/ })
        .or(panel.page.getByRole('link', { name: /42/ }))
        .first()
        .click();
      const cell = panel.page.getByRole('region', { name: 'Code cell: Compute part 3', exact: true });
      await cell.waitFor();
      await settle(panel);
      const box = await cell.boundingBox();
      assert.ok(box !== null && box.y >= 0 && box.y < 800, `at ${box?.y ?? 'nowhere'}`);
      const focused = await panel.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
      assert.equal(focused, 'Code cell: Compute part 3');
    },
  );

  shown('an answer that has ended can be gone on from, by keyboard, too', long, async (panel) => {
    await settle(panel);
    const last = panel.page.getByRole('article').last();
    const fork = last.getByRole('button', { name: 'Fork from here' });
    await fork.focus();
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(
      (await panel.posted('forkSession')).map(({ params }) => params),
      [{ turnId: `t${TURNS}` }],
    );
    await panel.push({
      type: 'events',
      events: [
        {
          type: 'turn_started',
          turnId: 'running',
          model: { id: 'm', label: 'M' },
          seq: events.length + 1,
          at: 1,
        },
      ],
    });
    assert.equal(
      await panel.page.getByRole('article').last().getByRole('button', { name: 'Fork from here' }).count(),
      0,
    );
  });

  shown('page keys go from message to message, drawn or not', long, async (panel) => {
    await settle(panel);
    await panel.page.getByRole('article').last().focus();
    for (let n = 0; n < 40; n++) await panel.page.keyboard.press('PageUp');
    await settle(panel);
    const focused = panel.page.locator('article:focus');
    assert.equal(await focused.getAttribute('aria-posinset'), String(2 * TURNS - 40));
    assert.ok((await focused.innerText()) !== '');
  });

  shown(
    'opens where it was left, with what was being written; the host is told where that is',
    () => ({
      ...long(),
      view: {
        draft: { text: 'half', files: [], images: [] },
        place: { key: events[420]?.seq ?? 0, offsetPx: 0 },
      },
    }),
    async (panel) => {
      await settle(panel);
      assert.equal(await inputOf(panel).inputValue(), 'half');
      // Event 420 is the question of a turn.
      const at = await panel.page.evaluate<number>(
        `[...document.querySelectorAll('[data-article]')].findIndex((e) => e.dataset.key === '${events[420]?.seq ?? 0}')`,
      );
      assert.ok(at > 0, 'the test names a message');
      assert.ok(Math.abs(await topOf(panel, at)) < 4);
      await scrollTo(panel, 30);
      await panel.page.waitForTimeout(1200);
      const kept = (await panel.posted('keepView')).at(-1)?.params;
      const key = Number(await panel.page.getByRole('article').nth(30).getAttribute('data-key'));
      assert.deepEqual(kept, {
        sessionId: 's1',
        view: { draft: { text: 'half', files: [], images: [] }, place: { key, offsetPx: 0 } },
      });
    },
  );

  shown(
    'comes in parts: read from the end, and nothing of it is announced as new',
    () => ({ state: panelState(), events: events.slice(0, 400), height: 800 }),
    async (panel) => {
      await panel.push({ type: 'events', events: events.slice(400, 1000), replayed: true });
      await panel.push({ type: 'events', events: events.slice(1000), replayed: true });
      await settle(panel);
      assert.equal(await panel.page.getByRole('article').count(), 2 * TURNS);
      assert.ok((await scrolled(panel)).fromEnd < 2);
      assert.equal((await panel.page.locator('[aria-live]').allInnerTexts()).join('').trim(), '');
    },
  );

  shown(
    'another session has its own draft and place; a new one takes the draft along',
    () => ({ state: panelState(), events: events.slice(0, 60) }),
    async (panel) => {
      await inputOf(panel).fill('for the first');
      const other = { draft: { text: 'for the second', files: [], images: [] }, place: null };
      const state = panelState({ sessionId: 's2' });
      await panel.push({ type: 'reset', state, events: events.slice(0, 30), view: other });
      assert.equal(await inputOf(panel).inputValue(), 'for the second');
      const kept = (await panel.posted('keepView')).map(({ params }) => JSON.stringify(params));
      assert.ok(kept.some((sent) => sent.includes('"s1"') && sent.includes('for the first')));
      await panel.push({ type: 'reset', state: panelState({ sessionId: 's3' }), events: [] });
      assert.equal(await inputOf(panel).inputValue(), 'for the second');
      await panel.push({ type: 'reset', state: panelState(), events: events.slice(0, 60) });
      assert.equal(await inputOf(panel).inputValue(), '');
    },
  );

  shown(
    'an interactive chart keeps its zoom when it was far away',
    () => {
      const log = new Log();
      for (let n = 1; n <= 60; n++) {
        log.ask(`Question ${n}`, [], `t${n}`);
        const outputs = n === 30 ? [display(recorded.plotlyLine)] : [];
        log.cell(`c${n}`, `Part ${n}`, 'x = 1\n'.repeat(8), outputs, {}, `t${n}`);
        log.end({ kind: 'finished' }, `t${n}`);
      }
      return { state: panelState(), events: log.events, height: 700, width: 700 };
    },
    async (panel) => {
      await settle(panel);
      await scrollTo(panel, 59);
      const plot = panel.page.locator('.main-svg').first();
      await plot.waitFor();
      const range = `JSON.stringify(document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range)`;
      const before = await panel.page.evaluate<string>(range);
      const box = await plot.boundingBox();
      assert.ok(box !== null);
      await panel.page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
      await panel.page.mouse.down();
      await panel.page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 5 });
      await panel.page.mouse.up();
      await settle(panel);
      const zoomed = await panel.page.evaluate<string>(range);
      assert.notEqual(zoomed, before);
      for (const n of [119, 0, 20, 100, 110, 5, 59]) {
        await scrollTo(panel, n);
        await settle(panel);
      }
      assert.equal(await panel.page.evaluate<string>(range), zoomed);
    },
  );
});
