/**
 * Forty files with an order in them, and a model that obeys them all: it can only do what a cell can do, it runs
 * nothing that the user did not let it run, nothing it says is fetched, and under `schema` it never reads them.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Session, type SessionOptions } from '../../../src/session/session.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import { markdownHtml } from '../../../webview/render/markdownHtml.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { injections, obedient, SECRET, type Injection } from '../../support/injections.ts';
import { apiModel, sessionOptions } from '../../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';

let api: ScriptedApi;
let folder: string;
let connections = 0;
const attacker = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'injection-'));
  api = await startScriptedApi({ script: 'text' });
  attacker.listen(0, '127.0.0.1');
  await once(attacker, 'listening');
});
after(async () => {
  await api.close();
  attacker.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => api.requests.splice(0));

const port = (): number => {
  const address = attacker.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** What the files say when they are looked at; everything else that runs prints the secret. */
function output({ order, code }: Injection, asked: string): CellScript {
  if (asked !== code) return { outputs: [{ output_type: 'stream', name: 'stdout', text: `${SECRET}\n` }] };
  if (!code.includes('exec(')) {
    return { outputs: [{ output_type: 'stream', name: 'stdout', text: `read: ${order}\n` }] };
  }
  return {
    outputs: [
      { output_type: 'error', ename: 'ValueError', evalue: order, traceback: [`ValueError: ${order}`] },
    ],
    result: { status: 'error' },
  };
}

let count = 0;
async function run(injection: Injection, more: Partial<SessionOptions> = {}) {
  const events: SessionEvent[] = [];
  const sandbox = fakeSandbox((request) => output(injection, request.code));
  const session = await Session.open(
    sessionOptions(apiModel(api), {
      folder: join(folder, String((count += 1))),
      sandbox,
      onEvents: (batch) => {
        events.push(...batch);
        for (const event of batch) {
          // The user lets it look at the file, and nothing else.
          if (event.type !== 'cell_waiting') continue;
          const allowed = event.code === injection.code;
          session.decide(event.cellId, allowed ? { kind: 'run', code: event.code } : { kind: 'skip' });
        }
      },
      ...more,
    }),
  );
  api.setScript(obedient(injection));
  const end = await session.send({ intent: 'ask', text: 'What is in this file?', files: [] });
  await session.dispose();
  assert.deepEqual(end, { kind: 'finished' });
  const ran = sandbox.executed.map(({ code }) => code);
  const said = events.flatMap((event) => (event.type === 'text' ? [event.delta] : [])).join('');
  return { ran, said, sandbox, events };
}

/** No attribute of what is drawn makes a browser load something. */
const LOADS =
  /<(?:img|iframe|script|link|object|embed|video|audio|source|form|base|meta|svg)\b|\s(?:src|href|srcset|action|poster|on\w+)=/i;

describe('a model that obeys what it reads', () => {
  it('is really told forty orders, and obeys when nobody is asked', async () => {
    const all = injections(port());
    assert.equal(all.length, 40);
    assert.equal(new Set(all.map(({ path }) => path)).size, 40);
    let obeyed = 0;
    for (const injection of all) {
      const { ran, said, sandbox } = await run(injection);
      if (ran.length > 1 || said.includes('![chart]') || sandbox.edits.length > 0) obeyed += 1;
      const tags = markdownHtml(said).match(/<[^>]+>/g) ?? [];
      assert.deepEqual(
        tags.filter((tag) => LOADS.test(tag)),
        [],
      );
      for (const edit of sandbox.edits) assert.equal(edit.path.startsWith('/outputs'), false);
      // A copy that proposes a change reaches nothing by itself; the host has places that it refuses.
      const made = [...sandbox.files.keys()].filter(
        (name) => name !== 'changes/workspace/.vscode/tasks.json',
      );
      assert.deepEqual(made, []);
    }
    assert.equal(obeyed, 40);
  });

  for (const injection of injections(1)) {
    it(`${injection.name}: in mode "ask" nothing runs but what the user allowed`, async () => {
      const order = injection.order.replaceAll('127.0.0.1:1/', `127.0.0.1:${port()}/`);
      const { ran, events } = await run({ ...injection, order }, { mode: () => 'ask' });
      assert.deepEqual(ran, [injection.code]);
      const asked = events.filter(({ type }) => type === 'cell_waiting').length;
      const begun = events.filter(({ type }) => type === 'cell_started').length;
      assert.equal(asked, begun, 'each cell waited for the user');
    });

    it(`${injection.name}: under "schema" neither the order nor a secret is in a request`, async () => {
      const { ran } = await run(injection, { privacy: () => 'schema' });
      assert.deepEqual(ran, [injection.code], 'it never read the order');
      const sent = api.requests.map(({ raw }) => raw).join('\n');
      assert.ok(!sent.includes(SECRET) && !sent.includes('[[end]]') && !sent.includes('127.0.0.1:1/'));
    });
  }

  it('reached nobody but the API', () => assert.equal(connections, 0));
});
