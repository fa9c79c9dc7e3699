import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { AssistantBlock, Message, Model } from '../../../src/models/model.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();

const LONG = Array.from({ length: 5000 }, (_, n) => `row ${n}`).join('\n');

const openSession = async (model: Model) =>
  sessions.open(
    model,
    fakeSandbox(() => ({ outputs: [{ output_type: 'stream', name: 'stdout', text: LONG }] })),
  );

const ask = { intent: 'ask' as const, text: 'Question', files: [] };
const use = (name: string, id: string, input: object): AssistantBlock => ({
  type: 'tool_use',
  id,
  name,
  input,
});

/** Text of the newest result. */
function lastResult(messages: readonly Message[]): string {
  const block = messages.at(-1)?.content.at(-1);
  const part = block?.type === 'tool_result' ? block.content[0] : undefined;
  return part?.type === 'text' ? part.text : '';
}

describe('tools that are no cells, in a session', () => {
  it('a file that the editor made is kept as those of cells are', async () => {
    const { session, events } = await openSession(
      scriptedModel((n) =>
        n === 1
          ? {
              content: [
                use('str_replace_based_edit_tool', 'e1', {
                  command: 'create',
                  path: 'a.md',
                  file_text: '# A\n',
                }),
              ],
            }
          : { content: [say('Done.')] },
      ),
    );
    assert.deepEqual(await session.send(ask), { kind: 'finished' });
    const [artifact] = session.artifacts();
    assert.deepEqual([artifact?.name, artifact?.bytes], ['a.md', 4]);
    assert.equal(await readFile(session.artifactPath(artifact?.sha256 ?? '') ?? '', 'utf8'), '# A\n');
    const edit = events.find((event) => event.type === 'file_edit');
    assert.deepEqual(edit?.artifact, artifact);
  });

  it('each call has its result, also one that cannot be done; the turn goes on', async () => {
    const editor = 'str_replace_based_edit_tool';
    const asked: Message[][] = [];
    const { session, events } = await openSession(
      scriptedModel((n, { messages }) => {
        asked.push([...messages]);
        if (n > 1) return { content: [say('I could not.')] };
        return {
          content: [
            use(editor, 'e1', { command: 'undo_edit', path: 'a' }),
            use(editor, 'e2', { command: 'str_replace', path: 'none.md', old_str: 'a', new_str: 'b' }),
            use('show_output', 's1', { cell: 7, show: 'lines' }),
            use('edit', 'x1', {}),
          ],
        };
      }),
    );
    assert.deepEqual(await session.send(ask), { kind: 'finished' });
    const results = asked[1]?.at(-1)?.content ?? [];
    const told = results.map((block) => {
      if (block.type !== 'tool_result') return block.type;
      const [part] = block.content;
      return [block.toolUseId, block.isError, part?.type === 'text' ? part.text : ''];
    });
    const tools = 'python, bash, javascript, str_replace_based_edit_tool, show_output';
    assert.deepEqual(told, [
      [
        'e1',
        true,
        'There is no command "undo_edit". The commands are: view, create, str_replace, insert. Nothing was changed.',
      ],
      ['e2', true, 'none.md: There is no such file. Nothing was changed.'],
      ['s1', true, 'There is no cell 7. No cell has run yet.'],
      ['x1', true, `There is no tool "edit". The tools are: ${tools}. Nothing was run.`],
    ]);
    assert.deepEqual(session.artifacts(), []);
    assert.equal(events.filter(({ type }) => type === 'file_edit').length, 1);
  });

  it('more of an output can be asked for by its number, in a later session, too', async () => {
    const results: string[] = [];
    const first = await openSession(
      scriptedModel((n, { messages }) => {
        if (n > 1) results.push(lastResult(messages));
        return n <= 2 ? { content: [call('x', 'python', `c${n}`)] } : { content: [say('Done.')] };
      }),
    );
    await first.session.send(ask);
    assert.match(results[0] ?? '', /^status: ok \(12 ms\), cell 1\n.*show_output \{"cell":1,/s);
    assert.match(results[1] ?? '', /^status: ok \(12 ms\), cell 2\n/);
    await first.session.dispose();

    const again = await openSession(
      scriptedModel((n, { messages }) => {
        if (n > 1) results.push(lastResult(messages));
        return n === 1
          ? { content: [use('show_output', 's1', { cell: 2, show: 'search', text: 'row 2500' })] }
          : { content: [say('Done.')] };
      }),
    );
    assert.deepEqual(await again.session.send(ask), { kind: 'finished' });
    assert.match(
      results.at(-1) ?? '',
      /^1 lines of the output of cell 2 contain "row 2500":\n[^]*\trow 2500\n/,
    );
    assert.ok(again.events.some((event) => event.type === 'output_shown' && event.ok));
  });
});
