/** What files are made of, over the real sandbox: the first request has the true columns, and no cell has run. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import type { Privacy } from '../../src/shared/protocol.ts';
import { makeWorkspace, SandboxFixture } from '../support/dockerFixture.ts';
import { keeping } from '../support/keepingSandbox.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';

const CSV = `Auftrag;Größe (cm);Kunde\n${Array.from({ length: 40 }, (_, at) => `${at + 1};${at},5;Quillfeather`).join('\n')}\n`;
const file = { label: 'auftrag.csv', containerPath: '/workspace/auftrag.csv' };

describe('what files are made of, over the real sandbox', () => {
  let api: ScriptedApi;
  let box: SandboxFixture;
  let folder: string;
  before(async () => {
    api = await startScriptedApi({ script: 'text' });
    folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    box = await SandboxFixture.started({}, makeWorkspace({ 'auftrag.csv': CSV }));
  });
  after(async () => {
    await api.close();
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One question, to a model that answers in words; what was sent for it. */
  async function ask(name: string, privacy: Privacy): Promise<{ sent: string; events: SessionEvent[] }> {
    const from = api.requests.length;
    api.setScript(() => ({ kind: 'message', blocks: [{ type: 'text', text: 'Done.' }] }));
    const events: SessionEvent[] = [];
    const session = await Session.open(
      sessionOptions(apiModel(api), {
        folder: join(folder, name),
        sandbox: keeping(box.sandbox),
        privacy: () => privacy,
        onEvents: (batch) => events.push(...batch),
      }),
    );
    const end = await session.send({ intent: 'ask', text: 'How large are they?', files: [file] });
    await session.dispose();
    assert.deepEqual(end, { kind: 'finished' });
    const sent = api.requests.slice(from);
    assert.deepEqual(
      sent.map(({ problem }) => problem).filter((problem) => problem !== null),
      [],
    );
    return { sent: sent.map(({ raw }) => raw).join(), events };
  }

  it('the first request has the true columns, ranges and how the file was read; no cell has run', async () => {
    const { sent, events } = await ask('full', 'full');
    for (const fact of [
      'Größe (cm)',
      'Auftrag',
      'Quillfeather',
      'delimiter semicolon',
      '39.5',
      'likelyKeys',
    ]) {
      assert.ok(sent.includes(fact), fact);
    }
    assert.ok(!events.some(({ type }) => type === 'cell_running'));
    const [told] = events.flatMap((event) => (event.type === 'files_profiled' ? event.files : []));
    assert.equal(told?.rows, 40);
    assert.deepEqual(
      told.columns.map(({ name, dtype, low, high }) => ({ name, dtype, low, high })),
      [
        { name: 'Auftrag', dtype: 'int64', low: 1, high: 40 },
        { name: 'Größe (cm)', dtype: 'float64', low: 0.5, high: 39.5 },
        { name: 'Kunde', dtype: 'object', low: undefined, high: undefined },
      ],
    );
  });

  it('names and types only: neither the model nor the log gets a value', async () => {
    const { sent, events } = await ask('schema', 'schema');
    assert.ok(sent.includes('Größe (cm)'));
    const told = events.filter(({ type }) => type === 'files_profiled');
    assert.equal(told.length, 1);
    for (const value of ['Quillfeather', '39.5']) {
      assert.ok(!sent.includes(value), value);
      assert.ok(!JSON.stringify(told).includes(value), value);
    }
  });
});
