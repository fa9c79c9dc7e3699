/** What a session opens, what it records of attempts, and what the model is told of both. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { networkNotOpened } from '../../support/networkFailures.ts';
import { CLOSED } from '../../../src/kernel/sandbox.ts';
import type { AssistantBlock, Message, UserBlock } from '../../../src/models/model.ts';
import { MAX_CELL_EVENTS, type NetworkSettings } from '../../../src/session/network.ts';
import { ruleText } from '../../../src/shared/networkRules.ts';
import { fakeFacts, fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { allowedAttempt, deniedAttempt, ruleOf } from '../../support/networkAttempts.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });

const opened = ({ network }: FakeSandbox): string[] => network.rules.map(ruleText);
const settings = (...rules: string[]): NetworkSettings => ({ ...CLOSED, rules: rules.map(ruleOf) });
const textOf = (messages: readonly Message[]): string =>
  messages.flatMap((message) => message.content.flatMap(textsIn)).join('\n');

function textsIn(block: AssistantBlock | UserBlock): string[] {
  if (block.type === 'text') return [block.text];
  return block.type === 'tool_result' ? block.content.flatMap(textsIn) : [];
}

/** One cell, then an answer. */
const oneCell = (provider: string | null = 'Provider') => ({
  ...scriptedModel((n) => ({ content: [n % 2 === 1 ? call(`get(${n})`) : say('Done.')] })),
  provider,
});

