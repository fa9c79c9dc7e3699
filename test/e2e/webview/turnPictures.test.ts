/** Asking and answering, as golden pictures: answers with all their marks, plans, waits, attachments, the network. */
import { variablesNotHere } from '../../../src/session/restore.ts';
import { attached } from './attachScenes.ts';
import { inputOf } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { looks } from './looks.ts';
import { networkState, open, several } from './networkScenes.ts';
import { claude, conversationWith, Log, panelState } from './scenes.ts';
import { answered, countdown, queue } from './turnScenes.ts';

const model = { ...claude, effort: 'auto' };

function planned(): Log {
  const log = new Log();
  log.add({
    type: 'user_message',
    turnId: 't1',
    intent: 'ask',
    text: 'How would you compare them?',
    files: [],
  });
  log.add({ type: 'turn_started', turnId: 't1', model: { id: 'm', label: 'Claude Sonnet' }, plan: true });
  log.say('1. Load both files.\n2. Join them by region.\n3. Draw the difference as bars.');
  log.end();
  return log;
}

/** A session that goes on from an answer of another one. */
function forked(): Log {
  const log = conversationWith();
  log.say('Revenue grew by 52 %.');
  log.end();
  log.add({ type: 'notice', level: 'warning', text: variablesNotHere().english });
  return log;
}

function thinks(): Log {
  const log = new Log();
  log.ask('How many?', [], 't1', 'Claude Sonnet');
  log.add({
    type: 'thinking',
    turnId: 't1',
    blockId: 'th',
    delta: 'The file has a month column; a sum by month fits.',
  });
  return log;
}

const mention = async (panel: OpenPanel): Promise<void> => {
  await panel.page.getByRole('img', { name: 'Attached picture: pasted-1.png' }).last().waitFor();
  await inputOf(panel).pressSequentially('Compare with @sal');
  await panel.page.getByRole('listbox').waitFor();
};

looks('pictures of questions and answers', {
  answer: {
    heights: [2400, 2240, 2100],
    open: () => ({ state: panelState({ model, privacy: 'schema' }), events: answered().events }),
    act: async ({ page }) => page.locator('.receipt summary').click(),
  },
  countdown: {
    heights: [400, 360, 360],
    open: () => ({ state: panelState({ model, turn: 'running' }), events: countdown().events }),
  },
  plan: {
    heights: [460, 420, 420],
    open: () => ({ state: panelState({ model, mode: 'plan' }), events: planned().events }),
  },
  'queue-unsent': {
    heights: [460, 400, 400],
    open: () => ({
      state: panelState({ model, queue: queue.map((message) => ({ ...message, unsent: true })) }),
      events: planned().events,
    }),
  },
  thinking: {
    heights: [400, 360, 340],
    open: () => ({ state: panelState({ model, turn: 'stopping' }), events: thinks().events }),
    act: async ({ page }) => page.locator('.thinking summary').click(),
  },
  fork: {
    heights: [460, 400, 360],
    open: () => ({ state: panelState({ model, title: 'Sales analysis (fork)' }), events: forked().events }),
    act: async ({ page }) => page.getByRole('button', { name: 'Fork from here' }).focus(),
  },
  attach: {
    heights: [640, 600, 600],
    open: attached,
    act: mention,
  },
  drop: {
    heights: [500, 460, 460],
    open: attached,
    act: async ({ page }) => {
      await page.getByRole('img', { name: 'Attached picture: pasted-1.png' }).last().waitFor();
      // As long as the pointer holds the files.
      await page.evaluate(`setInterval(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('text/uri-list', 'file:///a.csv');
        document.body.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
      }, 50)`);
      await page.getByTestId('drop-zone').waitFor();
    },
  },
  network: {
    heights: [1000, 900, 800],
    anew: true,
    open: () => ({
      state: networkState(
        open({ rule: 'files.example.org', by: 'session' }, { rule: '*.mirror.example.org', by: 'settings' }),
      ),
      events: several().events,
    }),
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Network: 2 hosts' }).click();
      await page.locator('.network-ledger .network-all summary').click();
    },
  },
});
