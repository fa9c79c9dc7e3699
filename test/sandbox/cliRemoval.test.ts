import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { belongingsOf, CliProcess } from '../support/cliProcess.ts';
import { imageForTests } from '../support/dockerFixture.ts';

let image = '';
before(async () => {
  image = await imageForTests();
});

const LOOP = {
  op: 'execute',
  id: '1',
  language: 'python',
  code: 'print("go", flush=True)\nwhile True: pass',
};

/** A CLI with a cell that never ends by itself. */
async function looping(): Promise<CliProcess> {
  const cli = new CliProcess(['exec', '--image', image]);
  cli.send(LOOP);
  await cli.until(({ lines }) => lines.some(({ output }) => output?.text?.includes('go') === true));
  assert.equal(belongingsOf(cli.child.pid).length, 4, 'one container and its volumes while it runs');
  return cli;
}

describe('nothing is left behind', () => {
  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`after ${signal} while a cell runs`, async () => {
      const cli = await looping();
      cli.child.kill(signal);
      assert.equal((await cli.done).code, expected);
      assert.deepEqual(belongingsOf(cli.child.pid), []);
    });
  }

  it('after SIGTERM at any moment of the start', async () => {
    for (const delayMs of [300, 600, 900, 1200, 1500]) {
      const cli = new CliProcess(['exec', '--image', image]);
      await cli.until(({ errors }) => errors.includes('Connecting'));
      await new Promise((resolve) => setTimeout(resolve, delayMs - 300));
      cli.child.kill('SIGTERM');
      assert.equal((await cli.done).code, 143, `after ${delayMs} ms`);
      assert.deepEqual(belongingsOf(cli.child.pid), [], `after ${delayMs} ms`);
    }
  });

  it('after the reader of standard output went away', async () => {
    const cli = await looping();
    cli.child.stdout.destroy();
    cli.send({ op: 'interrupt' });
    const { code } = await cli.done;
    assert.equal(code, 141);
    assert.deepEqual(belongingsOf(cli.child.pid), []);
  });

  it('after code that failed, and after the normal end', async () => {
    for (const [code, expected] of [
      ['1 / 0', 1],
      ['1', 0],
    ] as const) {
      const cli = new CliProcess(['exec', '--image', image]);
      cli.send({ ...LOOP, code });
      cli.child.stdin.end();
      assert.equal((await cli.done).code, expected);
      assert.deepEqual(belongingsOf(cli.child.pid), []);
    }
  });

  it('after SIGKILL, once another run has started', async () => {
    const cli = await looping();
    cli.child.kill('SIGKILL');
    await cli.done;
    const next = new CliProcess(['exec', '--image', image]);
    await next.until(() => belongingsOf(cli.child.pid).length === 0, 30_000);
    next.child.stdin.end();
    assert.equal((await next.done).code, 0);
  });
});