describe('the network of a session', () => {
  const sessions = sessionsForTests();

  it('is closed as long as nobody opens it, and the sandbox is asked for nothing', async () => {
    const sandbox = fakeSandbox();
    let asked = 0;
    const set = sandbox.setNetwork.bind(sandbox);
    sandbox.setNetwork = async (network) => {
      asked += 1;
      return set(network);
    };
    const { session } = await sessions.open(oneCell(), sandbox);
    await session.send(ask('go'));
    assert.deepEqual(session.network.state, { open: [], canOpen: true });
    assert.equal(asked, 0);
    assert.equal(
      session.activity.sandbox.kind === 'ready' && session.activity.sandbox.detail,
      'runc, no network',
    );
  });

  it('is what the settings say from the first start on, as they are at each question', async () => {
    let now = settings('b.example.org', '*.example.org:8443');
    const { session, sandbox } = await sessions.open(oneCell(), fakeSandbox(), {
      network: async () => Promise.resolve(now),
    });
    await session.warmUp();
    assert.deepEqual(opened(sandbox), ['*.example.org:8443', 'b.example.org']);
    assert.equal(
      session.activity.sandbox.kind === 'ready' && session.activity.sandbox.detail,
      'runc, network: 2 hosts',
    );
    now = { ...settings('b.example.org'), certificates: 'PEM', parentProxy: 'http://proxy.example.org:3128' };
    await session.send(ask('go'));
    assert.deepEqual(sandbox.network, {
      rules: [ruleOf('b.example.org')],
      certificates: 'PEM',
      parentProxy: 'http://proxy.example.org:3128',
    });
  });

  it('opens a host for one answer, and closes it with the end of that answer', async () => {
    const during: string[][] = [];
    const sandbox: FakeSandbox = fakeSandbox(() => {
      during.push(opened(sandbox));
      return {};
    });
    const { session } = await sessions.open(oneCell(), sandbox);
    await session.network.allow(ruleOf('data.example.org'), 'once');
    assert.deepEqual(session.network.state.open, [{ rule: 'data.example.org', by: 'once' }]);
    await session.send(ask('one'));
    await session.network.apply();
    assert.deepEqual(session.network.state.open, []);
    await session.send(ask('two'));
    assert.deepEqual(during, [['data.example.org'], []]);
  });

  for (const used of [true, false]) {
    it(`opens a host in the middle of an answer: ${used ? 'used in it, it is closed with it' : 'not used in it, it counts for the next'}`, async () => {
      const open: string[][] = [];
      const sandbox: FakeSandbox = fakeSandbox((_, count) => {
        open.push(opened(sandbox));
        if (count === 1) void session.network.allow(ruleOf('data.example.org'), 'once');
        if (count === 2 && used) sandbox.attempt(allowedAttempt('DATA.example.org'));
        return { waitMs: 20 };
      });
      const model = scriptedModel((n) => ({ content: [n % 3 === 0 ? say('Done.') : call(`get(${n})`)] }));
      const { session } = await sessions.open(model, sandbox);
      for (const text of ['one', 'try again', 'more']) await session.send(ask(text));
      const all = ['data.example.org'];
      assert.deepEqual(open, [[], all, ...(used ? [[], []] : [all, all]), [], []]);
    });
  }

  it('shows what could not be closed as open', async () => {
    const sandbox = fakeSandbox();
    const { session, events } = await sessions.open(oneCell(), sandbox);
    await session.network.allow(ruleOf('a.example.org'), 'session');
    sandbox.setNetwork = async () =>
      Promise.reject(new Failure('network-not-closed', 'sandbox', 'It could not be closed.', null));
    await session.network.close(null);
    assert.deepEqual(session.network.state.open, [{ rule: 'a.example.org', by: 'session' }]);
    await session.dispose();
    assert.ok(events.some((event) => event.type === 'notice' && event.text === 'It could not be closed.'));
  });

  it('opens a host for the session beside those of the settings; each can be closed, also one of the settings', async () => {
    const { session, sandbox } = await sessions.open(oneCell(), fakeSandbox(), {
      network: async () => Promise.resolve(settings('a.example.org')),
    });
    await session.network.allow(ruleOf('b.example.org'), 'session');
    await session.network.allow(ruleOf('b.example.org'), 'once');
    await session.send(ask('one'));
    assert.deepEqual(opened(sandbox), ['a.example.org', 'b.example.org']);
    await session.network.close(['b.example.org']);
    assert.deepEqual(opened(sandbox), ['a.example.org']);
    await session.network.close(null);
    await session.send(ask('two'));
    assert.deepEqual(opened(sandbox), []);
    assert.deepEqual(session.network.state.open, []);
    await session.network.allow(ruleOf('a.example.org'), 'once');
    assert.deepEqual(opened(sandbox), ['a.example.org']);
  });

  it('says once why it could not be opened, shows nothing as open, and tries again with the next question', async () => {
    const sandbox = fakeSandbox();
    const set = sandbox.setNetwork.bind(sandbox);
    let fails = true;
    sandbox.setNetwork = async (network) => {
      if (fails && network.rules.length > 0) throw networkNotOpened();
      return set(network);
    };
    const { session, events } = await sessions.open(oneCell(), sandbox);
    await session.network.allow(ruleOf('a.example.org'), 'session');
    await session.send(ask('one'));
    const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    assert.equal(notices().filter((text) => text.includes('no proxy today')).length, 1);
    assert.deepEqual(session.network.state.open, []);
    fails = false;
    await session.send(ask('two'));
    assert.deepEqual(opened(sandbox), ['a.example.org']);
    assert.deepEqual(session.network.state.open, [{ rule: 'a.example.org', by: 'session' }]);
  });

  it('closes what was open when the settings cannot be read any more', async () => {
    let broken = false;
    const { session, sandbox, events } = await sessions.open(oneCell(), fakeSandbox(), {
      network: async () =>
        broken ? Promise.reject(new Error('no such file')) : Promise.resolve(settings('a.example.org')),
    });
    await session.warmUp();
    assert.deepEqual(opened(sandbox), ['a.example.org']);
    broken = true;
    await session.network.apply();
    await session.send(ask('go'));
    assert.deepEqual(opened(sandbox), []);
    assert.deepEqual(session.network.state.open, []);
    assert.ok(events.some((event) => event.type === 'notice' && event.text.includes('no such file')));
  });

  it('shows what a sandbox could not open at its start as closed, and tells why once', async () => {
    const sandbox = fakeSandbox();
    const facts = { ...fakeFacts, canOpenNetwork: false, networkProblem: 'gVisor has no way out.' };
    sandbox.start = async () => Promise.resolve(facts);
    const { session, events } = await sessions.open(oneCell(), sandbox, {
      network: async () => Promise.resolve(settings('a.example.org')),
    });
    await session.warmUp();
    assert.deepEqual(session.network.state, { open: [], canOpen: false });
    assert.equal(
      session.activity.sandbox.kind === 'ready' && session.activity.sandbox.detail,
      'runc, no network',
    );
    await session.warmUp();
    await session.dispose();
    const told = events.filter((event) => event.type === 'notice' && event.text === facts.networkProblem);
    assert.equal(told.length, 1);
  });
});

