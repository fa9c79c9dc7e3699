/**
 * Two tasks from end to end on real parts: a diagram of the joins of a database of 22 MB, and a chart recreated from a
 * screenshot, averaged and smoothed. The model is scripted; the requests are checked as the API does.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pngSize } from '../../src/agent/png.ts';
import { NO_ATTACHMENTS } from '../../src/session/attachments.ts';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { FIGURE_MIME, figureSchema, type Figure, type MimeBundle } from '../../src/shared/outputs.ts';
import { makeWorkspace, SandboxFixture } from '../support/dockerFixture.ts';
import { joinsScript, QUESTION, TABLES, writeShop } from '../support/joinsTask.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { PARTIES, pollScript, polls, QUESTIONS, rollingMeans, writePolls } from '../support/pollTask.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';
import { imagesOf } from '../support/scriptedApiChecks.ts';
import type { Script } from '../support/scriptedApiScenarios.ts';

interface World {
  fixture: SandboxFixture;
  api: ScriptedApi;
  session: Session;
  events: SessionEvent[];
  close: () => Promise<void>;
}

async function opened(workspace: string, script: Script): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  const events: SessionEvent[] = [];
  const fixture = await SandboxFixture.make({}, workspace);
  const api = await startScriptedApi({ script });
  const options = {
    folder,
    sandbox: fixture.sandbox,
    outputLimitBytes: 8_000_000,
    onEvents: (batch: SessionEvent[]) => events.push(...batch),
  };
  const session = await Session.open(sessionOptions(apiModel(api), options));
  const close = async (): Promise<void> => {
    await session.dispose();
    await fixture.close();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { fixture, api, session, events, close };
}

const bundles = (events: readonly SessionEvent[]): MimeBundle[] =>
  events.flatMap((event) =>
    event.type === 'cell_output' && 'data' in event.output ? [event.output.data] : [],
  );
const statuses = (events: readonly SessionEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'cell_done' ? [event.result.status] : []));
const printed = (events: readonly SessionEvent[]): string =>
  events
    .flatMap((event) =>
      event.type === 'cell_output' && event.output.output_type === 'stream' ? [event.output.text] : [],
    )
    .join('');

describe('how the tables of a database join', { timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    const workspace = makeWorkspace({});
    await writeShop(workspace);
    world = await opened(workspace, joinsScript);
  });
  after(async () => world.close());

  it('is drawn inline, lies there as PDF and PNG, and the model sees it', async () => {
    const { session, events, api, fixture } = world;
    const end = await session.send({ intent: 'ask', text: QUESTION, files: [] });
    assert.deepEqual(end, { kind: 'finished' });
    assert.deepEqual(statuses(events), ['ok'], printed(events));
    const [shown] = bundles(events);
    assert.match(
      String(shown?.['image/svg+xml']),
      /payments\.order_id → orders\.id, n:1, inferred, 9\d(\.\d)? %/,
    );

    const files = session.artifacts();
    assert.deepEqual(files.map(({ name }) => name).sort(), ['shop-joins.pdf', 'shop-joins.png']);
    const bytesOf = (name: string): Buffer =>
      readFileSync(session.artifactPath(files.find((file) => file.name === name)?.sha256 ?? '') ?? '');
    assert.ok((pngSize(bytesOf('shop-joins.png'))?.width ?? 0) >= 2000);
    assert.equal(bytesOf('shop-joins.pdf').subarray(0, 5).toString(), '%PDF-');
    const text = await fixture.ok('bash', 'pdftotext shop-joins.pdf - && pdfinfo shop-joins.pdf');
    for (const table of TABLES) assert.ok(text.includes(table), `${table} can be found in the PDF`);
    assert.match(text, /Pages: +1\b/);

    const [, results] = api.conversations();
    assert.equal(results?.images, 1, 'the picture goes to the model');
    const [picture] = results?.body == null ? [] : imagesOf(results.body);
    const size = pngSize(Buffer.from(picture?.source.data ?? '', 'base64'));
    assert.ok(Math.max(size?.width ?? 0, size?.height ?? 0) >= 1000, JSON.stringify(size));
    assert.match(results?.raw ?? '', /payments +order_id +orders +id +inferred/);
  });
});

describe('a chart recreated from a screenshot', { timeout: 300_000 }, () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'picture-'));
  let world: World;
  let screenshot: Buffer;
  before(async () => {
    const workspace = makeWorkspace({});
    screenshot = readFileSync(await writePolls(workspace, elsewhere));
    world = await opened(workspace, pollScript);
  });
  after(async () => {
    await world.close();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  const ask = async (n: 0 | 1 | 2): Promise<{ events: SessionEvent[]; figure: Figure }> => {
    const { session, events } = world;
    const from = events.length;
    const image = { name: 'screenshot.png', mediaType: 'image/png' as const, bytes: screenshot };
    const images = n === 0 ? await session.keepImages([image]) : [];
    const attachments = { ...NO_ATTACHMENTS, images };
    const end = await session.send({ intent: 'ask', text: QUESTIONS[n], files: [], attachments });
    assert.deepEqual(end, { kind: 'finished' });
    const since = events.slice(from);
    assert.deepEqual(statuses(since), ['ok'], JSON.stringify(bundles(since)).slice(0, 1000));
    const [bundle] = bundles(since).filter((data) => FIGURE_MIME in data);
    return { events: since, figure: figureSchema.parse(bundle?.[FIGURE_MIME]) };
  };
  /** Of the lines, not the points: x and y. */
  const lines = ({ axes }: Figure): Map<string, unknown[][]> =>
    new Map(
      axes[0]?.series
        .filter(({ label }) => label in PARTIES)
        .map(({ label, columns }) => [label, columns.map(({ values }) => [...values])]),
    );

  it('has the colours that code measured in the picture', async () => {
    const { events, figure } = await ask(0);
    const wanted = Object.values(PARTIES).sort();
    assert.ok(
      printed(events).includes(
        `colours: ${JSON.stringify(wanted).replaceAll('"', "'").replaceAll(',', ', ')}`,
      ),
      printed(events),
    );
    assert.deepEqual([...lines(figure).keys()], Object.keys(PARTIES));
    const [question, results] = world.api.conversations();
    assert.deepEqual([question?.images, results?.images], [1, 2], 'the picture, then the chart as well');
  });

  it('has the means of six surveys', async () => {
    const { figure } = await ask(1);
    const expected = rollingMeans(polls(), 6);
    Object.keys(PARTIES).forEach((party, at) => {
      const [, values] = lines(figure).get(party) ?? [];
      const means = expected[at] ?? [];
      assert.equal(values?.length, means.length, party);
      means.forEach((mean, n) =>
        assert.ok(
          Math.abs(Number(values?.[n]) - mean) < 1e-9,
          `${party} ${n}: ${String(values?.[n])}, ${mean}`,
        ),
      );
    });
  });

  it('is smoothed, and every request carries the picture and each chart', async () => {
    const { figure } = await ask(2);
    const rough = (values: readonly number[]): number =>
      values
        .slice(2)
        .reduce((sum, y, n) => sum + Math.abs(y - 2 * (values[n + 1] ?? 0) + (values[n] ?? 0)), 0);
    Object.keys(PARTIES).forEach((party, at) => {
      const values = (lines(figure).get(party)?.[1] ?? []).map(Number);
      const own = polls().map(({ percent }) => percent[at] ?? NaN);
      assert.equal(values.length, own.length);
      assert.ok(rough(values) < rough(own) / 5, party);
      const mean = (all: readonly number[]) => all.reduce((sum, y) => sum + y, 0) / all.length;
      assert.ok(Math.abs(mean(values) - mean(own)) < 1, 'it is still about these polls');
    });
    assert.deepEqual(
      world.api.conversations().map(({ images }) => images),
      [1, 2, 2, 3, 3, 4],
    );
    const last = world.api.conversations().at(-1)?.body;
    const [original] = last == null ? [] : imagesOf(last);
    assert.equal(original?.source.data, screenshot.toString('base64'));
  });
});
