import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lifetime } from '../../../src/cli/lifetime.ts';

const never = async (): Promise<number> => new Promise(() => undefined);

describe('the end of a run', () => {
  it('disposes of everything once, after the work', async () => {
    const lifetime = new Lifetime();
    const order: string[] = [];
    lifetime.own(async () => {
      order.push('gone');
      await Promise.resolve();
    });
    const code = await lifetime.run(async () => {
      order.push('work');
      return Promise.resolve(7);
    });
    assert.equal(code, 7);
    assert.deepEqual(order, ['work', 'gone']);
  });

  it('disposes when the work throws, and when one disposal fails the others still run', async () => {
    const lifetime = new Lifetime();
    let disposed = 0;
    lifetime.own(async () => Promise.reject(new Error('first')));
    lifetime.own(async () => {
      disposed += 1;
      await Promise.resolve();
    });
    await assert.rejects(
      lifetime.run(async () => Promise.reject(new Error('work'))),
      /work/,
    );
    assert.equal(disposed, 1);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal} ends work that would never end, with ${code}, disposing first`, async () => {
      const lifetime = new Lifetime();
      let disposed = false;
      lifetime.own(async () => {
        disposed = true;
        await Promise.resolve();
      });
      setTimeout(() => {
        lifetime.signal(signal);
      }, 10);
      assert.equal(await lifetime.run(never), code);
      assert.ok(disposed);
    });
  }

  it('the first Ctrl+C goes to its handler, the second quits; SIGTERM quits at once', async () => {
    const lifetime = new Lifetime();
    let stops = 0;
    lifetime.onInterrupt(() => {
      stops += 1;
    });
    const run = lifetime.run(never);
    lifetime.signal('SIGINT');
    assert.equal(await Promise.race([run, Promise.resolve('still running')]), 'still running');
    lifetime.signal('SIGINT');
    assert.equal(await run, 130);
    assert.equal(stops, 1);

    const other = new Lifetime();
    other.onInterrupt(() => undefined);
    const terminated = other.run(never);
    other.signal('SIGTERM');
    assert.equal(await terminated, 143);
  });
});
