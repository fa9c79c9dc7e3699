/** Who decides what runs, as the panel shows it: waiting cells, modes, the queue, Stop, thinking, the model. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inputOf, panelFlow } from './flow.ts';
import { claude, Log, panelState } from './scenes.ts';
import { queue } from './turnScenes.ts';

const CODE = 'df = load("sales.csv")\ndf.head()';

function waitingCell(): Log {
  const log = new Log();
  log.ask('How many?');
  log.add({ type: 'thinking', turnId: 't1', blockId: 'th', delta: 'The file has a month column.' });
  log.say('I will look at the file.');
  log.write('c1', 'Look at the file', CODE);
  log.add({ type: 'cell_waiting', cellId: 'c1', purpose: 'Look at the file', code: CODE });
  return log;
}
const deciding = panelState({ turn: 'deciding', mode: 'ask', model: claude });
const answers = {
  decide: { accepted: true },
  setMode: {},
  runPlan: { accepted: true },
  sendQueued: { accepted: true },
  chooseModel: {},
  chooseEffort: {},
};

describe('a cell that waits', () => {
  const { shown } = panelFlow();

  shown(
    'runs by its button, with the code as written',
    () => ({ state: deciding, events: waitingCell().events, answers }),
    async (panel) => {
      await panel.page
        .getByRole('group', { name: /Run this code/ })
        .getByText('Run', { exact: true })
        .click();
      assert.deepEqual(
        (await panel.posted('decide')).map(({ params }) => params),
        [{ cellId: 'c1', decision: { kind: 'run', code: CODE } }],
      );
    },
  );

  shown(
    'runs by Ctrl+Enter from anywhere, once',
    () => ({ state: deciding, events: waitingCell().events, answers }),
    async (panel) => {
      await panel.page.keyboard.press('Control+Enter');
      await panel.page.keyboard.press('Control+Enter');
      assert.equal((await panel.posted('decide')).length, 1);
    },
  );

  shown(
    'is changed first: Tab indents, Escape leaves the editor and does not stop',
    () => ({ state: deciding, events: waitingCell().events, answers }),
    async (panel) => {
      await panel.page.getByText('Edit', { exact: true }).click();
      const editor = panel.page.getByRole('textbox', { name: /Code of/ });
      await editor.press('Control+Home');
      await editor.press('Tab');
      await panel.page.keyboard.press('Escape');
      assert.equal(await editor.count(), 0);
      assert.deepEqual(await panel.posted('stop'), []);
      await panel.page.getByText('Run changed code').click();
      assert.deepEqual(
        (await panel.posted('decide')).map(({ params }) => params),
        [{ cellId: 'c1', decision: { kind: 'run', code: `    ${CODE}` } }],
      );
    },
  );

  shown(
    'is changed faster than it is drawn: what was typed last stays, and the page comes to rest',
    () => ({ state: deciding, events: waitingCell().events, answers }),
    async (panel) => {
      await panel.page.getByText('Edit', { exact: true }).click();
      const editor = panel.page.getByRole('textbox', { name: /Code of/ });
      await editor.press('Control+a');
      // A letter a frame: each is typed when the one before is drawn, and not yet compared.
      await panel.page.evaluate(
        `(async () => { for (const letter of 'abcdefghij'.repeat(5)) { document.execCommand('insertText', false, letter); await new Promise(requestAnimationFrame); } })()`,
      );
      await panel.page.getByText('Run changed code').click({ timeout: 5000 });
      assert.deepEqual(
        (await panel.posted('decide')).map(({ params }) => params['decision']),
        [{ kind: 'run', code: 'abcdefghij'.repeat(5) }],
      );
    },
  );

  shown(
    'is skipped',
    () => ({ state: deciding, events: waitingCell().events, answers }),
    async (panel) => {
      await panel.page.getByText('Skip', { exact: true }).click();
      assert.deepEqual((await panel.posted('decide'))[0]?.params, {
        cellId: 'c1',
        decision: { kind: 'skip' },
      });
    },
  );

  shown(
    'is announced, and says afterwards that it was changed',
    () => {
      const log = new Log();
      log.ask('How many?');
      log.write('c1', 'Look at the file', CODE);
      return { state: deciding, events: log.events };
    },
    async (panel) => {
      const log = waitingCell();
      const seq = 100;
      await panel.push({
        type: 'events',
        events: [{ type: 'cell_waiting', cellId: 'c1', purpose: 'Look', code: CODE, seq, at: Date.now() }],
      });
      await panel.page.getByText('Code waits for your decision: Look').waitFor({ state: 'attached' });
      await panel.push({
        type: 'events',
        events: [
          {
            type: 'cell_running',
            cellId: 'c1',
            purpose: 'Look',
            code: 'x',
            executionCount: 1,
            edited: true,
            seq: seq + 1,
            at: Date.now(),
          },
        ],
      });
      await panel.page.getByText('edited by you').waitFor();
      assert.ok(log.events.length > 0);
    },
  );
});

describe('modes, queue, Stop', () => {
  const { shown } = panelFlow();

  shown(
    'the mode is picked with the keyboard',
    () => ({ state: panelState(), answers }),
    async (panel) => {
      const picker = panel.page.getByRole('combobox', { name: 'Mode' });
      assert.match((await picker.getAttribute('title')) ?? '', /sandbox is what keeps your files safe/);
      await picker.selectOption('ask');
      assert.deepEqual((await panel.posted('setMode'))[0]?.params, { mode: 'ask' });
    },
  );

  shown(
    'a plan can be run, while it is the last answer',
    () => {
      const log = new Log();
      log.add({ type: 'user_message', turnId: 't1', intent: 'ask', text: 'How?', files: [] });
      log.add({ type: 'turn_started', turnId: 't1', model: { id: 'm', label: 'M' }, plan: true });
      log.say('1. Load it.');
      log.end();
      return { state: panelState({ mode: 'plan' }), events: log.events, answers };
    },
    async (panel) => {
      const button = panel.page.getByText('Run this plan');
      await button.click();
      assert.equal((await panel.posted('runPlan')).length, 1);
      await panel.push({
        type: 'events',
        events: [
          {
            type: 'user_message',
            turnId: 't2',
            intent: 'ask',
            text: 'Else',
            files: [],
            seq: 50,
            at: Date.now(),
          },
        ],
      });
      assert.equal(await button.count(), 0);
    },
  );

  shown(
    'Enter queues while it works; a message is taken back in front of the draft',
    () => ({
      state: panelState({ turn: 'running', queue }),
      events: waitingCell().events,
      answers: {
        ...answers,
        unqueue: {
          draft: { text: 'And by region', files: [{ id: 'f1', label: 'data/sales.csv' }], images: [] },
        },
      },
    }),
    async (panel) => {
      await inputOf(panel).fill('Once more');
      await inputOf(panel).press('Enter');
      assert.equal((await panel.posted('send'))[0]?.params['text'], 'Once more');
      await inputOf(panel).fill('later');
      assert.equal(await panel.page.getByText('Send now').count(), 0, 'only when nothing runs');
      await panel.page.getByRole('button', { name: 'Take back' }).first().click();
      assert.deepEqual((await panel.posted('unqueue'))[0]?.params, { id: 'q1' });
      await panel.page.getByText('data/sales.csv').first().waitFor();
      assert.equal(await inputOf(panel).inputValue(), 'And by region\nlater');
    },
  );

  shown(
    'what waits after a stop is sent by hand',
    () => ({ state: panelState({ queue }), answers }),
    async (panel) => {
      await panel.page.getByText('Send now').click();
      assert.equal((await panel.posted('sendQueued')).length, 1);
    },
  );

  shown(
    'what waited when the window was closed says so, and waits for the user',
    () => ({
      state: panelState({ queue: queue.map((message) => ({ ...message, unsent: true })) }),
      answers,
      width: 290,
    }),
    async (panel) => {
      await panel.page.getByText('Not sent before the window was closed: 2 messages').waitFor();
      assert.deepEqual(await panel.posted('sendQueued'), []);
      await panel.push({
        type: 'state',
        state: panelState({
          turn: 'running',
          queue: queue.map((message, n) => ({ ...message, unsent: n === 0 })),
        }),
      });
      await panel.page.getByText('2 messages wait').waitFor();
      assert.equal(await panel.page.getByText('not sent', { exact: true }).count(), 1);
    },
  );

  shown(
    'Stop has two steps, and a double click is one',
    () => ({ state: panelState({ turn: 'running' }), events: waitingCell().events }),
    async (panel) => {
      await panel.page.getByText('Stop', { exact: true }).click();
      await panel.push({ type: 'state', state: panelState({ turn: 'stopping' }) });
      const second = panel.page.getByText('Stop now');
      await second.click();
      assert.deepEqual(
        (await panel.posted('stop')).map(({ params }) => params),
        [{}],
      );
      await panel.page.waitForTimeout(800);
      await second.click();
      assert.deepEqual(
        (await panel.posted('stop')).map(({ params }) => params),
        [{}, { force: true }],
      );
    },
  );
});

describe('thinking, waiting, the model', () => {
  const { shown } = panelFlow();

  shown(
    'thinking counts while it is written, then says how long it took',
    () => {
      const log = new Log();
      log.ask('How many?');
      log.add({ type: 'thinking', turnId: 't1', blockId: 'th', delta: 'Hm.' });
      return { state: panelState({ turn: 'running' }), events: log.events };
    },
    async (panel) => {
      const summary = panel.page.locator('.thinking summary');
      assert.match(await summary.innerText(), /^Thinking… (\d+ min )?\d+ s$/);
      assert.equal(await panel.page.getByText('Hm.').isVisible(), false);
      await panel.push({
        type: 'events',
        events: [{ type: 'text', turnId: 't1', blockId: 'b', delta: 'Ten.', seq: 50, at: Date.now() + 7000 }],
      });
      assert.match(await summary.innerText(), /^Thought for (\d+ min )?\d+ s$/);
    },
  );

  shown(
    'a wait for the API counts down; blocks that do not count vanish',
    () => {
      const log = new Log();
      log.ask('How many?');
      log.say('Half an answ', 'b1');
      log.add({
        type: 'model_waiting',
        turnId: 't1',
        reason: 'The API asks for patience.',
        untilMs: Date.now() + 12_000,
      });
      return { state: panelState({ turn: 'running' }), events: log.events };
    },
    async (panel) => {
      await panel.page.getByText(/The API asks for patience\. Asking again in 1\d s/).waitFor();
      await panel.push({
        type: 'events',
        events: [{ type: 'blocks_dropped', turnId: 't1', blockIds: ['b1'], seq: 50, at: Date.now() }],
      });
      assert.equal(await panel.page.getByText('Half an answ').count(), 0);
      assert.equal(await panel.page.getByText(/asks for patience/).count(), 0);
    },
  );

  shown(
    'the model and its effort open their pickers',
    () => ({ state: panelState({ model: { ...claude, effort: 'auto' } }), answers }),
    async (panel) => {
      await panel.page.getByRole('button', { name: /Choose model, now Claude Sonnet/ }).click();
      await panel.page.getByRole('button', { name: /Choose how hard the model thinks: effort auto/ }).click();
      assert.equal((await panel.posted('chooseModel')).length, 1);
      assert.equal((await panel.posted('chooseEffort')).length, 1);
    },
  );
});
