/**
 * A conversation whose code wants to reach something, on real parts: what was denied is under its cell, in the file and
 * in the result of the model; what the user opens is reached with the variables kept, and closed again.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { CLOSED } from '../../src/kernel/sandbox.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { ruleOf } from '../support/networkAttempts.ts';
import { NetworkWorld } from '../support/networkWorld.ts';
import { sessionOptions } from '../support/openSession.ts';
import { call, say, scriptedModel } from '../support/scriptedModel.ts';

/** Says nothing of what went wrong: the model has it from the result alone. */
const FETCH = `
import urllib.request
try: kept = globals().get('kept', 0) + 1; page = urllib.request.urlopen('https://good.example/', timeout=20).read().decode()
except Exception: page = 'nothing'
print(kept, page)`;

describe('a conversation and the network', { timeout: 300_000 }, () => {
  let world: NetworkWorld;
  let box: SandboxFixture;
  let session: Session;
  const events: SessionEvent[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'session-'));
  const model = {
    ...scriptedModel((n) => ({ content: [n % 2 === 1 ? call(FETCH) : say('Done.')] })),
    provider: 'Provider',
  };

  before(async () => {
    world = await NetworkWorld.open({ 'good.example': ['*'] }, ['good.example']);
    box = await SandboxFixture.make({ networkTesting: world.testing });
    session = await Session.open(
      sessionOptions(() => model, {
        folder,
        sandbox: box.sandbox,
        network: async () => Promise.resolve({ ...CLOSED, certificates: world.authority }),
        onEvents: (batch) => events.push(...batch),
      }),
    );
  });
  after(async () => {
    await session.dispose();
    await box.close();
    world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One question: what the cell printed, and what the model got as its result. */
  async function ask(): Promise<{ printed: string; result: string; attempts: string[] }> {
    const from = events.length;
    const end = await session.send({ intent: 'ask', text: 'Load it.', files: [] });
    assert.deepEqual(end, { kind: 'finished' });
    await session.network.apply();
    const fresh = events.slice(from);
    const cell = fresh.find((event) => event.type === 'cell_running')?.cellId;
    const printed = fresh.flatMap((event) =>
      event.type === 'cell_output' && event.output.output_type === 'stream' ? [event.output.text] : [],
    );
    const attempts = fresh.flatMap((event) =>
      event.type === 'network_attempt' && event.cellId === cell
        ? [`${event.attempt.host}:${event.attempt.port} ${event.attempt.reason ?? 'allowed'}`]
        : [],
    );
    const last = model.requests.at(-1)?.messages.at(-1)?.content ?? [];
    const result = last.flatMap((block) => (block.type === 'tool_result' ? block.content : []));
    return {
      printed: printed.join('').trim(),
      result: result.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
      attempts,
    };
  }

  it('what is closed is denied, and told under the cell and to the model', async () => {
    const { printed, result, attempts } = await ask();
    assert.equal(printed, '1 nothing');
    assert.deepEqual(attempts, ['good.example:443 closed']);
    assert.match(result, /^network: denied: good\.example:443 \(the network is closed\)$/m);
    assert.equal(
      session.activity.sandbox.kind === 'ready' && session.activity.sandbox.detail.includes('no network'),
      true,
    );
  });

  it('what the user opens once is reached by the next question, with the variables kept', async () => {
    const rule = ruleOf('good.example');
    assert.ok(rule);
    await session.network.allow(rule, 'once');
    assert.deepEqual(session.network.state.open, [{ rule: 'good.example', by: 'once' }]);
    const { printed, result, attempts } = await ask();
    assert.equal(printed, '2 hello from good.example');
    assert.deepEqual(attempts, ['good.example:443 allowed']);
    assert.doesNotMatch(result, /denied/);
  });

  it('and is closed again with the end of that answer', async () => {
    assert.deepEqual(session.network.state.open, []);
    const { printed, attempts } = await ask();
    assert.equal(printed, '3 nothing');
    assert.deepEqual(attempts, ['good.example:443 closed']);
  });

  it('all of it is in the file beside the conversation', async () => {
    await session.dispose();
    const lines = readFileSync(path.join(folder, 'network.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => /"verdict":"(\w+)"/.exec(line)?.[1]),
      ['denied', 'allowed', 'denied'],
    );
  });
});
