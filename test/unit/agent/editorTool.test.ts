import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { editorTool, type EditorToolOptions, type StoreArtifacts } from '../../../src/agent/editorTool.ts';
import type { TurnEvent } from '../../../src/agent/loop.ts';
import type { ToolOutcome } from '../../../src/agent/tool.ts';
import { sandboxLost } from '../../../src/failures.ts';
import { words } from '../../../src/shared/l10n.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

const storeAll: StoreArtifacts = async (artifacts) =>
  Promise.resolve({ stored: [...artifacts], refused: [] });

function editor(options: Partial<EditorToolOptions> = {}) {
  const sandbox = fakeSandbox();
  const tool = editorTool({ kernel: () => sandbox.kernel, storeArtifacts: storeAll, ...options });
  const events: TurnEvent[] = [];
  const run = async (input: unknown): Promise<ToolOutcome> => {
    const ready = tool.prepare(input);
    assert.ok(ready.ok, ready.ok ? '' : ready.problem);
    assert.equal(ready.code, null, 'nothing for the user to decide');
    const context = {
      turnId: 't1',
      callId: 'c1',
      cellId: null,
      emit: (event: TurnEvent) => events.push(event),
      signal: new AbortController().signal,
      modelSees: () => ({ privacy: 'full' as const, knows: () => false }),
    };
    return ready.run(context, null);
  };
  const problem = (input: unknown): string => {
    const ready = tool.prepare(input);
    return ready.ok ? '' : ready.problem;
  };
  const file = (name: string): string => Buffer.from(sandbox.files.get(name) ?? '').toString();
  return { sandbox, events, run, problem, file };
}

const textOf = ({ content }: ToolOutcome): string => {
  const [first] = content;
  return first?.type === 'text' ? first.text : '';
};

