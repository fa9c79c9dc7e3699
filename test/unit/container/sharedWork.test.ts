import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedWork } from '../../../src/container/sharedWork.ts';

const cancelled = (): Error => new Error('cancelled');
const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function fixture(): {
  run: (onProgress?: (n: number) => void, signal?: AbortSignal) => Promise<string>;
  works: { finish: (text: string) => void; progress: (n: number) => void; cancel: AbortSignal }[];
} {
  const shared = new SharedWork<string, number>();
  const works: { finish: (text: string) => void; progress: (n: number) => void; cancel: AbortSignal }[] = [];
  const work = async (progress: (n: number) => void, cancel: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      works.push({ finish: resolve, progress, cancel });
      cancel.addEventListener('abort', () => {
        setImmediate(() => {
          reject(cancelled());
        });
      });
    });
  return {
    run: async (onProgress = () => undefined, signal) =>
      shared.run('key', work, onProgress, cancelled, signal),
    works,
  };
}

describe('shared work', () => {
  it('is done once for all who want it, and tells them all', async () => {
    const { run, works } = fixture();
    const seen: string[] = [];
    const both = Promise.all([run((n) => seen.push(`a${n}`)), run((n) => seen.push(`b${n}`))]);
    await tick();
    assert.equal(works.length, 1);
    works[0]?.progress(1);
    works[0]?.finish('done');
    assert.deepEqual(await both, ['done', 'done']);
    assert.deepEqual(seen, ['a1', 'b1']);
    const again = run();
    works[1]?.finish('new');
    assert.equal(await again, 'new', 'finished work is not remembered');
  });

  it('goes on for the others when one gives up, and ends with the last', async () => {
    const { run, works } = fixture();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = run(undefined, first.signal);
    const two = run(undefined, second.signal);
    first.abort();
    await assert.rejects(one, /cancelled/);
    assert.equal(works[0]?.cancel.aborted, false);
    second.abort();
    await assert.rejects(two, /cancelled/);
    assert.equal(works[0]?.cancel.aborted, true);
  });

  it('begins anew for one who comes while the old work is being cancelled', async () => {
    const { run, works } = fixture();
    const stop = new AbortController();
    const old = run(undefined, stop.signal);
    stop.abort();
    const fresh = run();
    await assert.rejects(old, /cancelled/);
    works[1]?.finish('fresh');
    assert.equal(await fresh, 'fresh');
  });

  it('tells the first caller what happens at once', async () => {
    const seen: number[] = [];
    const shared = new SharedWork<string, number>();
    const work = async (progress: (n: number) => void): Promise<string> => {
      progress(1);
      return Promise.resolve('done');
    };
    await shared.run('k', work, (n) => seen.push(n), cancelled);
    assert.deepEqual(seen, [1]);
  });

  it('fails for all, and may be tried again', async () => {
    const shared = new SharedWork<string, number>();
    const failing = async (): Promise<string> => Promise.reject(new Error('no'));
    const both = [1, 2].map(async () => shared.run('k', failing, () => undefined, cancelled));
    for (const outcome of await Promise.allSettled(both)) assert.equal(outcome.status, 'rejected');
    assert.equal(
      await shared.run(
        'k',
        async () => Promise.resolve('yes'),
        () => undefined,
        cancelled,
      ),
      'yes',
    );
  });
});
