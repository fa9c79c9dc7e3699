/** What the model is told of the user's own work in the notebook, with the next question. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemsOf } from '../../../src/agent/validate.ts';
import { summaryOf } from '../../../src/agent/summary.ts';
import { visibleMessages } from '../../../src/agent/privacy.ts';
import { decodeRequest, notebookLines } from '../../../src/models/blocks.ts';
import type { Message } from '../../../src/models/model.ts';
import type { Session } from '../../../src/session/session.ts';
import { notebookCells } from '../../../src/shared/cellOrder.ts';
import type { Output } from '../../../src/shared/outputs.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel, type ScriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();
const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const echo = ({ code }: { code: string }): CellScript => ({
  outputs: [{ output_type: 'stream', name: 'stdout', text: `out of ${code}` } satisfies Output],
});

const textsOf = (message: Message | undefined): string[] =>
  (message?.content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : []));

/** What stands in the last message of the last request. */
function told(model: ScriptedModel): Record<string, unknown>[] {
  const texts = textsOf(model.requests.at(-1)?.messages.at(-1));
  return texts.flatMap((text) =>
    (notebookLines(text) ?? []).map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}

async function notebook(
  codes: string[],
  more: Parameters<typeof sessions.open>[2] = {},
  provider: string | null = null,
  sandbox = fakeSandbox(echo),
) {
  const scripted = scriptedModel((n) => {
    const code = codes[n - 1];
    return { content: code === undefined ? [say('Done.')] : [call(code)] };
  });
  const model = { ...scripted, provider };
  const seen = await sessions.open(model, sandbox, more);
  await seen.session.send(ask('go'));
  const ids = notebookCells(seen.session.events()).map(({ cellId }) => cellId);
  const id = (number: number): string => ids[number - 1] ?? assert.fail(`no cell ${number}`);
  return { ...seen, model, id };
}
const next = async (session: Session): Promise<unknown> => session.send(ask('and now?'));

describe('what the user did by hand', () => {
  it('is told with the next question and once: edits by diff, runs by their results', async () => {
    const { session, model, id } = await notebook(['a = 1\nb = 2\nc = 3\nd = 4', 'second']);
    await session.cells.edit(id(1), 'a = 1\nb = 22\nc = 3\nd = 4');
    await session.runCells({ kind: 'one', cellId: id(1) });
    await next(session);
    const [first, ...more] = told(model);
    assert.deepEqual(more, []);
    assert.equal(first?.['cell'], 1);
    assert.equal(first?.['edited'], '@@ -1,4 +1,4 @@\n a = 1\n-b = 2\n+b = 22\n c = 3\n d = 4');
    assert.match(String(first?.['ranByUser']), /^status: ok \(\d+ ms\), cell 1\n\[stdout\]\nout of a = 1/);
    const last = model.requests.at(-1)?.messages.at(-1);
    assert.equal(decodeRequest(last ?? assert.fail())?.text, 'and now?', "they are not the user's words");
    await next(session);
    assert.deepEqual(told(model), []);
    assert.ok(textsOf(model.requests.at(-1)?.messages.at(-3)).some((text) => notebookLines(text) !== null));
  });

  it('names what was inserted, deleted and moved, and says what has not run', async () => {
    const { session, model, id } = await notebook(['one', 'two', 'three']);
    const mine = await session.cells.insert(id(1), 'bash', 'ls </notebook_changes>');
    await session.cells.delete(id(2));
    await session.cells.move(id(3), null);
    await session.cells.edit(id(1), 'one!');
    await next(session);
    assert.deepEqual(told(model), [
      { cell: 3, moved: true, place: 'before all cells that ran' },
      { cell: 1, edited: '@@ -1,1 +1,1 @@\n-one\n+one!' },
      { cell: 'not run yet', behindCell: 1, language: 'bash', insertedByUser: 'ls </notebook_changes>' },
      { cell: 2, deleted: true },
    ]);
    await session.cells.restore(id(2));
    await session.runCells({ kind: 'one', cellId: mine });
    await next(session);
    const lines = told(model);
    assert.deepEqual(
      lines.map(({ cell }) => cell),
      [4, 2],
    );
    assert.match(String(lines[0]?.['ranByUser']), /out of ls/);
    assert.equal(lines[1]?.['code'], 'two');
  });

  it('is nothing when it was taken back, or when the model itself did it', async () => {
    const { session, model, id } = await notebook(['one', 'two']);
    await session.cells.edit(id(1), 'other');
    await session.cells.edit(id(1), 'one');
    const mine = await session.cells.insert(null, 'python', 'x');
    await session.cells.delete(mine);
    await next(session);
    assert.deepEqual(told(model), []);
  });

  it('is bounded: long code and outputs are cut, many cells are counted', async () => {
    const { session, model } = await notebook(['one']);
    for (let n = 0; n < 40; n += 1) await session.cells.insert(null, 'python', `# ${n}\n${'x'.repeat(9000)}`);
    await session.runCells({ kind: 'all' });
    await next(session);
    const block = textsOf(model.requests.at(-1)?.messages.at(-1)).find(
      (text) => notebookLines(text) !== null,
    );
    assert.ok((block ?? '').length < 18_000 && (block ?? '').length > 4000, String(block?.length));
    assert.match(String(told(model).at(-1)?.['more']), /more cells changed or run/);
  });

  it('stays out of a conversation under names and types only', async () => {
    const secret = 'SECRET-77';
    let privacy: 'full' | 'schema' = 'full';
    const leaking = fakeSandbox(() => ({
      outputs: [{ output_type: 'stream', name: 'stdout', text: secret }],
    }));
    const more = { privacy: () => privacy };
    const { session, model, id } = await notebook(['show()'], more, 'Example', leaking);
    await session.cells.edit(id(1), `show() # ${secret}, mine`);
    await session.runCells({ kind: 'all' });
    await next(session);
    assert.match(JSON.stringify(told(model)), /SECRET-77/);
    privacy = 'schema';
    await session.cells.edit(id(1), `show() # ${secret}, mine again`);
    const own = await session.cells.insert(null, 'python', 'typed_by_user = 1');
    await session.runCells({ kind: 'all' });
    assert.ok(own);
    await next(session);
    const sent = JSON.stringify(model.requests.at(-1)?.messages);
    assert.doesNotMatch(sent, /SECRET-77/, 'neither now nor from before');
    assert.match(sent, /typed_by_user/, 'what the user typed is told');
    const [first] = told(model);
    assert.match(String(first?.['edited']), /withheld/);
    assert.match(String(first?.['ranByUser']), /Their contents are withheld from you/);
    assert.doesNotMatch(
      JSON.stringify(visibleMessages('schema', model.requests.at(-1)?.messages ?? [])),
      /SECRET-77/,
    );
  });

  it('is told again when the question it came with was declined', async () => {
    const answers = [
      { content: [call('one')] },
      { content: [say('Done.')] },
      { content: [], stopReason: { kind: 'refusal' as const, category: null, explanation: null } },
    ];
    const model = scriptedModel((n) => answers[n - 1] ?? { content: [say('Done.')] });
    const { session, events } = await sessions.open(model, fakeSandbox(echo));
    await session.send(ask('go'));
    const [cell] = notebookCells(session.events());
    await session.cells.edit(cell?.cellId ?? '', 'uno');
    await next(session);
    const end = events.findLast((event) => event.type === 'turn_ended')?.end;
    assert.equal(end?.kind === 'limit' && end.leftOut, true);
    await next(session);
    assert.equal(told(model)[0]?.['edited'], '@@ -1,1 +1,1 @@\n-one\n+uno');
    assert.deepEqual(problemsOf(model.requests.at(-1)?.messages ?? []), []);
  });

  it('is in the summary of a conversation that grew too long', async () => {
    const { session, model, id } = await notebook(['one']);
    await session.cells.edit(id(1), 'uno');
    await next(session);
    const { text } = summaryOf(model.requests.at(-1)?.messages ?? []);
    assert.match(text, /userChangedNotebook.*\+uno/);
  });
});
