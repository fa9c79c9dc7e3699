/**
 * The user's own view: what the panel shows of variables, of a table, of its columns, and what is searched, is for the
 * user's eyes. Whatever the privacy setting is, the model is sent none of it, and no file of the session holds it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dataRequests } from '../../src/host/dataRequests.ts';
import { hitsInLog } from '../../src/session/searchLog.ts';
import { Session } from '../../src/session/session.ts';
import { isRecord } from '../../src/shared/isRecord.ts';
import { FIGURE_MIME, FRAME_MIME } from '../../src/shared/outputs.ts';
import { privacySchema, type Privacy } from '../../src/shared/protocol.ts';
import { makeWorkspace, SandboxFixture } from '../support/dockerFixture.ts';
import { keeping } from '../support/keepingSandbox.ts';
import { apiModel, sessionOptions } from '../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../support/scriptedApi.ts';
import type { MessageReply } from '../support/scriptedApiReplies.ts';

const ROWS = [
  ['Quillfeather', 'Zorbenheim', 48_151_623],
  ['Umberblossom', 'Yttervault', 42_108_815],
  ['Wexcombeford', 'Xanthomere', 31_623_421],
] as const;
/** What the user types into a filter and into the search. */
const TYPED = 'Velloquist';
const CANARIES = [...ROWS.flat().map(String), ...ROWS.map(([, , n]) => n.toLocaleString('en-US')), TYPED];
const found = (text: string): string[] => CANARIES.filter((canary) => text.includes(canary));

/** Values in variables of every kind, in names of variables and of columns; none of them is put out. */
const HELD = `
import pandas as pd, pyarrow as pa
df = pd.read_csv('/workspace/people.csv')
first, rows, arrow = df.customer[0], df.to_dict('records'), pa.Table.from_pandas(df)
wide = df.set_index('customer').T
globals()[df.city[0]] = df.amount
class Held:
    def __init__(self): self.city = df.city[1]
held = Held()
print('loaded')
`;
/** Shown to the user alone: a table by a handle; a chart whose points stay in the log, as an output of the user's. */
const SHOWN = `
import matplotlib.pyplot as plt
fig, ax = plt.subplots(); ax.plot([1, 2, 3], df.amount, label='_'); ax.tick_params(labelleft=False); plt.show()
df.amount.to_frame().rename(columns={'amount': 'x'}).iloc[:0]
`;

const ALL = { row: 0, rows: 100, column: 0, columns: 50 };
const NO_VIEW = { sorts: [], filters: [] };

