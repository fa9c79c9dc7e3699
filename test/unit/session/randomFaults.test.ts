/**
 * Whatever moment the user stops, the program dies or the stream breaks, the next message works and no code runs
 * twice. Moments are drawn at random: FAULT_SEED repeats a run, FAULT_RUNS sets how many.
 */
import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { Session } from '../../../src/session/session.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { apiModel, sessionOptions } from '../../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';
import { frames, frameText, type MessageReply, type Reply } from '../../support/scriptedApiReplies.ts';
import { sdkProblems } from '../../support/sdkSchema.ts';
import { blocksOf } from '../../support/scriptedApiChecks.ts';
import { randomFrom } from '../../support/random.ts';

const RUNS = Number(process.env['FAULT_RUNS'] ?? 500);
const SEED = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

let folder = '';
let api: ScriptedApi;
let cellsWritten = 0;
/** The next reply is cut at this part of its bytes; null: it is whole. */
let cutAt: number | null = null;

/** Thinks, talks, runs one or two cells; then answers. The code of each cell is written once in all runs. */
function reply(hasResults: boolean): MessageReply {
  if (hasResults)
    return { kind: 'message', blocks: [{ type: 'text', text: 'Fertig: schöne Grüße, 完了。' }] };
  const cells = [1, 2].map(() => {
    cellsWritten += 1;
    return {
      type: 'tool_use' as const,
      name: 'python',
      input: { purpose: 'Zähle', code: `run(${cellsWritten})` },
    };
  });
  const blocks: MessageReply['blocks'] = [
    { type: 'thinking', thinking: 'Ich überlege.' },
    { type: 'text', text: 'Ich zähle jetzt, 数えます.' },
    ...cells,
  ];
  return { kind: 'message', blocks };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  api = await startScriptedApi({
    script: (request): Reply => {
      const last = request.messages.at(-1);
      const parts = last === undefined ? [] : blocksOf(last);
      const hasResults =
        parts.some(({ type }) => type === 'tool_result') && !parts.some(({ type }) => type === 'text');
      const whole = reply(hasResults);
      if (cutAt === null) return whole;
      const bytes = Buffer.from(frames(whole, request.model, 10).map(frameText).join(''));
      const body = bytes.subarray(0, Math.floor(bytes.length * cutAt));
      cutAt = null;
      return { kind: 'raw', status: 200, contentType: 'text/event-stream', body };
    },
  });
});
after(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(at: string, sandbox: FakeSandbox): Promise<Session> {
  const model = apiModel(api, { patience: { backoffMs: 1 } });
  return Session.open(sessionOptions(model, { folder: at, sandbox, outputLimitBytes: 10_000 }));
}

const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });

/** The program dies: what is on disk is what a new one finds, perhaps cut in the middle of a line. */
async function dies(from: string, to: string, random: () => number): Promise<void> {
  await cp(from, to, { recursive: true });
  if (random() < 0.5) return;
  const log = join(to, 'transcript.jsonl');
  const text = await readFile(log, 'utf8');
  const lastLine = text.trimEnd().lastIndexOf('\n') + 1;
  if (lastLine < 2) return;
  await truncate(log, Buffer.byteLength(text.slice(0, lastLine)));
  await appendFile(log, Buffer.from(text.slice(lastLine)).subarray(0, Math.floor(random() * 40)));
}

it(`${RUNS} random cuts, stops and deaths (seed ${SEED})`, async (context) => {
  const random = randomFrom(SEED);
  const counts: Record<string, number> = {};
  for (let run = 0; run < RUNS; run += 1) {
    const at = join(folder, String(run));
    const sandbox = fakeSandbox(() => ({ waitMs: Math.floor(random() * 4) }));
    const session = await open(at, sandbox);
    const fault = (['cut', 'stop', 'death'] as const)[Math.floor(random() * 3)] ?? 'cut';
    counts[fault] = (counts[fault] ?? 0) + 1;
    if (fault === 'cut') cutAt = random();
    const turn = session.send(ask('Count.'));
    let next = at;
    if (fault === 'stop') {
      await new Promise((done) => setTimeout(done, random() * 25));
      await session.stop();
    }
    if (fault === 'death') {
      await new Promise((done) => setTimeout(done, random() * 25));
      next = `${at}-later`;
      await dies(at, next, random);
      await session.stop();
    }
    await turn;
    await session.dispose();
    cutAt = null;
    const later = fakeSandbox();
    const again = await open(next, later);
    const why = `run ${run}, ${fault}, seed ${SEED}`;
    assert.deepEqual(await again.send(ask('Go on.')), { kind: 'finished' }, why);
    await again.dispose();
    const ran = [...sandbox.executed, ...later.executed].map(({ code }) => code);
    assert.equal(new Set(ran).size, ran.length, `${why}: no code ran twice`);
    await Promise.all([at, next].map(async (path) => rm(path, { recursive: true, force: true })));
  }
  const refused = api.requests.filter(({ problem }) => problem !== null).map(({ problem }) => problem);
  assert.deepEqual(refused, [], 'each history was accepted');
  for (const { body } of api.conversations())
    assert.deepEqual(sdkProblems('MessageCreateParamsStreaming', body), [], 'and fits the types of the SDK');
  context.diagnostic(`${JSON.stringify(counts)}, ${api.conversations().length} requests, all accepted`);
});
