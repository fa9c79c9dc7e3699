/** What the files of a question are made of, in a session: before the first request, once, and as the setting allows. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SchemasRequest } from '../../../src/kernel/kernel.ts';
import type { FileProfile } from '../../../src/shared/fileProfile.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { scriptedModel } from '../../support/scriptedModel.ts';

const sales = { label: 'sales.csv', containerPath: '/workspace/sales.csv' };
const profile = (modified = 1): FileProfile => ({
  path: sales.containerPath,
  bytes: 30,
  modified,
  rows: 2,
  columns: [{ name: 'umsatz_netto', dtype: 'int64', missing: 0, distinct: 2, low: 11, high: 4711 }],
});
const answering = () => scriptedModel(() => ({ content: [{ type: 'text', text: 'Done.' }] }));

/** As the program in the sandbox: known files that have not changed are passed over. */
function withFiles(now: () => FileProfile, during: () => void = () => undefined): FakeSandbox {
  const sandbox = fakeSandbox();
  const schemas = async (request: SchemasRequest): Promise<FileProfile[]> => {
    sandbox.looks.push(request);
    during();
    const file = now();
    const isKnown = request.known.some(
      ({ path, modified }) => path === file.path && modified === file.modified,
    );
    return Promise.resolve(isKnown ? [] : [file]);
  };
  Object.assign(sandbox.kernel, { schemas });
  return sandbox;
}

