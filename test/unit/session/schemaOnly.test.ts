/**
 * Names and types only: 30 sessions with the real client against the scripted API. Whatever form rows take in
 * the outputs, none of it is in a request; the same sessions under `full` show that the strings would be found.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Session } from '../../../src/session/session.ts';
import { FACTS_MIME, FRAME_MIME, type Output } from '../../../src/shared/outputs.ts';
import type { Privacy } from '../../../src/shared/protocol.ts';
import { encodePng } from '../../../src/agent/png.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { apiModel, sessionOptions } from '../../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';
import type { MessageReply } from '../../support/scriptedApiReplies.ts';

let api: ScriptedApi;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-'));
  api = await startScriptedApi({ script: 'text' });
});
after(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => api.requests.splice(0));

const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const show = (data: Record<string, unknown>): Output => ({ output_type: 'display_data', data, metadata: {} });

/** A cell whose outputs hold the row `row`, each in a form of its own. */
const FORMS: ((row: string) => CellScript)[] = [
  (row) => ({ outputs: [stream(`   name  n\n0  ${row}  1\n`)] }),
  (row) => ({ outputs: [{ output_type: 'stream', name: 'stderr', text: `warning: ${row}\n` }] }),
  (row) => ({
    outputs: [
      show({ 'text/plain': row, 'text/html': `<table><td>${row}</td></table>`, [FRAME_MIME]: frame(row) }),
    ],
  }),
  (row) => ({
    outputs: [
      {
        output_type: 'error',
        ename: 'KeyError',
        evalue: `'${row}'`,
        traceback: [`Cell In[1], line 1\n----> 1 df[${row}]`, `KeyError: '${row}'`],
      },
    ],
    result: { status: 'error' },
  }),
  (row) => ({
    outputs: [{ output_type: 'error', ename: row, evalue: row, traceback: [row] }],
    result: { status: 'error' },
  }),
  (row) => ({
    outputs: [
      show({
        'application/vnd.plotly.v1+json': {
          data: [{ type: 'bar', x: [row], y: [1] }],
          layout: { title: row },
        },
      }),
      show({
        'application/vnd.vegalite.v5+json': { data: { values: [{ a: row }] }, mark: 'bar', title: row },
      }),
    ],
  }),
  (row) => ({ outputs: [show({ [FACTS_MIME]: { top: row }, 'text/plain': row })] }),
  (row) => ({
    outputs: [
      show({ 'image/svg+xml': `<svg><text>${row}</text></svg>`, 'text/markdown': `# ${row}` }),
      picture(row),
    ],
  }),
  (row) => ({
    outputs: [stream('saved\n')],
    files: { [`${row}.csv`]: row },
    result: {
      refused: [{ name: row, reason: `${row} is a link` }],
      truncated: [{ stream: row, droppedBytes: 10 }],
    },
  }),
  (row) => ({ outputs: [show({ [`application/x-${row}`]: row, 'application/json': { [row]: row } })] }),
];
/** A picture whose bytes are the row. */
const picture = (row: string): Output => {
  const data = new Uint8Array(16 * 16 * 4).fill(255);
  data.set(Buffer.from(row), 0);
  return show({
    'image/png': encodePng({ width: 16, height: 16, data }).toString('base64'),
    'text/plain': row,
  });
};
/** Of a table that was pivoted: the values of a row are its names, its types and its sizes. */
const frame = (row: string) => ({
  rows: 1,
  columnCount: 2,
  columns: [
    { name: row, dtype: 'int64', missing: 0 },
    { name: 'n', dtype: `struct<${row}: int64>`, missing: 0 },
  ],
});

const calls = (...blocks: MessageReply['blocks']): MessageReply => ({ kind: 'message', blocks });
const cell = (code: string, name = 'python'): MessageReply['blocks'][number] => ({
  type: 'tool_use',
  name,
  input: { purpose: 'Look', code },
});
const editor = (input: object): MessageReply['blocks'][number] => ({
  type: 'tool_use',
  name: 'str_replace_based_edit_tool',
  input,
});
const more = (n: number): MessageReply['blocks'][number] => ({
  type: 'tool_use',
  name: 'show_output',
  input: { cell: n, show: 'lines', first: null, last: null, text: null },
});

/** One session of two questions; `says`: what the model repeats of what it has seen. */
async function session(
  name: string,
  form: (n: number) => CellScript,
  privacy: () => Privacy,
  says = 'Done.',
) {
  const opened = await Session.open(
    sessionOptions(apiModel(api), {
      id: name,
      folder: join(folder, name),
      sandbox: fakeSandbox((_, n) => form(n)),
      privacy,
    }),
  );
  api.setScript((_, n) => {
    const step = (n - 1) % 3;
    if (step === 0) return calls(cell('df.head()'), cell('cat data.csv', 'bash'));
    if (step === 1)
      return calls(
        cell(`df[df.name == ${JSON.stringify(says)}]`),
        more(1),
        editor({ command: 'create', path: '/outputs/n.txt', file_text: 'a\n' }),
        editor({ command: 'view', path: '/outputs' }),
      );
    return calls({ type: 'thinking', thinking: says }, { type: 'text', text: `The answer: ${says}` });
  });
  return {
    opened,
    ask: async () => {
      const end = await opened.send({ intent: 'ask', text: 'What is in it?', files: [] });
      assert.deepEqual(end, { kind: 'finished' });
    },
  };
}

