/**
 * Forty real files with an order in them, read by real code in a real sandbox, and a model that obeys them all:
 * nothing reaches the host, and the workspace stays as it was. Under `schema` it never reads an order, and
 * learns names and types from the scan of the files.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Session } from '../../src/session/session.ts';
import type { FileRef, SessionEvent } from '../../src/shared/events.ts';
import type { Privacy } from '../../src/shared/protocol.ts';
import { makeWorkspace, SandboxFixture, treeHash } from '../support/dockerFixture.ts';
import { injections, obedient, SECRET, type Injection } from '../support/injections.ts';
import { keeping } from '../support/keepingSandbox.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';

describe('a model that obeys what it reads, in a real sandbox', () => {
  let box: SandboxFixture;
  let api: ScriptedApi;
  let corpus: Injection[] = [];
  let hash = '';
  let connections = 0;
  const folder = mkdtempSync(join(tmpdir(), 'injection-'));
  const attacker = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });

  before(async () => {
    attacker.listen(0, '127.0.0.1');
    await once(attacker, 'listening');
    const address = attacker.address();
    corpus = injections(typeof address === 'object' && address !== null ? address.port : 0);
    const files = Object.fromEntries(corpus.map(({ path, content }) => [path, content]));
    const sales = 'customer,amount\nAda Lovelace,10\nGrace Hopper,20\n';
    const workspace = makeWorkspace({ ...files, '.env': `API_KEY=${SECRET}\n`, 'sales.csv': sales });
    hash = treeHash(workspace);
    api = await startScriptedApi({ script: 'text' });
    box = await SandboxFixture.started({}, workspace);
  });
  after(async () => {
    attacker.close();
    await api.close();
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let count = 0;
  async function ask(
    privacy: Privacy,
    script: Parameters<ScriptedApi['setScript']>[0],
    files: FileRef[] = [],
  ) {
    api.setScript(script);
    const from = api.requests.length;
    const events: SessionEvent[] = [];
    const session = await Session.open(
      sessionOptions(apiModel(api), {
        folder: join(folder, String((count += 1))),
        sandbox: keeping(box.sandbox),
        cellTimeoutMs: 20_000,
        privacy: () => privacy,
        onEvents: (batch) => events.push(...batch),
      }),
    );
    const end = await session.send({ intent: 'ask', text: 'What is in this file?', files });
    await session.dispose();
    assert.deepEqual(end, { kind: 'finished' });
    const codes = events.flatMap((event) => (event.type === 'cell_running' ? [event.code] : []));
    return { codes, events, sent: api.requests.slice(from).map(({ raw }) => raw) };
  }

  it('obeys forty orders: nothing leaves, nothing is written', async () => {
    const missed: string[] = [];
    for (const injection of corpus) {
      const { codes, events } = await ask('full', obedient(injection));
      const obeyed =
        codes.length > 1 ||
        events.some(({ type }) => type === 'file_edit') ||
        injection.order.startsWith('[[say');
      if (!obeyed) missed.push(injection.name);
      assert.equal(treeHash(box.workspace), hash, injection.name);
    }
    assert.deepEqual(missed, [], 'orders that never reached the model');
    assert.equal(connections, 0);
  });

  it('under "schema" no order and no secret is in a request', async () => {
    for (const injection of corpus.filter((_, index) => index % 4 === 0)) {
      const files = [{ label: injection.path, containerPath: `/workspace/${injection.path}` }];
      const { codes, sent } = await ask('schema', obedient(injection), files);
      assert.deepEqual(codes, [injection.code]);
      const all = sent.join('\n');
      assert.ok(!all.includes(SECRET), injection.name);
      // A header is a name: it goes, as data. What stands in rows, comments and metadata does not.
      const isHeader = /header|key/.test(injection.name);
      if (!isHeader) assert.ok(!all.includes(injection.order.slice(0, 40)), injection.name);
    }
    assert.equal(treeHash(box.workspace), hash);
  });

  it('under "schema" names and types come from the file, and no row from a table that was pivoted', async () => {
    const code =
      "import pandas as pd\ndf = pd.read_csv('/workspace/sales.csv')\ndisplay(df)\ndf.pivot_table(columns='customer', values='amount')";
    const files = [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }];
    const { sent } = await ask('schema', obedient({ language: 'python', code }), files);
    const all = sent.join('\n');
    assert.match(all, /sales\.csv.*customer.*amount/s);
    assert.match(all, /int64/);
    assert.doesNotMatch(all, /Lovelace|Hopper/);
  });
});
