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

let id = 0;
const request = (name: string, params: unknown = {}) => ({ kind: 'request', id: ++id, name, params });

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

  it('brings a long session in parts, before anything new', async () => {
    const long = Array.from({ length: 5 }, (_, n) => ({
      type: 'text' as const,
      turnId: 't',
      blockId: 'b',
      delta: 'x'.repeat(3 * 1024 * 1024),
      seq: n + 1,
      at: 0,
    }));
    const { link, posted, say } = page({
      ready: async () => {
        await sleep(5);
        return { state, events: long };
      },
    });
    const seqs = (from: number) =>
      JSON.stringify(
        posted.slice(from).map(
          (sent) =>
            JSON.stringify(sent)
              .match(/"seq":\d/g)
              ?.join() ?? 'new',
        ),
      );
    say(request('ready'));
    link.send(event('meanwhile'));
    await sleep(30);
    const whole = '["\\"seq\\":1","\\"seq\\":2","\\"seq\\":3","\\"seq\\":4","\\"seq\\":5","new"]';
    assert.equal(seqs(0), whole);
    assert.deepEqual(
      posted.map((sent) => JSON.stringify(sent).includes('"replayed":true')),
      [false, true, true, true, true, false],
    );
    link.send({ type: 'reset', state, events: long });
    link.send(event('after'));
    assert.equal(seqs(6), whole);
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

  it('does nothing a second time, and counts what it drops', async () => {
    let stops = 0;
    const { link, posted, say } = page({
      stop: async () => {
        stops++;
        return Promise.resolve({});
      },
      ready: async () => Promise.resolve({ state, events: [] }),
    });
    const [stop, ready] = [request('stop'), request('ready')];
    for (const message of [ready, stop, stop, ready, { ...stop, name: 'ready' }]) say(message);
    await sleep(5);
    assert.equal(stops, 1);
    assert.equal(posted.length, 2);
    say(request('stop'));
    await sleep(5);
    assert.equal(stops, 2, 'a new request is done');
    for (const message of [
      'x',
      null,
      1,
      [],
      { kind: 'answer', id: 1 },
      { type: 'saveArtifact', path: '/etc/x' },
    ])
      say(message);
    assert.equal(link.droppedMessages, 3 + 6);
  });

  for (const [name, params] of [
    ['saveArtifact', { sha256: '../../etc/passwd', name: 'x' }],
    ['saveArtifact', { sha256: 'ab'.repeat(32), name: 'x'.repeat(100_000) }],
    ['saveArtifact', { type: 'saveArtifact', path: '/etc/x' }],
    ['openLink', { url: `https://${'x'.repeat(100_000)}` }],
    ['copyText', { text: 'x'.repeat(100 * 1024 * 1024) }],
    ['runCommand', JSON.parse('{"__proto__":{"command":"x"},"constructor":{"prototype":{"polluted":1}}}')],
    ['constructor', {}],
    ['toString', {}],
  ] as const) {
    it(`${name} with ${JSON.stringify(params).slice(0, 60)} reaches no handler`, async () => {
      const reached: string[] = [];
      const reach = (handler: string) => async (): Promise<never> => {
        reached.push(handler);
        return Promise.reject(new Error(handler));
      };
      const { posted, say } = page({
        saveArtifact: reach('saveArtifact'),
        openLink: reach('openLink'),
        copyText: reach('copyText'),
        runCommand: reach('runCommand'),
      });
      say(request(name, params));
      await sleep(5);
      assert.deepEqual(reached, []);
      assert.equal(posted[0]?.ok, false);
      assert.ok((posted[0]?.sentence ?? '').length < 2000);
      assert.equal(Reflect.get({}, 'polluted'), undefined);
    });
  }

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

  it('has a fresh nonce of its own kind, no inline script, and no address from elsewhere', () => {
    const html = panelHtml({ ...parts, scriptUri: 'SCRIPT', styleUri: 'STYLE' });
    assert.deepEqual(html.match(/<script[^>]*>[^<]*<\/script>/g), [
      '<script type="module" nonce="abc123" src="SCRIPT"></script>',
    ]);
    assert.doesNotMatch(html.replace(/content="[^"]*"/g, ''), /https?:|\son[a-z]+=|javascript:/);
  });

  it('quotes what it puts into attributes', () => {
    assert.ok(panelHtml(parts).includes('main.js?a=1&amp;b=&quot;2&quot;"'));
  });
});
