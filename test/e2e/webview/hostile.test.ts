/** Nothing that the kernel or the model writes runs script, loads anything or leaves its place. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type MimeBundle } from '../../../src/shared/outputs.ts';
import { PanelBrowser, type OpenPanel } from './harness.ts';
import { CHARTS, HTML, MARKDOWN, SVG } from './hostile.ts';
import { display, Log, panelState } from './scenes.ts';

/** Listens where the hostile texts point to; every connection is a leak. */
let leaks = 0;
const trap = createServer((socket) => {
  leaks++;
  socket.destroy();
});
const origin = (): string => {
  const address = trap.address();
  if (address === null || typeof address === 'string') throw new Error('The trap has no port.');
  return `127.0.0.1:${String(address.port)}`;
};
const trapped = <T>(corpus: T): T =>
  JSON.parse(JSON.stringify(corpus).replaceAll('trap.invalid', origin())) as T;

describe('hostile outputs', () => {
  let panels: PanelBrowser;
  before(async () => {
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    panels = await PanelBrowser.start();
  });
  after(async () => {
    await panels.close();
    trap.close();
  });

  it('the trap counts connections', async () => {
    await fetch(`http://${origin()}/`).catch(() => undefined);
    assert.equal(leaks, 1);
    leaks = 0;
  });

  /** Shows it, clicks whatever can be clicked in it, and looks at what happened. */
  async function survive(log: Log): Promise<OpenPanel> {
    const panel = await panels.open({ state: panelState(), events: trapped(log.events) });
    await panel.page.waitForTimeout(400);
    for (const link of await panel.page.locator('.outputs a, .markdown a').all())
      await link.click({ timeout: 1000 }).catch(() => {});
    await panel.page.waitForTimeout(100);
    assert.equal(await panel.page.evaluate('window.__hits'), 0, 'script ran');
    assert.deepEqual(panel.strangers, [], 'something was requested');
    assert.equal(leaks, 0, 'something was sent');
    assert.deepEqual(panel.errors, []);
    assert.equal(await panel.page.evaluate('typeof window.acquireVsCodeApi'), 'function');
    assert.ok(await panel.page.getByRole('textbox', { name: 'Ask about your data' }).isVisible());
    return panel;
  }

  const cellWith = (bundle: MimeBundle): Log => {
    const log = new Log();
    log.ask('Show it');
    log.cell('c1', 'Hostile', 'display(x)', [display(bundle)]);
    log.end();
    return log;
  };

  for (const [name, html] of Object.entries(HTML)) {
    it(`HTML: ${name}`, async () => {
      const panel = await survive(cellWith({ 'text/html': html, 'text/plain': 'x' }));
      // What is not a plain table may live only in a frame that can do nothing.
      for (const frame of await panel.page.locator('iframe').all())
        assert.equal(await frame.getAttribute('sandbox'), '');
      await panel.close();
    });
  }

  it('HTML cannot cover the panel', async () => {
    const panel = await survive(cellWith({ 'text/html': HTML['covering'] ?? '' }));
    const hit = await panel.page.evaluate<string>(
      '(() => { const box = document.querySelector("textarea").getBoundingClientRect(); return document.elementFromPoint(box.x + 5, box.y + 5).tagName; })()',
    );
    assert.equal(hit, 'TEXTAREA');
    await panel.close();
  });

  for (const [name, svg] of Object.entries(SVG)) {
    it(`SVG: ${name}`, async () => {
      const panel = await survive(cellWith({ 'image/svg+xml': svg }));
      assert.equal(await panel.page.locator('.outputs svg').count(), 0, 'never inline');
      await panel.close();
    });
  }

  for (const [index, text] of MARKDOWN.entries()) {
    it(`Markdown ${String(index + 1)}`, async () => {
      const log = new Log();
      log.ask('Say it');
      log.say(text);
      log.end();
      const panel = await survive(log);
      const opened = (await panel.posted('openLink')).map((message) => String(message.params['url']));
      for (const url of opened) assert.match(url, /^https?:/);
      assert.equal(await panel.page.locator('.markdown :is(img, script, iframe, form)').count(), 0);
      await panel.close();
    });
  }

  for (const [name, bundle] of Object.entries(CHARTS)) {
    it(`chart: ${name}`, async () => {
      const panel = await survive(cellWith(bundle));
      await panel.page.locator('.chart-loading').waitFor({ state: 'detached' });
      assert.deepEqual(panel.strangers, []);
      assert.equal(await panel.page.evaluate('window.__hits'), 0);
      assert.equal(await panel.page.evaluate('({}).polluted'), undefined);
      await panel.close();
    });
  }

  it('forged and broken messages change nothing', async () => {
    const panel = await panels.open({
      state: panelState(),
      events: cellWith({ 'text/plain': 'kept' }).events,
    });
    const forged: unknown[] = [
      null,
      'text',
      { type: 'events' },
      { type: 'events', events: [{ type: 'text' }] },
      { type: 'state', state: { trusted: 'yes' } },
      { kind: 'answer', id: 99, ok: true, result: {} },
      { type: 'unknown', __proto__: { polluted: 1 } },
    ];
    for (const message of forged) await panel.page.evaluate(`window.__push(${JSON.stringify(message)})`);
    await panel.page.waitForTimeout(100);
    assert.ok(await panel.page.getByText('kept').isVisible());
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });

  it('a message from a frame is not the host’s', async () => {
    const panel = await panels.open({ state: panelState() });
    const event = JSON.stringify({ type: 'state', state: panelState({ trusted: false }) });
    await panel.page.evaluate(
      `window.dispatchEvent(new MessageEvent('message', { data: ${event}, origin: 'null' }))`,
    );
    await panel.page.waitForTimeout(100);
    assert.equal(await panel.page.getByText('This workspace is not trusted').count(), 0);
    await panel.close();
  });
});
