/** What does not go by itself: the API asks for patience, a reply breaks off, a cell does not listen to Stop. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ask,
  cells,
  finishedTurns,
  idle,
  lastAnswer,
  stopButton,
  turns,
  working,
} from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import { apiError, text } from '../../support/scriptedApiReplies.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** A cell that hears no interrupt. */
const DEAF = `import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
kept = 1
while True: pass`;
/** What Stop may take, from the last press until the next question can be asked. */
const STOP_MS = 5000;

describe('in VS Code, when something does not go by itself', () => {
  let api: ScriptedApi;
  let window: VsCodeWindow;
  const { panel, promise } = panelWithKey(echo, (opened) => {
    ({ api, window } = opened);
  });
  const occurrences = async (words: string): Promise<number> =>
    // Not what is drawn only: turns far from the screen are left out of that.
    ((await panel().locator('.scroller').textContent()) ?? '').split(words).length - 1;

  promise('a wait that the API asks for counts down, and Stop ends it at once', async () => {
    api.setScript(() => apiError(429, 'rate_limit_error', 'Too many requests', { 'retry-after': '45' }));
    await ask(panel(), 'How many orders?');
    const left = async (): Promise<number> =>
      Number(/again in (\d+) s$/.exec((await working(panel()).innerText()).trim())?.[1] ?? Number.NaN);
    let first = 0;
    await attempt(60_000, async () => {
      first = await left();
      assert.ok(first > 30 && first <= 45, `${first} s are shown`);
    });
    await window.screenshot('countdown');
    await window.page.waitForTimeout(3000);
    const later = await left();
    assert.ok(later <= first - 2 && later >= first - 8, `from ${first} s to ${later} s in three`);
    const sent = api.conversations().length;
    assert.equal(sent, 1, 'nothing is sent while it waits');

    const pressed = performance.now();
    await stopButton(panel()).click();
    await idle(panel(), 10_000);
    const took = performance.now() - pressed;
    assert.ok(took < 2000, `Stop took ${Math.round(took)} ms`);
    assert.match(await lastAnswer(panel()), /Stopped\./);
    assert.equal(await working(panel()).count(), 0, 'the countdown is gone');

    api.setScript(() => text('There are ten.'));
    await ask(panel(), 'And now?');
    await finishedTurns(panel(), 2);
    assert.match(await lastAnswer(panel()), /There are ten\./);
    assert.equal(api.conversations().length, sent + 1, 'the wait that was stopped sent nothing more');
    assert.equal(api.conversations().at(-1)?.problem, null, 'the history is accepted');
  });

  promise('a reply that breaks off is replaced by the next one, not doubled', async () => {
    const begin = 'The first half of an answer that everybody';
    api.setScript((_, n) =>
      n === 1
        ? { ...text(`${begin} sees. Cut here.`), delayMs: 250, breaksOff: { after: 7, how: 'socket' } }
        : text(`${begin} sees, and its other half.`),
    );
    await ask(panel(), 'Tell me slowly.');
    await panel().getByText('The first half').waitFor({ timeout: 20_000 });
    await window.screenshot('broken-off-begun');
    await finishedTurns(panel(), 3);
    assert.match(await lastAnswer(panel()), /and its other half\./);
    assert.equal(await occurrences('The first half'), 1);
    const asked = api.conversations().slice(-2);
    assert.deepEqual(
      asked.map(({ problem }) => problem),
      [null, null],
    );
    assert.equal(asked[0]?.raw, asked[1]?.raw, 'the same question again');
  });

  promise('a deaf cell: the second Stop ends it, and the panel says what is lost', async () => {
    api.setScript(echo);
    await ask(panel(), DEAF);
    await panel().locator('.cell-running').waitFor({ timeout: 60_000 });
    await window.page.waitForTimeout(1000);
    await stopButton(panel()).click();
    const second = panel().getByRole('button', { name: 'Stop now' });
    await second.waitFor({ timeout: 2000 });
    // A second click right after the first would count as a double click.
    await window.page.waitForTimeout(900);
    await window.screenshot('stop-second-step');
    assert.equal(await panel().locator('.cell-running').count(), 1, 'the polite step did not end it');
    const pressed = performance.now();
    await second.click();
    await idle(panel(), 20_000);
    const took = performance.now() - pressed;
    console.log(`The second Stop took ${Math.round(took)} ms`);
    assert.ok(took < STOP_MS, `${Math.round(took)} ms`);
    await panel()
      .locator('.scroller')
      .getByText(/variables and unsaved files in \/outputs are gone/)
      .waitFor({ timeout: 5000 });
    await window.screenshot('stopped-by-force');
    assert.equal(await panel().locator('.cell-running').count(), 0);

    await ask(panel(), "print('kept' in globals())");
    await finishedTurns(panel(), 5);
    assert.match(await lastAnswer(panel()), /False/);
    assert.equal(api.conversations().at(-1)?.problem, null);
  });

  promise('a deaf cell: one Stop is enough for who waits, and says what is lost', async () => {
    await ask(panel(), DEAF);
    await cells(panel()).nth(2).and(panel().locator('.cell-running')).waitFor({ timeout: 60_000 });
    await window.page.waitForTimeout(1000);
    const pressed = performance.now();
    await stopButton(panel()).click();
    await idle(panel(), 20_000);
    const took = performance.now() - pressed;
    console.log(`One Stop of a deaf cell took ${Math.round(took)} ms`);
    assert.ok(took < STOP_MS, `${Math.round(took)} ms`);
    assert.match(await cells(panel()).nth(2).innerText(), /variables of this language are gone/);
    await window.screenshot('stopped-by-patience');
    await ask(panel(), "print('kept' in globals())");
    await finishedTurns(panel(), 7);
    assert.match(await lastAnswer(panel()), /False/);
  });

  promise('all of it is there once after a reload', async () => {
    // VS Code in a browser writes down what is open every five seconds, not when its page goes.
    await window.page.waitForTimeout(7000);
    await window.page.reload();
    const again = await window.conversation();
    assert.equal(await turns(again).count(), 7);
    assert.equal(await occurrences('The first half'), 1);
    assert.equal(await occurrences('and its other half.'), 1);
    assert.equal(await again.locator('.cell-running, .working').count(), 0);
    assert.deepEqual(window.violations, []);
    assert.deepEqual(window.foreignRequests, []);
  });
});
