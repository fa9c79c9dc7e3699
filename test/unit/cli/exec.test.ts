import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sandboxLost } from '../../../src/failures.ts';
import { cliWorld } from '../../support/cliWorld.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

const cell = (id: string, code: string, language = 'python'): string =>
  JSON.stringify({ op: 'execute', id, language, code }) + '\n';

describe('exec', () => {
  it('answers each cell in order, with exactly the fields of the contract', async () => {
    const sandbox = fakeSandbox(({ code }) => ({
      outputs: [{ output_type: 'stream', name: 'stdout', text: code }],
      files: code === 'b' ? { 'x.txt': 'hello' } : {},
    }));
    const world = cliWorld(() => sandbox);
    world.input.end(cell('1', 'a') + cell('2', 'b', 'bash'));
    assert.equal(await world.run('exec'), 0);
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    const done = { type: 'done', status: 'ok', durationMs: 12 };
    assert.deepEqual(world.lines(), [
      { id: '1', type: 'output', output: { output_type: 'stream', name: 'stdout', text: 'a' } },
      { ...done, id: '1', executionCount: 1, artifacts: [] },
      { id: '2', type: 'output', output: { output_type: 'stream', name: 'stdout', text: 'b' } },
      { ...done, id: '2', executionCount: 2, artifacts: [{ name: 'x.txt', bytes: 5, sha256 }] },
    ]);
    assert.deepEqual(
      sandbox.executed.map(({ language, timeoutMs }) => [language, timeoutMs]),
      [
        ['python', 120_000],
        ['bash', 120_000],
      ],
    );
    assert.ok(sandbox.disposed);
  });

  it('a line that is no request is answered with an error and the next one still runs', async () => {
    const world = cliWorld(() => fakeSandbox());
    const bad = [
      'nonsense',
      '[]',
      '{"op":"fly"}',
      '{"op":"execute","id":"7","language":"cobol","code":""}',
      '{"op":"execute","id":"8","language":"python"}',
      '{"op":"execute","language":"python","code":""}',
    ];
    world.input.end(bad.join('\n') + '\n' + cell('ok', '1'));
    assert.equal(await world.run('exec'), 2);
    const answers = world.lines() as { id: string | null; type: string; message?: string }[];
    assert.deepEqual(
      answers.map(({ id, type }) => [id, type]),
      [
        [null, 'error'],
        [null, 'error'],
        [null, 'error'],
        ['7', 'error'],
        ['8', 'error'],
        [null, 'error'],
        ['ok', 'done'],
      ],
    );
    assert.match(answers[2]?.message ?? '', /no op "fly"/);
    assert.match(answers[3]?.message ?? '', /"language" must be python, bash or javascript/);
  });

  it('interrupt reaches the running cell while more input waits', async () => {
    const world = cliWorld(() => fakeSandbox(({ code }) => (code === 'loop' ? { waitMs: 60_000 } : {})));
    world.input.write(cell('1', 'loop') + cell('2', 'after'));
    setTimeout(() => world.input.end('{"op":"interrupt"}\n'), 50);
    assert.equal(await world.run('exec'), 0);
    assert.deepEqual(
      (world.lines() as { id: string; status: string }[]).map(({ id, status }) => [id, status]),
      [
        ['1', 'interrupted'],
        ['2', 'ok'],
      ],
    );
  });

  it('interrupt with nothing to stop does not touch a later cell', async () => {
    const world = cliWorld(() => fakeSandbox());
    world.input.write('{"op":"interrupt"}\n');
    setTimeout(() => world.input.end(cell('1', 'x')), 30);
    assert.equal(await world.run('exec'), 0);
    assert.equal((world.lines()[0] as { status: string }).status, 'ok');
  });

  it('restart waits its turn, and is answered when it has an id', async () => {
    const sandbox = fakeSandbox();
    const order: string[] = [];
    const world = cliWorld(() => ({
      ...sandbox,
      kernel: {
        ...sandbox.kernel,
        execute: async (...request) => {
          order.push(request[0].code);
          return sandbox.kernel.execute(...request);
        },
        restart: async () => {
          order.push('restart');
          await Promise.resolve();
        },
      },
    }));
    world.input.end(cell('1', 'a') + '{"op":"restart","id":"r"}\n{"op":"restart"}\n' + cell('2', 'b'));
    assert.equal(await world.run('exec'), 0);
    assert.deepEqual(order, ['a', 'restart', 'restart', 'b']);
    assert.deepEqual(
      (world.lines() as { id: string; type: string }[]).map(({ id, type }) => [id, type]),
      [
        ['1', 'done'],
        ['r', 'restarted'],
        ['2', 'done'],
      ],
    );
  });

  it('failed code: exit code 1, also for a time limit and a dead kernel, not for an interrupt', async () => {
    for (const [status, code] of [
      ['error', 1],
      ['timeout', 1],
      ['killed', 1],
      ['interrupted', 0],
    ] as const) {
      const world = cliWorld(() => fakeSandbox(() => ({ result: { status } })));
      world.input.end(cell('1', 'x'));
      assert.equal(await world.run('exec'), code, status);
    }
  });

  it('a lost sandbox ends its cell as killed; the next cell starts a new one', async () => {
    const sandbox = fakeSandbox(({ code }) =>
      code === 'die' ? { throws: sandboxLost('it was killed') } : {},
    );
    const world = cliWorld(() => sandbox);
    world.input.end(cell('1', 'die') + cell('2', 'live'));
    assert.equal(await world.run('exec'), 1);
    assert.deepEqual(
      (world.lines() as { status: string }[]).map(({ status }) => status),
      ['killed', 'ok'],
    );
    assert.match(world.err(), /Variables are gone/);
  });

  it('text with line separators, an unfinished last line, chunks that cut characters', async () => {
    const sandbox = fakeSandbox();
    const world = cliWorld(() => sandbox);
    const code = 'print("é\u2028😀")';
    const bytes = Buffer.from(cell('1', code).trimEnd());
    for (const byte of bytes) world.input.write(Buffer.from([byte]));
    world.input.end();
    assert.equal(await world.run('exec'), 0);
    assert.equal(sandbox.executed[0]?.code, code);
  });
});
