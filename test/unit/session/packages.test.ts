/** What cells installed: recorded with versions, installed again in a new sandbox, and what is missing is told. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sandboxFault } from '../../../src/failures.ts';
import { CLOSED } from '../../../src/kernel/sandbox.ts';
import type { AssistantBlock, Message, UserBlock } from '../../../src/models/model.ts';
import type { NetworkSettings } from '../../../src/session/network.ts';
import { packagesAfter } from '../../../src/session/packages.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import type { InstalledPackage } from '../../../src/shared/outputs.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const pip = (name: string, version: string, fromIndex = true): InstalledPackage => ({
  manager: 'pip',
  name,
  version,
  fromIndex,
});
const npm = (name: string, version: string): InstalledPackage => ({
  manager: 'npm',
  name,
  version,
  fromIndex: true,
});
const OPEN: NetworkSettings = {
  ...CLOSED,
  rules: [{ host: 'index.example.org', below: false, port: 443 }],
  packages: true,
};

/** Each question runs one cell, whose code is its number. */
const cells = () => ({
  ...scriptedModel((n) => ({ content: [n % 2 === 1 ? call(`cell ${n}`) : say('Done.')] })),
  provider: 'Provider',
});

/** The first cell installs these. */
const installing = (...packages: InstalledPackage[]): FakeSandbox =>
  fakeSandbox((_, count) =>
    count === 1 ? { result: { packages: { installed: packages, removed: [] } } } : {},
  );

const asked = (sandbox: FakeSandbox): string[][] =>
  sandbox.installs.map(({ packages }) => packages.map(({ name, version }) => `${name} ${version}`));
const notices = (events: readonly SessionEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'notice' ? [`${event.level}: ${event.text}`] : []));
const textOf = (messages: readonly Message[]): string =>
  messages.flatMap((message) => message.content.flatMap(textsIn)).join('\n');
function textsIn(block: AssistantBlock | UserBlock): string[] {
  if (block.type === 'text') return [block.text];
  return block.type === 'tool_result' ? block.content.flatMap(textsIn) : [];
}

