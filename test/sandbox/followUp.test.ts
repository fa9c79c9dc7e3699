/**
 * The way of a conversation on real parts: the analyst charts a file without a key; then a key is set, and Claude
 * (the real SDK, against the scripted server, which checks each request as the API does) answers a follow-up.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodePng } from '../../src/agent/png.ts';
import { createAnalyst } from '../../src/models/analyst/analyst.ts';
import { DEFAULT_MODEL_ID } from '../../src/models/anthropic.ts';
import type { Model } from '../../src/models/model.ts';
import { Session } from '../../src/session/session.ts';
import type { FileRef, SessionEvent } from '../../src/shared/events.ts';
import { makeWorkspace, SandboxFixture, treeHash } from '../support/dockerFixture.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';
import { imagesOf } from '../support/scriptedApiChecks.ts';
import { SCENARIOS } from '../support/scriptedApiScenarios.ts';

const SAMPLE = fileURLToPath(new URL('../../media/sample/sales.csv', import.meta.url));
const file: FileRef = { label: 'sales.csv', containerPath: '/workspace/sales.csv' };

describe('a conversation on real parts', { timeout: 300_000 }, () => {
  let fixture: SandboxFixture;
  let api: ScriptedApi;
  let session: Session;
  let model: Model = createAnalyst({ typingMs: 0 });
  let treeBefore = '';
  const events: SessionEvent[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'session-'));

  before(async () => {
    const workspace = makeWorkspace({});
    cpSync(SAMPLE, path.join(workspace, 'sales.csv'));
    treeBefore = treeHash(workspace);
    fixture = await SandboxFixture.make({}, workspace);
    api = await startScriptedApi({ script: 'chart-follow-up' });
    session = await Session.open(
      sessionOptions(() => model, {
        folder,
        sandbox: fixture.sandbox,
        outputLimitBytes: 8_000_000,
        onEvents: (batch) => events.push(...batch),
      }),
    );
  });

  after(async () => {
    await session.dispose();
    await fixture.close();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const since = async (run: () => Promise<unknown>): Promise<SessionEvent[]> => {
    const from = events.length;
    await run();
    return events.slice(from);
  };

  const pngs = (batch: SessionEvent[]): Buffer[] =>
    batch.flatMap((event) => {
      if (event.type !== 'cell_output' || event.output.output_type !== 'display_data') return [];
      const png = event.output.data['image/png'];
      return typeof png === 'string' ? [Buffer.from(png, 'base64')] : [];
    });

  /** More than one colour: something is drawn. */
  const isDrawn = (png: Buffer): boolean => {
    const pixels = decodePng(png, 20_000_000);
    assert.ok(pixels !== null);
    const colours = new Set<string>();
    for (let at = 0; at < pixels.data.length; at += 4) colours.add(pixels.data.subarray(at, at + 3).join());
    return colours.size > 10;
  };

  it('the analyst charts the file without a key', async () => {
    const batch = await since(async () =>
      assert.deepEqual(await session.send({ intent: 'chart', text: '', files: [file] }), {
        kind: 'finished',
      }),
    );
    const charts = pngs(batch);
    assert.ok(charts.length >= 1 && charts.every(isDrawn));
    assert.equal(api.requests.length, 0);
  });

  it('with a key, the follow-up carries that chart as an image, and its cell really runs', async () => {
    model = apiModel(api, { modelId: DEFAULT_MODEL_ID });
    const batch = await since(async () =>
      assert.deepEqual(await session.send({ intent: 'ask', text: 'And by region?', files: [file] }), {
        kind: 'finished',
      }),
    );
    assert.deepEqual(
      api.conversations().map(({ status, problem }) => [status, problem]),
      [
        [200, null],
        [200, null],
      ],
    );
    const [first, second] = api.conversations();
    assert.ok(first?.body && second?.body);
    assert.ok(first.images >= 1);
    assert.ok(imagesOf(first.body).every(({ source }) => isDrawn(Buffer.from(source.data, 'base64'))));
    assert.equal(second.images, first.images + 1);
    assert.ok(pngs(batch).every(isDrawn));
    assert.match(JSON.stringify(second.body.messages.at(-1)), /status: ok/);
    const said = batch.map((event) => (event.type === 'text' ? event.delta : '')).join('');
    assert.match(said, /I can see \d+ earlier charts?/);
  });

  it('Stop ends a cell that would never end, and variables of before are still there', async () => {
    api.setScript(SCENARIOS['echo'] ?? (() => assert.fail()));
    await session.send({ intent: 'ask', text: 'kept = 6 * 7', files: [] });
    const endless = session.send({ intent: 'ask', text: 'while True: pass', files: [] });
    const startedAt = performance.now();
    while (session.activity.sandbox.kind !== 'busy') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.ok(performance.now() - startedAt < 20_000);
    }
    const stoppedAt = performance.now();
    await session.stop();
    assert.deepEqual(await endless, { kind: 'stopped' });
    assert.ok(performance.now() - stoppedAt < 5000);
    const batch = await since(async () => session.send({ intent: 'ask', text: 'print(kept)', files: [] }));
    assert.match(JSON.stringify(batch), /"stdout","text":"42/);
    assert.deepEqual(
      api.conversations().filter(({ status }) => status !== 200),
      [],
    );
  });

  it('a file of a cell is on the host as soon as the cell has ended, and the workspace is as before', async () => {
    api.setScript(SCENARIOS['artifact'] ?? (() => assert.fail()));
    const batch = await since(async () => session.send({ intent: 'ask', text: 'Save it', files: [] }));
    const stored = batch.find((event) => event.type === 'artifact_stored');
    assert.equal(stored?.name, 'result.csv');
    assert.equal(session.artifacts().at(-1)?.bytes, 8);
    assert.notEqual(session.artifactPath(stored?.sha256 ?? ''), null);
    assert.equal(treeHash(fixture.workspace), treeBefore);
  });
});