describe("the model's editor", () => {
  it('creates, changes and views a file, and tells what really changed', async () => {
    const { run, file, events } = editor();
    const created = await run({ command: 'create', path: '/outputs/a.md', file_text: 'one\ntwo\n' });
    assert.deepEqual([created.isError, textOf(created)], [false, 'Created a.md (8 bytes).']);
    const changed = await run({ command: 'str_replace', path: 'a.md', old_str: 'two', new_str: '2\n3' });
    assert.equal(file('a.md'), 'one\n2\n3\n');
    assert.equal(textOf(changed), 'Changed a.md: +2 −1 lines.\n--- a/a.md\n+++ b/a.md\n-two\n+2\n+3');
    await run({ command: 'insert', path: 'a.md', insert_line: 0, insert_text: 'zero' });
    const viewed = await run({ command: 'view', path: 'a.md', view_range: [1, 2] });
    assert.equal(textOf(viewed), '1\tzero\n2\tone');
    assert.deepEqual(
      events.map(
        (event) => event.type === 'file_edit' && [event.command, event.path, event.ok, event.sentence],
      ),
      [
        ['create', 'a.md', true, 'Created a.md (8 bytes)'],
        ['str_replace', 'a.md', true, 'Changed a.md: +2 −1 lines'],
        ['insert', 'a.md', true, 'Changed a.md: +1 −0 lines'],
        ['view', 'a.md', true, 'Looked at a.md'],
      ],
    );
    const [first, second] = events;
    assert.ok(first?.type === 'file_edit' && first.artifact?.name === 'a.md' && first.artifact.bytes === 8);
    assert.ok(second?.type === 'file_edit' && second.diff.includes('-two\n+2\n+3'));
  });

  it('proposes a change of a file of the user, and says that the file itself is unchanged', async () => {
    const asked: string[] = [];
    const { run, file, events } = editor({
      changeRefusal: async (path) => {
        asked.push(path);
        return Promise.resolve(null);
      },
    });
    const outcome = await run({ command: 'create', path: '/workspace/src/a.py', file_text: 'a = 1\n' });
    assert.equal(file('changes/workspace/src/a.py'), 'a = 1\n');
    assert.match(
      textOf(outcome),
      /^Proposed a new file \/workspace\/src\/a\.py\. It is not written: the user decides/,
    );
    await run({ command: 'str_replace', path: '/workspace/src/a.py', old_str: '1', new_str: '2' });
    await run({ command: 'str_replace', path: 'changes/workspace/src/a.py', old_str: '2', new_str: '3' });
    assert.equal(file('changes/workspace/src/a.py'), 'a = 3\n');
    await run({ command: 'view', path: '/workspace/src/a.py' });
    await run({ command: 'create', path: 'workspace.md', file_text: 'a' });
    assert.deepEqual(asked, Array(3).fill('/workspace/src/a.py'));
    const told = events.map((event) => (event.type === 'file_edit' ? event.sentence : ''));
    const unchanged = 'The file itself is unchanged: you decide whether it is taken over';
    assert.equal(told[1], `Proposed a change to /workspace/src/a.py: +1 −1 lines. ${unchanged}`);
    assert.equal(told[2], told[1]);
    assert.equal(told[4], 'Created workspace.md (1 bytes)');
  });

  it('proposes nothing for a file that is hidden from code, under no name', async () => {
    const { run, sandbox, events } = editor({
      changeRefusal: async () => Promise.resolve(words('it is hidden from code, because it holds secrets')),
    });
    for (const path of ['/workspace/.env', '../workspace/.env', '/outputs/changes/workspace/.env']) {
      const outcome = await run({ command: 'create', path, file_text: '' });
      assert.equal(outcome.isError, true);
      assert.match(textOf(outcome), /Refused: no change is proposed for \/workspace\/\.env: it is hidden/);
    }
    assert.equal(sandbox.edits.length, 0);
    assert.ok(
      events.every((event) => event.type === 'file_edit' && !event.ok && /secrets/.test(event.sentence)),
    );
  });

  it('without new_str takes the text away', async () => {
    const { run, file } = editor();
    await run({ command: 'create', path: 'a', file_text: 'keep drop' });
    await run({ command: 'str_replace', path: 'a', old_str: ' drop' });
    assert.equal(file('a'), 'keep');
  });

  for (const [name, input, words] of [
    ['is not found', { command: 'str_replace', path: 'a', old_str: 'x', new_str: 'y' }, /not found/],
    ['is not unique', { command: 'str_replace', path: 'a', old_str: 'one', new_str: 'y' }, /occurs 2 times/],
    ['changes nothing', { command: 'create', path: 'a', file_text: 'one one' }, /Nothing would change/],
    ['lies outside', { command: 'create', path: '/etc/a', file_text: 'x' }, /outside/],
  ] as const) {
    it(`is an error, for the model and on the screen, when the text or file ${name}`, async () => {
      const { run, file, events } = editor();
      await run({ command: 'create', path: 'a', file_text: 'one one' });
      const outcome = await run(input);
      assert.equal(outcome.isError, true);
      assert.match(textOf(outcome), words);
      const told = events.at(-1);
      assert.ok(told?.type === 'file_edit' && !told.ok && told.diff === '' && told.artifact === null);
      assert.match(told.sentence, words);
      assert.equal(file('a'), 'one one');
    });
  }

  it('says what an input lacks, in the words of the API', () => {
    const { problem, sandbox } = editor();
    assert.match(problem('{"command": "vi'), /must be a JSON object with "command"/);
    assert.match(
      problem({ command: 'undo_edit', path: 'a' }),
      /no command "undo_edit".*view, create, str_replace, insert/,
    );
    assert.match(
      problem({ command: 'create', path: 'a' }),
      /create needs "path" and "file_text".*: file_text\. Nothing/,
    );
    assert.match(
      problem({ command: 'insert', path: 'a', insert_line: -1, insert_text: '' }),
      /: insert_line\./,
    );
    assert.match(problem({ command: 'view', path: 'a', view_range: [1] }), /: view_range/);
    assert.match(problem({ command: 'str_replace', path: 7, old_str: 'a' }), /: path/);
    assert.equal(sandbox.edits.length, 0);
  });

  it('tells the model and the user when the user does not get the file', async () => {
    const { run, events } = editor({
      storeArtifacts: async () =>
        Promise.resolve({ stored: [], refused: [{ name: 'a', reason: 'the disk is full' }] }),
    });
    const outcome = await run({ command: 'create', path: 'a', file_text: 'x' });
    assert.match(textOf(outcome), /The user does NOT get it: the disk is full/);
    const [event] = events;
    assert.ok(
      event?.type === 'file_edit' && event.artifact === null && /does NOT get it/.test(event.sentence),
    );
  });

  it('completes its event when the sandbox is lost', async () => {
    const { sandbox } = editor();
    const lost = editor({
      kernel: () => ({ ...sandbox.kernel, edit: async () => Promise.reject(sandboxLost('it was killed')) }),
    });
    await assert.rejects(lost.run({ command: 'view', path: 'a' }), /killed/);
    const [event] = lost.events;
    assert.ok(event?.type === 'file_edit' && !event.ok && /sandbox was lost/.test(event.sentence));
  });

  it('shortens a long diff and says how to see all of it', async () => {
    const { run } = editor();
    const lines = (word: string): string => Array.from({ length: 2000 }, (_, n) => `${word} ${n}`).join('\n');
    await run({ command: 'create', path: 'a', file_text: lines('old') });
    const text = textOf(await run({ command: 'create', path: 'a', file_text: lines('new') }));
    assert.match(text, /^Changed a: \+2000 −2000 lines\./);
    assert.match(text, /left out, [\d,]+ lines; view the file to see it all …\]/);
    assert.ok(text.length < 6500);
  });

  it('has a form without contents of the file, except when it looks', async () => {
    const { run } = editor();
    await run({ command: 'create', path: 'a', file_text: 'secret\nx' });
    const changed = await run({ command: 'str_replace', path: 'a', old_str: 'x', new_str: 'y' });
    assert.deepEqual(changed.schemaContent, [{ type: 'text', text: 'Changed a: +1 −1 lines' }]);
    assert.equal((await run({ command: 'view', path: 'a' })).schemaContent, undefined);
  });
});