describe('the user’s own view of the data', { timeout: 300_000 }, () => {
  let box: SandboxFixture;
  let api: ScriptedApi;
  const root = mkdtempSync(join(tmpdir(), 'own-view-'));

  before(async () => {
    api = await startScriptedApi({ script: 'text' });
    const csv = `customer,city,amount\n${ROWS.map((row) => row.join(',')).join('\n')}\n`;
    box = await SandboxFixture.started({}, makeWorkspace({ 'people.csv': csv }));
  });
  after(async () => {
    await api.close();
    await box.close();
    rmSync(root, { recursive: true, force: true });
  });

  const cell = (code: string): MessageReply['blocks'] => [
    { type: 'tool_use', name: 'python', input: { purpose: 'Look', code } },
  ];
  /** Every file of the session, by its name. */
  const filesOf = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const file = join(entry.parentPath, entry.name);
          return [file.slice(folder.length + 1), readFileSync(file, 'latin1')];
        }),
    );

  let count = 0;
  async function opened(privacy: Privacy) {
    const folder = join(root, String((count += 1)));
    const model = apiModel(api);
    const options = { folder, sandbox: keeping(box.sandbox), privacy: () => privacy };
    const session = await Session.open(sessionOptions(model, options));
    /** A question, and what was sent for it. */
    const ask = async (text: string, ...steps: MessageReply['blocks'][]): Promise<string> => {
      const before = api.requests.length;
      api.setScript((_, n) => ({
        kind: 'message',
        blocks: steps[n - 1] ?? [{ type: 'text', text: 'Done.' }],
      }));
      assert.deepEqual(await session.send({ intent: 'ask', text, files: [] }), { kind: 'finished' });
      const sent = api.requests.slice(before);
      assert.ok(sent.length > steps.length, 'it was asked');
      return sent.map(({ raw }) => raw).join('\n');
    };
    return { folder, session, ask };
  }

  /** Everything that the panel can ask about the data, as it asks it. Returns all that the user was shown. */
  async function lookAtEverything(session: Session, handle: string | null): Promise<string> {
    const panel = dataRequests({ sessions: { now: { session } } });
    const shown: unknown[] = [];
    const variables = await panel.variables({ language: 'python' });
    assert.ok(variables.ok, JSON.stringify(variables));
    shown.push(variables);
    for (const { name, table } of variables.answer.variables) {
      shown.push(await panel.variableValue({ language: 'python', name }));
      if (!table) continue;
      const ref = { name };
      shown.push(await panel.tablePage({ ref, ...ALL, view: NO_VIEW }));
      for (const column of [0, 1, 2]) shown.push(await panel.columnSummary({ ref, view: NO_VIEW, column }));
    }
    const ref = { name: 'df' };
    const filters = [{ column: 0, op: 'contains' as const, values: [TYPED] }];
    const sorts = [{ column: 1, descending: true }];
    const filtered = await panel.tablePage({ ref, ...ALL, view: { filters, sorts } });
    assert.ok(filtered.ok && filtered.answer.matched === 0);
    shown.push(await panel.tablePage({ ref, ...ALL, view: { filters: [], sorts } }));
    shown.push(await panel.columnSummary({ ref, view: { filters: [], sorts }, column: 2 }));
    // What is refused, too: a reason can quote what was typed.
    shown.push(await panel.variableValue({ language: 'python', name: TYPED }));
    const wrong = [{ column: 2, op: 'less' as const, values: [TYPED] }];
    shown.push(await panel.tablePage({ ref, ...ALL, view: { filters: wrong, sorts: [] } }));
    if (handle !== null) shown.push(await panel.tablePage({ ref: { handle }, ...ALL, view: NO_VIEW }));
    await panel.cancelData({});
    return JSON.stringify(shown);
  }

  for (const privacy of privacySchema.options) {
    it(`stays with the user: ${privacy}`, async () => {
      const { folder, session, ask } = await opened(privacy);
      const loading = await ask('Load people.csv.', cell(HELD));
      assert.deepEqual(found(loading), [], 'the code puts nothing out');
      // What the code reads and sets is looked up after the answer, and is an event.
      while (!(filesOf(folder)['transcript.jsonl'] ?? '').includes('"cell_names"')) {
        await new Promise((done) => setTimeout(done, 50));
      }
      const before = filesOf(folder);
      assert.deepEqual(found(Object.values(before).join('\n')), []);

      const shown = await lookAtEverything(session, null);
      assert.deepEqual(
        CANARIES.filter((canary) => !canary.includes(',') && !shown.includes(canary)),
        [],
        'the user sees all of it',
      );
      const log = Buffer.from(before['transcript.jsonl'] ?? assert.fail('no transcript'));
      assert.deepEqual(await hitsInLog(log, TYPED, new AbortController().signal), []);
      assert.deepEqual(filesOf(folder), before, 'a look is no event, and writes nothing');

      assert.deepEqual(found(await ask('What did I look at?', cell('print(1)'))), []);
      assert.deepEqual(found(await ask('And now?')), []);
      await session.dispose();
      const files = filesOf(folder);
      assert.ok(Object.keys(files).length >= 2, 'requests are recorded, too');
      for (const [name, text] of Object.entries(files)) assert.deepEqual(found(text), [], name);
    });

    it(`sends no points of a chart in the gallery, and no rows behind a handle: ${privacy}`, async () => {
      const { folder, session, ask } = await opened(privacy);
      const sent = await ask('Load and plot.', cell(`${HELD}${SHOWN}`));
      assert.deepEqual(found(sent), []);
      const events = session.events();
      const bundles = events.flatMap((event) =>
        event.type === 'cell_output' && 'data' in event.output ? [event.output.data] : [],
      );
      assert.ok(JSON.stringify(bundles.map((data) => data[FIGURE_MIME])).includes('48151623'), 'the points');
      const table = bundles.map((data) => data[FRAME_MIME]).find((each) => each !== undefined);
      const handle =
        isRecord(table) && typeof table.handle === 'string' ? table.handle : assert.fail('no handle');
      const shown = await lookAtEverything(session, handle);
      assert.notDeepEqual(found(shown), []);
      assert.deepEqual(found(await ask('What is in the chart?')), []);
      await session.dispose();
      const { 'transcript.jsonl': own, ...others } = filesOf(folder);
      assert.ok(own?.includes('48151623'));
      assert.deepEqual(found(Object.values(others).join('\n')), [], 'what was sent, as it is kept');
    });
  }
});