/** The rows in what was sent, as they are, as base64, and as part of JSON in JSON. */
const found = (rows: readonly string[], from = 0): string[] => {
  const sent = api.requests.slice(from).map(({ raw }) => raw);
  assert.ok(sent.length > 0);
  assert.deepEqual(
    api.requests.map(({ problem }) => problem).filter((problem) => problem !== null),
    [],
  );
  const forms = rows.flatMap((row) => [row, ...[0, 1, 2].map((by) => base64At(row, by))]);
  return forms.filter((form) => sent.some((body) => body.includes(form)));
};
/** The middle of its base64 when it begins at this offset in a group of three bytes. */
const base64At = (row: string, offset: number): string =>
  Buffer.from('-'.repeat(offset) + row)
    .toString('base64')
    .slice(4, -4);

const rowOf = (session: number, cellNumber: number): string => `Canary${session}x${cellNumber}qLovelace`;

describe('names and types only', () => {
  for (let number = 0; number < 30; number += 1) {
    it(`session ${number + 1}: no row is in a request`, async () => {
      const rows: string[] = [];
      const form = (n: number): CellScript => {
        const row = rowOf(number, n);
        rows.push(row);
        return FORMS[(number + n) % FORMS.length]?.(row) ?? {};
      };
      const { opened, ask } = await session(`blind-${number}`, form, () => 'schema');
      await ask();
      await ask();
      await opened.dispose();
      assert.equal(rows.length, 6);
      assert.ok(api.conversations().length >= 6);
      assert.deepEqual(found(rows), []);
    });
  }

  it('the same under `full` has the rows: the strings would be found', async () => {
    for (const [index, form] of FORMS.entries()) {
      const from = api.requests.length;
      const row = rowOf(100 + index, 1);
      const { opened, ask } = await session(
        `seen-${index}`,
        () => form(row),
        () => 'full',
      );
      await ask();
      await opened.dispose();
      assert.notDeepEqual(found([row], from), [], `form ${index}`);
    }
  });

  it('switched on later: rows, answers and code of before are not sent again, also after a reload', async () => {
    let privacy: Privacy = 'full';
    const row = rowOf(200, 1);
    const form = (n: number): CellScript => FORMS[n % FORMS.length]?.(row) ?? {};
    const first = await session('switched', form, () => privacy, row);
    await first.ask();
    assert.notDeepEqual(found([row]), []);
    privacy = 'schema';
    const from = api.requests.length;
    api.setScript(() => calls({ type: 'text', text: 'I see nothing.' }));
    await first.opened.send({ intent: 'ask', text: 'And now?', files: [] });
    await first.opened.dispose();
    const again = await session('switched', form, () => privacy);
    await again.ask();
    await again.opened.dispose();
    assert.deepEqual(found([row], from), []);
  });

  it('switched on in the middle of a turn: from the next request on', async () => {
    let privacy: Privacy = 'full';
    const row = rowOf(201, 1);
    const { opened, ask } = await session(
      'midway',
      () => FORMS[0]?.(row) ?? {},
      () => privacy,
    );
    api.setScript((_, n) => {
      if (n === 2) privacy = 'schema';
      return n < 4 ? calls(cell(`step ${n}`)) : calls({ type: 'text', text: 'Done.' });
    });
    await ask();
    await opened.dispose();
    const bodies = api.conversations().map(({ raw }) => raw.includes(row));
    assert.deepEqual(bodies, [false, true, false, false]);
  });

  it('a released output goes once, in full, with the next request, and stays', async () => {
    const rows = [rowOf(202, 1), rowOf(202, 2)];
    const { opened } = await session(
      'released',
      (n) => ({ outputs: [stream(rows[n - 1] ?? '')] }),
      () => 'schema',
    );
    api.setScript((_, n) =>
      n === 1 ? calls(cell('a')) : n === 2 ? calls(cell('b')) : calls({ type: 'text', text: 'Done.' }),
    );
    await opened.send({ intent: 'ask', text: 'Go', files: [] });
    assert.deepEqual(found(rows), []);
    const done = opened.events().find((event) => event.type === 'cell_done');
    assert.equal(done?.withheld, true);
    await opened.releaseOutput(done?.cellId ?? '');
    await opened.releaseOutput(done?.cellId ?? '');
    await opened.releaseOutput('no such cell');
    for (const text of ['More', 'And more']) {
      await opened.send({ intent: 'ask', text, files: [] });
      const raw = api.conversations().at(-1)?.raw ?? '';
      assert.equal(raw.split(rows[0] ?? '?').length - 1, 1);
      assert.ok(!raw.includes(rows[1] ?? '?'));
    }
    await opened.dispose();
  });
});
