/** Who may speak to the panel: the host, in words that the panel knows. All else is dropped, and counted. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PanelBrowser, type OpenPanel } from './harness.ts';
import { display, Log, panelState } from './scenes.ts';

describe('messages to the panel', () => {
  let panels: PanelBrowser;
  before(async () => {
    panels = await PanelBrowser.start();
  });
  after(async () => panels.close());

  const opened = async (): Promise<OpenPanel> => {
    const log = new Log();
    log.ask('Show it');
    log.cell('c1', 'Shown', 'display(x)', [display({ 'text/html': '<b>x</b><hr>', 'text/plain': 'x' })]);
    log.say('kept');
    log.end();
    return panels.open({ state: panelState(), events: log.events });
  };
  const dropped = async (panel: OpenPanel): Promise<number> =>
    panel.page.evaluate<number>('Number(document.body.dataset.dropped ?? 0)');
  const untrusted = { type: 'state', state: panelState({ trusted: false }) };
  const SENTENCE = 'This workspace is not trusted';

  const FORGED: readonly unknown[] = [
    null,
    'text',
    { type: 'events' },
    { type: 'events', events: [{ type: 'text' }] },
    { type: 'state', state: { trusted: 'yes' } },
    { type: 'saveArtifact', path: '/etc/x' },
    { type: 'runCode', code: '1' },
    JSON.parse('{"type":"unknown","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    { type: 'text', delta: 'x'.repeat(5_000_000) },
  ];
  it('that are forged or broken change nothing, and are counted', async () => {
    const panel = await opened();
    for (const message of FORGED) await panel.page.evaluate(`window.__push(${JSON.stringify(message)})`);
    await panel.page.waitForTimeout(150);
    assert.ok(await panel.page.getByText('kept').isVisible());
    assert.equal(await dropped(panel), FORGED.length);
    assert.equal(await panel.page.evaluate('({}).polluted'), undefined);
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });

  it('of the host are believed; the same from another origin or from the frame of an output are not', async () => {
    const panel = await opened();
    const say = async (init: string): Promise<void> => {
      await panel.page.evaluate(
        `window.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(untrusted)}, ${init} }))`,
      );
      await panel.page.waitForTimeout(100);
    };
    await say(`origin: 'null'`);
    await say(`origin: 'https://evil.test'`);
    await say(`origin: window.origin, source: document.querySelector('iframe').contentWindow`);
    assert.equal(await panel.page.getByText(SENTENCE).count(), 0);
    assert.equal(await dropped(panel), 3);
    await say('origin: window.origin');
    assert.ok((await panel.page.getByText(SENTENCE).count()) > 0);
    await panel.close();
  });

  it('of a conversation that is not shown any more are passed over', async () => {
    const panel = await opened();
    const state = panelState({ trusted: false, sessionId: 'an-old-one' });
    await panel.push({ type: 'state', state });
    assert.equal(await panel.page.getByText(SENTENCE).count(), 0);
    await panel.push({ type: 'state', state: { ...state, sessionId: panelState().sessionId } });
    assert.ok((await panel.page.getByText(SENTENCE).count()) > 0);
    await panel.close();
  });

  it('that answer twice, or answer nothing, are counted', async () => {
    const panel = await opened();
    const first = await panel.page.evaluate<number>('window.__posted[0].id');
    for (const id of [first, 12345]) {
      await panel.page.evaluate(
        `window.__push(${JSON.stringify({ kind: 'answer', id, ok: true, result: { state: untrusted.state, events: [] } })})`,
      );
    }
    await panel.page.waitForTimeout(100);
    assert.equal(await dropped(panel), 2);
    assert.equal(await panel.page.getByText(SENTENCE).count(), 0);
    await panel.close();
  });
});