describe('files of a question', () => {
  const sessions = sessionsForTests();
  const ask = { intent: 'ask' as const, text: 'How much?', files: [sales] };

  it('are known to the model by their true columns before any cell has run, and shown before its first word', async () => {
    const model = answering();
    const { session, events, sandbox } = await sessions.open(model, withFiles(profile));
    await session.send(ask);
    assert.match(JSON.stringify(model.requests[0]?.messages), /umsatz_netto[^]*4711/);
    assert.equal(sandbox.executed.length, 0);
    const order = events
      .map(({ type }) => type)
      .filter((type) => type === 'files_profiled' || type === 'text');
    assert.deepEqual(order, ['files_profiled', 'text']);
  });

  it('are told once, again when they have changed, and also when the session is opened again', async () => {
    let modified = 1;
    const model = answering();
    const first = await sessions.open(
      model,
      withFiles(() => profile(modified)),
    );
    await first.session.send(ask);
    await first.session.send(ask);
    assert.equal(first.events.filter(({ type }) => type === 'files_profiled').length, 1);
    await first.session.dispose();
    const again = await sessions.open(
      model,
      withFiles(() => profile(modified)),
    );
    await again.session.send(ask);
    assert.equal(again.events.filter(({ type }) => type === 'files_profiled').length, 0);
    modified = 2;
    await again.session.send(ask);
    assert.equal(again.events.filter(({ type }) => type === 'files_profiled').length, 1);
    assert.equal(JSON.stringify(model.requests.at(-1)?.messages).match(/umsatz_netto/g)?.length, 2);
  });

  it('are said to be read while they are', async () => {
    let seen = '';
    const opened = await sessions.open(
      answering(),
      withFiles(profile, () => {
        seen = JSON.stringify(opened.states.at(-1)?.sandbox);
      }),
    );
    await opened.session.send(ask);
    assert.match(seen, /"busy","detail":"Reading sales.csv"/);
    assert.equal(opened.states.at(-1)?.sandbox.kind, 'ready');
  });

  it('are not looked at where a question names none', async () => {
    const { session, sandbox } = await sessions.open(answering(), withFiles(profile));
    await session.send({ ...ask, files: [] });
    assert.equal(sandbox.looks.length, 0);
  });

  it('are asked for without values where names and types only are to be seen, and anew with them when that ends', async () => {
    let privacy: 'schema' | 'full' = 'schema';
    const model = { ...answering(), provider: 'Somebody' };
    const { session, sandbox, events } = await sessions.open(model, withFiles(profile), {
      privacy: () => privacy,
    });
    await session.send(ask);
    privacy = 'full';
    await session.send(ask);
    assert.deepEqual(
      sandbox.looks.map(({ values, known }) => ({ values, known: known.length })),
      [
        { values: false, known: 0 },
        { values: true, known: 0 },
      ],
    );
    const withheld = events.flatMap((event) => (event.type === 'files_profiled' ? [event.withheld] : []));
    assert.deepEqual(withheld, [true, undefined]);
  });

  describe('of which a sample was read in time', () => {
    const part: FileProfile = {
      ...profile(),
      rows: 500,
      ofRows: 9_000_000,
      ofRowsExact: false,
      pending: true,
    };
    const whole: FileProfile = { ...profile(), rows: 8_765_432 };

    /** Counting in the background ends when `count` is called. */
    function counting(answer: FileProfile[]): { sandbox: FakeSandbox; count: () => void } {
      const sandbox = fakeSandbox();
      let count: () => void = () => undefined;
      const counted = new Promise<void>((resolve) => (count = resolve));
      Object.assign(sandbox.kernel, {
        schemas: async (request: SchemasRequest) => {
          sandbox.looks.push(request);
          if (request.background !== true) return request.known.length > 0 ? [] : [part];
          await counted;
          return answer;
        },
      });
      return { sandbox, count: () => count() };
    }
    const settled = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

    it('are counted behind the answer: the card is replaced, and the next request has the figures, once', async () => {
      const { sandbox, count } = counting([whole]);
      const model = { ...answering(), provider: 'Somebody' };
      const { session, events } = await sessions.open(model, sandbox);
      await session.send(ask);
      assert.match(JSON.stringify(model.requests[0]?.messages), /about 9000000/);
      assert.deepEqual(
        sandbox.looks.map(({ background, timeoutMs }) => ({ background, timeoutMs })),
        [
          { background: undefined, timeoutMs: 10_000 },
          { background: true, timeoutMs: 120_000 },
        ],
      );
      count();
      await settled();
      const [, second] = events.filter((event) => event.type === 'files_profiled');
      assert.deepEqual(second && { ...second, seq: 0, at: 0 }, {
        type: 'files_profiled',
        turnId: 't1',
        files: [whole],
        replaces: true,
        seq: 0,
        at: 0,
      });
      await session.send({ ...ask, files: [] });
      await session.send({ ...ask, files: [] });
      const [first, next, last] = model.requests.map(({ messages }) => messages);
      // What was sent is sent again as it was: the rest is appended.
      assert.deepEqual(next?.slice(0, first?.length), first);
      assert.equal(JSON.stringify(last).match(/8765432/g)?.length, 1);
      assert.match(JSON.stringify(next), /replace those of a sample/);
    });

    it('are told after the session was opened again, if they were not before', async () => {
      const { sandbox, count } = counting([whole]);
      const model = { ...answering(), provider: 'Somebody' };
      const { session } = await sessions.open(model, sandbox);
      await session.send(ask);
      count();
      await settled();
      await session.dispose();
      const again = await sessions.open(model, counting([]).sandbox);
      await again.session.send({ ...ask, files: [] });
      assert.match(JSON.stringify(model.requests.at(-1)?.messages), /8765432/);
    });

    const others: Record<string, FileProfile[]> = {
      'figures of the sample': [{ ...part, pending: false }],
      'a sample, for time was up': [part],
      'another state of the file': [{ ...whole, modified: 2 }],
      nothing: [],
    };
    for (const [what, answer] of Object.entries(others)) {
      it(`are not replaced by ${what}`, async () => {
        const { sandbox, count } = counting(answer);
        const { session, events } = await sessions.open(answering(), sandbox);
        await session.send(ask);
        count();
        await settled();
        assert.equal(events.filter(({ type }) => type === 'files_profiled').length, 1);
      });
    }
  });

  it('stop ends the reading and the turn', async () => {
    const sandbox = fakeSandbox();
    let begun: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (begun = resolve));
    Object.assign(sandbox.kernel, {
      schemas: async (_: SchemasRequest, signal?: AbortSignal) => {
        begun();
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        return [];
      },
    });
    const model = answering();
    const { session } = await sessions.open(model, sandbox);
    const ended = session.send(ask);
    await reading;
    await session.stop();
    assert.deepEqual(await ended, { kind: 'stopped' });
    assert.equal(model.requests.length, 0);
  });
});