describe('packages of a session', () => {
  const sessions = sessionsForTests();

  it('are in the log with their versions, and told to the model', async () => {
    const model = cells();
    const sandbox = installing(pip('tiny', '1.2'), npm('@a/b', '3.0.0'));
    const { session, events } = await sessions.open(model, sandbox);
    await session.send(ask('go'));
    assert.deepEqual(packagesAfter(events), [pip('tiny', '1.2'), npm('@a/b', '3.0.0')]);
    assert.match(
      textOf(model.requests[1]?.messages ?? []),
      /installed in \/packages: tiny 1\.2 \(pip\), @a\/b 3\.0\.0 \(npm\)/,
    );
    assert.deepEqual(sandbox.installs, []);
  });

  it('are installed again in a new sandbox, in these versions, with progress and without a cell', async () => {
    const sandbox = installing(pip('tiny', '1.2'), npm('@a/b', '3.0.0'));
    const network = async () => Promise.resolve(OPEN);
    const { session, states, events } = await sessions.open(cells(), sandbox, { network });
    await session.send(ask('go'));
    await session.restartSandbox();
    assert.deepEqual(asked(sandbox), [['tiny 1.2', '@a/b 3.0.0']]);
    const shown = states.map((state) => state.sandbox).filter(({ kind }) => kind === 'starting');
    assert.ok(
      shown.some((state) => state.kind === 'starting' && state.message === 'Installing 2 packages again'),
    );
    await session.send(ask('again'));
    assert.equal(sandbox.installs.length, 1);
    assert.equal(sandbox.executed.length, 2);
    assert.ok(!notices(events).some((text) => text.includes('missing')));
  });

  it('are installed again after a loss, and when the session is opened again', async () => {
    const network = async () => Promise.resolve(OPEN);
    const first = await sessions.open(cells(), installing(pip('tiny', '1.2')), { network });
    await first.session.send(ask('go'));
    first.sandbox.lose('The sandbox was lost: it ended.');
    await first.session.send(ask('again'));
    assert.deepEqual(asked(first.sandbox), [['tiny 1.2']]);
    await first.session.dispose();
    const second = await sessions.open(cells(), fakeSandbox(), { network });
    await second.session.warmUp();
    assert.deepEqual(asked(second.sandbox), [['tiny 1.2']]);
  });

  it('what was removed is not installed again, and the newest version counts', async () => {
    const sandbox = fakeSandbox((_, count) => {
      const changes = [
        { installed: [pip('a', '1'), pip('b', '1')], removed: [] },
        { installed: [pip('a', '2')], removed: [pip('b', '1')] },
      ][count - 1];
      return changes === undefined ? {} : { result: { packages: changes } };
    });
    const { session } = await sessions.open(cells(), sandbox, { network: async () => Promise.resolve(OPEN) });
    await session.send(ask('one'));
    await session.send(ask('two'));
    await session.restartSandbox();
    assert.deepEqual(asked(sandbox), [['a 2']]);
  });

  it('with the network closed nothing is tried: user and model are told what is missing, once', async () => {
    const model = cells();
    const sandbox = installing(pip('tiny', '1.2'));
    const { session, events } = await sessions.open(model, sandbox);
    await session.send(ask('go'));
    await session.restartSandbox();
    await session.send(ask('again'));
    await session.send(ask('and again'));
    assert.deepEqual(sandbox.installs, []);
    const told = notices(events).filter((text) => text.includes('tiny 1.2 (pip)'));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^info: .*not open for pip and npm/);
    const said = textOf(model.requests.at(-1)?.messages ?? []);
    assert.equal(said.split('are missing in this sandbox').length, 2);
  });

  it('when the network is opened later they are installed with the next question', async () => {
    let settings: NetworkSettings = CLOSED;
    const sandbox = installing(pip('tiny', '1.2'));
    const network = async () => Promise.resolve(settings);
    const { session } = await sessions.open(cells(), sandbox, { network });
    await session.send(ask('go'));
    await session.restartSandbox();
    assert.deepEqual(asked(sandbox), []);
    settings = OPEN;
    await session.send(ask('again'));
    assert.deepEqual(asked(sandbox), [['tiny 1.2']]);
  });

  it('what the settings can say only when there is a sandbox is open before the first cell', async () => {
    const sandbox = fakeSandbox();
    const network = async () => Promise.resolve(sandbox.starts > 0 ? OPEN : CLOSED);
    const { session } = await sessions.open(cells(), sandbox, { network });
    await session.warmUp();
    assert.equal(sandbox.network.rules.length, 1);
  });

  it('other hosts that are open are not for pip and npm', async () => {
    const sandbox = installing(pip('tiny', '1.2'));
    const network = async () => Promise.resolve({ ...OPEN, packages: false });
    const { session } = await sessions.open(cells(), sandbox, { network });
    await session.send(ask('go'));
    await session.restartSandbox();
    assert.deepEqual(asked(sandbox), []);
  });

  it('what cannot be installed is a notice; the cell runs, and it is not tried again and again', async () => {
    const sandbox = installing(pip('tiny', '1.2'), pip('other', '2'));
    sandbox.onInstall = async ({ packages }) =>
      Promise.resolve({ missing: packages.slice(1), text: 'ERROR: no such version' });
    const log: string[] = [];
    const { session, events } = await sessions.open(cells(), sandbox, {
      network: async () => Promise.resolve(OPEN),
      log: (line) => log.push(line),
    });
    await session.send(ask('go'));
    await session.restartSandbox();
    assert.deepEqual(await session.send(ask('again')), { kind: 'finished' });
    assert.equal(sandbox.installs.length, 1);
    const told = notices(events).filter((text) => text.includes('could not install'));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /other 2 \(pip\)/);
    assert.doesNotMatch(told[0] ?? '', /tiny/);
    assert.match(log.join('\n'), /no such version/);
  });

  it('a bridge that does not know how is a notice, too', async () => {
    const sandbox = installing(pip('tiny', '1.2'));
    sandbox.onInstall = async () => Promise.reject(sandboxFault('There is no operation'));
    const { session, events } = await sessions.open(cells(), sandbox, {
      network: async () => Promise.resolve(OPEN),
    });
    await session.send(ask('go'));
    await session.restartSandbox();
    assert.deepEqual(await session.send(ask('again')), { kind: 'finished' });
    assert.ok(notices(events).some((text) => text.includes('tiny 1.2 (pip)')));
  });

  it('what came from a file is not looked up under its name in an index', async () => {
    const sandbox = installing(pip('mine', '1.0', false), pip('tiny', '1.2'));
    const { session, events } = await sessions.open(cells(), sandbox, {
      network: async () => Promise.resolve(OPEN),
    });
    await session.send(ask('go'));
    await session.restartSandbox();
    assert.deepEqual(asked(sandbox), [['tiny 1.2']]);
    assert.ok(notices(events).some((text) => /did not come from an index: mine 1\.0/.test(text)));
  });

  it('Stop ends an installation; the next question goes on with it', async () => {
    const sandbox = installing(pip('tiny', '1.2'));
    const { session, events } = await sessions.open(cells(), sandbox, {
      network: async () => Promise.resolve(OPEN),
    });
    await session.send(ask('go'));
    sandbox.lose('The sandbox was lost: it ended.');
    sandbox.onInstall = async ({ packages }, signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve({ missing: [...packages], text: '' }));
      });
    const turn = session.send(ask('again'));
    while (sandbox.installs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await session.stop();
    assert.deepEqual(await turn, { kind: 'stopped' });
    assert.ok(!notices(events).some((text) => text.includes('missing')));
    sandbox.onInstall = async () => Promise.resolve({ missing: [], text: '' });
    assert.deepEqual(await session.send(ask('and again')), { kind: 'finished' });
    assert.equal(sandbox.installs.length, 2);
  });

  it('a model that sees names and types only is told how many', async () => {
    const model = cells();
    const sandbox = installing(pip('secret-4711', '1.2'));
    const { session } = await sessions.open(model, sandbox, { privacy: () => 'schema' });
    await session.send(ask('go'));
    await session.restartSandbox();
    await session.send(ask('again'));
    const said = model.requests.map(({ messages }) => textOf(messages)).join('\n');
    assert.match(said, /packages installed: 1/);
    assert.match(said, /1 package that earlier cells installed is missing/);
    assert.doesNotMatch(said, /secret-4711/);
  });
});
