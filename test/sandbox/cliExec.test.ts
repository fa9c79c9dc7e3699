import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { before, describe, it } from 'node:test';
import { belongingsOf, CliProcess, sharedFolder, type Answer } from '../support/cliProcess.ts';
import { imageForTests } from '../support/dockerFixture.ts';

let image = '';
before(async () => {
  image = await imageForTests();
});

const exec = (...args: string[]): CliProcess => new CliProcess(['exec', '--image', image, ...args]);
const cell = (id: string, code: string, language = 'python') => ({ op: 'execute', id, language, code });
const doneOf = (answers: Answer[], id: string): Answer | undefined =>
  answers.find((answer) => answer.id === id && answer.type === 'done');
const textOf = (answers: Answer[], id: string): string =>
  answers
    .flatMap((answer) => (answer.id === id && answer.output ? [outputText(answer.output)] : []))
    .join('');

function outputText({ text, data, ename }: NonNullable<Answer['output']>): string {
  const plain = data?.['text/plain'];
  return text ?? (typeof plain === 'string' ? plain : undefined) ?? ename ?? '';
}

describe('exec on a real sandbox', () => {
  it('keeps the state of each language over cells, and ends with the input after the last cell', async () => {
    const cli = exec();
    cli.send(
      cell('p1', 'import time; time.sleep(0.5); x = 40'),
      cell('b1', 'cd /tmp; v=1', 'bash'),
      cell('j1', 'const a = 20; let b = await Promise.resolve(22)', 'javascript'),
      cell('p2', 'x + 2'),
      cell('b2', 'echo "$PWD $((v + 41))"', 'bash'),
      cell('j2', 'a + b', 'javascript'),
    );
    cli.child.stdin.end();
    const { code, stderr } = await cli.done;
    assert.equal(code, 0, stderr);
    const ids = cli.lines.filter(({ type }) => type === 'done').map(({ id, status }) => [id, status]);
    assert.deepEqual(
      ids,
      ['p1', 'b1', 'j1', 'p2', 'b2', 'j2'].map((id) => [id, 'ok']),
    );
    assert.equal(textOf(cli.lines, 'p2'), '42');
    assert.equal(textOf(cli.lines, 'b2'), '/tmp 42\n');
    assert.equal(textOf(cli.lines, 'j2'), '42');
    assert.equal(doneOf(cli.lines, 'p2')?.executionCount, 2);
    assert.deepEqual(belongingsOf(cli.child.pid), []);
  });

  it('sees the workspace read-only and names what a cell wrote, with size and hash', async () => {
    const folder = sharedFolder();
    writeFileSync(path.join(folder, 'in.txt'), 'données');
    const cli = exec('--workspace', folder);
    cli.send(
      cell('1', 'print(open("/workspace/in.txt").read()); open("out.txt", "w").write("hello")'),
      cell('2', 'open("/workspace/new.txt", "w")'),
    );
    cli.child.stdin.end();
    const { code } = await cli.done;
    assert.equal(code, 1);
    assert.ok(textOf(cli.lines, '1').startsWith('données\n'));
    const done = doneOf(cli.lines, '1');
    const sha256 = createHash('sha256').update('hello').digest('hex');
    assert.deepEqual(done?.artifacts, [{ name: 'out.txt', bytes: 5, sha256 }]);
    assert.deepEqual(Object.keys(done).sort(), [
      'artifacts',
      'durationMs',
      'executionCount',
      'id',
      'status',
      'type',
    ]);
    assert.equal(textOf(cli.lines, '2'), 'OSError');
  });

  it('interrupt stops the running cell while input stays open; the variables and the queue stay', async () => {
    const cli = exec();
    cli.send(cell('1', 'x = 1\nprint("go", flush=True)\nwhile True: pass'), cell('2', 'x + 1'));
    await cli.until(({ lines }) => textOf(lines, '1').includes('go'));
    const asked = Date.now();
    cli.send({ op: 'interrupt' });
    await cli.until(({ lines }) => doneOf(lines, '2') !== undefined);
    assert.ok(Date.now() - asked < 5000);
    assert.equal(doneOf(cli.lines, '1')?.status, 'interrupted');
    assert.equal(textOf(cli.lines, '2'), '2');
    cli.child.stdin.end();
    assert.equal((await cli.done).code, 0);
  });

  it('an interrupt sent together with its cell stops it, too', async () => {
    const cli = exec();
    cli.send(cell('1', 'while True: pass'), { op: 'interrupt' }, cell('2', '6 * 7'));
    cli.child.stdin.end();
    assert.equal((await cli.done).code, 0);
    assert.equal(doneOf(cli.lines, '1')?.status, 'interrupted');
    assert.equal(textOf(cli.lines, '2'), '42');
  });

  it('restart forgets the variables and keeps the files', async () => {
    const cli = exec();
    cli.send(
      cell('1', 'x = 1; open("kept.txt", "w").write("y")'),
      { op: 'restart', id: 'r' },
      cell('2', 'x'),
      cell('3', 'open("kept.txt").read()'),
    );
    cli.child.stdin.end();
    assert.equal((await cli.done).code, 1);
    assert.equal(textOf(cli.lines, '2'), 'NameError');
    assert.equal(textOf(cli.lines, '3'), "'y'");
    assert.ok(cli.lines.some(({ id, type }) => id === 'r' && type === 'restarted'));
  });

  it('a cell over its time limit ends as timeout, a kernel that dies as killed; the next cells run', async () => {
    const cli = exec('--cell-timeout', '2');
    cli.send(
      cell('1', 'import time; time.sleep(60)'),
      cell('2', 'import os; os._exit(3)'),
      cell('3', 'print("alive")'),
    );
    cli.child.stdin.end();
    assert.equal((await cli.done).code, 1);
    assert.equal(doneOf(cli.lines, '1')?.status, 'timeout');
    assert.equal(doneOf(cli.lines, '2')?.status, 'killed');
    assert.equal(textOf(cli.lines, '3'), 'alive\n');
    assert.match(cli.errors, /variables are gone/);
  });

  it('a malformed line is answered and does no harm', async () => {
    const cli = exec();
    cli.child.stdin.write('{"op":"execute"\n');
    cli.send(cell('1', '6 * 7'));
    cli.child.stdin.end();
    assert.equal((await cli.done).code, 2);
    assert.equal(cli.lines[0]?.type, 'error');
    assert.equal(textOf(cli.lines, '1'), '42');
  });

  it('100 MB of output in one cell end in a bounded, marked output, and the session goes on', async () => {
    const cli = exec();
    cli.send(cell('1', 'for _ in range(1000): print("x" * 99_999)'), cell('2', '6 * 7'));
    cli.child.stdin.end();
    assert.equal((await cli.done).code, 0);
    const length = textOf(cli.lines, '1').length;
    assert.ok(length > 1e6 && length < 24 * 1024 * 1024, `${length} characters`);
    assert.match(cli.errors, /bytes of stdout were dropped/);
    assert.equal(textOf(cli.lines, '2'), '42');
  });
});
