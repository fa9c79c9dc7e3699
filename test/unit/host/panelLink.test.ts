import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sleep } from '../../../src/host/engineWait.ts';
import { elsewhereHtml, panelHtml } from '../../../src/host/panelHtml.ts';
import { PanelLink } from '../../../src/host/panelLink.ts';
import type { HostEvent, PanelState } from '../../../src/shared/protocol.ts';
import type { Handlers } from '../../../src/shared/rpc.ts';

const state: PanelState = {
  sessionId: 's',
  title: '',
  trusted: true,
  turn: 'idle',
  sandbox: { kind: 'off' },
  model: { id: 'm', label: 'M', provider: null, hasKey: false },
  suggestions: [],
  mode: 'auto',
  privacy: 'full',
  queue: [],
};
const event = (title: string): HostEvent => ({ type: 'state', state: { ...state, title } });

/** A page: what it was sent, and a way to send. */
function page(handlers: Partial<Handlers>) {
  const posted: { kind?: string; ok?: boolean; sentence?: string; state?: { title: string } }[] = [];
  let receive: (message: unknown) => void = () => undefined;
  const log: string[] = [];
  const refuse = async (): Promise<never> => Promise.reject(new Error('not in this test'));
  const names = ['ready', 'send', 'stop', 'newSession', 'saveArtifact', 'saveArtifacts', 'openArtifact'];
  const all = Object.fromEntries(names.map((name) => [name, refuse])) as unknown as Handlers;
  const link = new PanelLink(
    {
      postMessage: async (message: (typeof posted)[number]) => {
        posted.push(message);
        return Promise.resolve(true);
      },
      onDidReceiveMessage: (listener: (message: unknown) => unknown) => {
        receive = listener;
        return { dispose: () => (receive = () => undefined) };
      },
    },
    { ...all, ...handlers },
    (line) => log.push(line),
  );
  return { link, posted, log, say: (message: unknown) => receive(message) };
}

const request = (name: string, params: unknown = {}) => ({ kind: 'request', id: 1, name, params });

describe('the link to a page', () => {
  it('sends nothing before the page has asked, and loses nothing while it is answered', async () => {
    const { link, posted, say } = page({
      ready: async () => {
        await sleep(10);
        return { state, events: [] };
      },
    });
    link.send(event('too early'));
    say(request('ready'));
    await sleep(2);
    link.send(event('meanwhile'));
    await sleep(30);
    link.send(event('after'));
    assert.deepEqual(
      posted.map((message) => message.state?.title ?? message.kind),
      ['answer', 'meanwhile', 'after'],
    );
  });

  it('waits again when the page is loaded anew', async () => {
    const { link, posted, say } = page({ ready: async () => Promise.resolve({ state, events: [] }) });
    say(request('ready'));
    await sleep(5);
    link.reloading();
    link.send(event('hidden'));
    assert.equal(posted.length, 1);
    say(request('ready'));
    await sleep(5);
    link.send(event('shown'));
    assert.equal(posted.at(-1)?.state?.title, 'shown');
  });

  it('answers what it does not understand with a sentence, and drops what is no request', async () => {
    const { posted, say, log } = page({});
    say(request('runAnything', { path: '/etc/passwd' }));
    say(request('__proto__'));
    say({ kind: 'request', id: 'x', name: 'stop' });
    say('hello');
    say(null);
    await sleep(5);
    assert.deepEqual(
      posted.map(({ ok }) => ok),
      [false, false],
    );
    assert.equal(log.filter((line) => line.includes('dropped')).length, 3);
  });

  it('answers malformed parameters with a sentence, and does not run the handler', async () => {
    let ran = false;
    const { posted, say } = page({
      send: async () => {
        ran = true;
        return Promise.resolve({ accepted: true });
      },
    });
    say(request('send', { intent: 'destroy', text: 1, fileIds: null }));
    await sleep(5);
    assert.equal(posted[0]?.ok, false);
    assert.ok(!ran);
  });

  it('is silent after it was closed', async () => {
    const { link, posted, say } = page({ ready: async () => Promise.resolve({ state, events: [] }) });
    say(request('ready'));
    link.dispose();
    link.send(event('late'));
    await sleep(5);
    assert.equal(posted.length, 0);
  });
});

describe('the page', () => {
  const parts = {
    cspSource: 'https://*.vscode-cdn.net',
    nonce: 'abc123',
    scriptUri: 'https://x.vscode-cdn.net/main.js?a=1&b="2"',
    styleUri: 'https://x.vscode-cdn.net/styles.css',
  };
  for (const [name, html] of [
    ['panel', panelHtml(parts)],
    ['pointer', elsewhereHtml(parts)],
  ] as const) {
    it(`of the ${name} runs its own script only, and reaches nowhere`, () => {
      const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /script-src 'nonce-abc123'/);
      assert.doesNotMatch(
        policy,
        /unsafe-eval|script-src[^;]*unsafe-inline|(img|connect)-src[^;]*https?:\/\/\*?[^.*]|\* /,
      );
      for (const script of html.match(/<script[^>]*>/g) ?? []) assert.match(script, /nonce="abc123"/);
    });
  }

  it('quotes what it puts into attributes', () => {
    assert.ok(panelHtml(parts).includes('main.js?a=1&amp;b=&quot;2&quot;"'));
  });
});