describe('attempts to use the network', () => {
  const sessions = sessionsForTests();
  const ledger = async (): Promise<unknown[]> =>
    (await readFile(join(sessions.folder(), 'network.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);

  it('are in the log and in a file, with the cell that made them; allowed ones, too', async () => {
    const sandbox: FakeSandbox = fakeSandbox(() => {
      sandbox.attempt(deniedAttempt('a.example.org'));
      sandbox.attempt(allowedAttempt('b.example.org'));
      return {};
    });
    const { session, events } = await sessions.open(oneCell(), sandbox);
    await session.send(ask('go'));
    const running = events.find((event) => event.type === 'cell_running');
    const seen = events.flatMap((event) => (event.type === 'network_attempt' ? [event] : []));
    assert.deepEqual(
      seen.map(({ cellId, attempt }) => [cellId, attempt.host, attempt.verdict]),
      [
        [running?.cellId, 'a.example.org', 'denied'],
        [running?.cellId, 'b.example.org', 'allowed'],
      ],
    );
    await session.dispose();
    assert.deepEqual(await ledger(), [
      { ...deniedAttempt('a.example.org'), cell: running?.cellId },
      { ...allowedAttempt('b.example.org'), cell: running?.cellId },
    ]);
  });

  it('belong to no cell when none has run', async () => {
    const { session, events, sandbox } = await sessions.open(oneCell());
    sandbox.attempt(deniedAttempt('a.example.org'));
    await session.dispose();
    assert.equal(events.find((event) => event.type === 'network_attempt')?.cellId, null);
  });

  it('fill neither log nor panel: beyond 200 of a cell they are counted, and in the file', async () => {
    const sandbox: FakeSandbox = fakeSandbox(() => {
      for (let n = 0; n < MAX_CELL_EVENTS + 34; n += 1) sandbox.attempt(deniedAttempt(`h${n}.example.org`));
      return {};
    });
    const { session, events } = await sessions.open(oneCell(), sandbox);
    await session.send(ask('go'));
    await session.dispose();
    assert.equal(events.filter(({ type }) => type === 'network_attempt').length, 200);
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    assert.deepEqual(notices, ['34 more attempts to use the network are not listed here.']);
    assert.equal((await ledger()).length, 234);
  });

  it('end at 2,000 in a session, also over a reload', async () => {
    const flood = (): FakeSandbox => {
      const sandbox: FakeSandbox = fakeSandbox(() => {
        for (let n = 0; n < 150; n += 1) sandbox.attempt(deniedAttempt('a.example.org'));
        return {};
      });
      return sandbox;
    };
    const first = await sessions.open(oneCell(), flood());
    for (let n = 0; n < 13; n += 1) await first.session.send(ask('go'));
    await first.session.dispose();
    const second = await sessions.open(oneCell(), flood());
    await second.session.send(ask('go'));
    const all = second.session.events().filter(({ type }) => type === 'network_attempt');
    assert.equal(all.length, 2000);
  });
});

describe('what the model is told of the network', () => {
  const sessions = sessionsForTests();

  it('is in the result of the cell: each host that was denied once, with the reason in words', async () => {
    const model = oneCell();
    const sandbox: FakeSandbox = fakeSandbox(() => {
      for (let n = 0; n < 3; n += 1) sandbox.attempt(deniedAttempt('a.example.org'));
      sandbox.attempt(deniedAttempt('b.example.org', { port: 80, reason: 'not-listed' }));
      sandbox.attempt(allowedAttempt('c.example.org'));
      return {};
    });
    const { session } = await sessions.open(model, sandbox);
    await session.send(ask('go'));
    const result = textOf(model.requests[1]?.messages ?? []);
    assert.match(
      result,
      /^network: denied: a\.example\.org:443 \(the network is closed\), 3 times; b\.example\.org:80 \(not opened by the user\)$/m,
    );
    assert.doesNotMatch(result, /c\.example/);
  });

  it('is what is open, in a note with the question; the system prompt stays as it is', async () => {
    const model = oneCell();
    const { session } = await sessions.open(model);
    await session.send(ask('one'));
    await session.network.allow(ruleOf('data.example.org'), 'session');
    await session.send(ask('two'));
    await session.send(ask('three'));
    await session.network.close(null);
    await session.send(ask('four'));
    const [one, , two, , three, , four] = model.requests;
    const notes = (request: typeof one): string[] =>
      textOf(request?.messages ?? []).match(/Network: [^<]*/g) ?? [];
    assert.deepEqual(notes(one), []);
    const isOpen = 'Network: the user has opened data.example.org, and nothing else.';
    assert.deepEqual(notes(two), [isOpen]);
    assert.deepEqual(notes(three), [isOpen]);
    assert.deepEqual(notes(four), [isOpen, 'Network: closed. No host is open.']);
    assert.equal(new Set(model.requests.map(({ system }) => system)).size, 1);
  });

  it('comes with the next result when the user opens a host in the middle of an answer', async () => {
    const model = {
      ...scriptedModel((n) => ({ content: [n < 3 ? call(`get(${n})`) : say('Done.')] })),
      provider: 'Provider',
    };
    let opening: Promise<void> = Promise.resolve();
    const sandbox = fakeSandbox((_, count) => {
      if (count === 1) opening = session.network.allow(ruleOf('data.example.org'), 'once');
      return { waitMs: 20 };
    });
    const { session } = await sessions.open(model, sandbox);
    await session.send(ask('go'));
    await opening;
    assert.match(
      textOf(model.requests[1]?.messages ?? []),
      /opened data\.example\.org, and nothing else\. Some are open for this answer/,
    );
  });

  it('is told again after a reload, when what was open then is not any more', async () => {
    const first = await sessions.open(oneCell());
    await first.session.network.allow(ruleOf('data.example.org'), 'session');
    await first.session.send(ask('one'));
    await first.session.dispose();
    const model = oneCell();
    const { session } = await sessions.open(model);
    await session.send(ask('two'));
    assert.match(textOf(model.requests[0]?.messages ?? []), /No host is open/);
  });

  it('names nothing that code may have made of the data, where the model sees names and types only', async () => {
    const model = oneCell();
    const sandbox: FakeSandbox = fakeSandbox(() => {
      sandbox.attempt(deniedAttempt('geheim4711.example.org'));
      sandbox.attempt(deniedAttempt('known.example.org'));
      return {};
    });
    const { session } = await sessions.open(model, sandbox, {
      privacy: () => 'schema',
      network: async () => Promise.resolve(settings('mirror.example.org')),
    });
    await session.send(ask('Load it from known.example.org.'));
    await session.network.allow(ruleOf('geheim4711.example.org'), 'session');
    await session.send(ask('Again.'));
    const all = model.requests.map(({ messages }) => textOf(messages)).join('\n');
    assert.match(all, /known\.example\.org:443 \(the network is closed\)/);
    assert.match(all, /a host \(name withheld\) \(the network is closed\)/);
    assert.match(all, /opened mirror\.example\.org and 1 host not named here/);
    assert.doesNotMatch(all, /geheim/);
  });

  it('is nothing for the built-in analyst but what was denied to its cell', async () => {
    const model = oneCell(null);
    const { session } = await sessions.open(model);
    await session.network.allow(ruleOf('data.example.org'), 'session');
    await session.send(ask('go'));
    assert.doesNotMatch(textOf(model.requests[1]?.messages ?? []), /Network:/);
  });
});
