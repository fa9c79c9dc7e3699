import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capLimits, checkLimits, DEFAULT_LIMITS, type Limits } from '../../../src/container/policy.ts';
import { Failure } from '../../../src/failures.ts';

describe('limits', () => {
  it('accepts the defaults', () => {
    checkLimits(DEFAULT_LIMITS);
  });

  const bad: [keyof Limits, number][] = [
    ['memoryBytes', 0],
    ['memoryBytes', -1],
    ['memoryBytes', 1024 ** 2],
    ['memoryBytes', 2.5 * 1024 ** 3 + 0.5],
    ['memoryBytes', Number.NaN],
    ['memoryBytes', Number.POSITIVE_INFINITY],
    ['cpus', 0],
    ['cpus', -2],
    ['pids', 0],
    ['pids', -1],
    ['tmpBytes', 0],
    ['tmpInodes', 0],
    ['outputsBytes', 0],
  ];
  for (const [key, value] of bad) {
    it(`refuses ${key} = ${value}, naming it; none of them may come to mean "no limit"`, () => {
      assert.throws(
        () => {
          checkLimits({ ...DEFAULT_LIMITS, [key]: value });
        },
        (error) =>
          error instanceof Failure && error.code === 'bad-limit' && error.sentence.includes(String(value)),
      );
    });
  }

  it('are capped to what the engine has, and so stay true', () => {
    const wish = { ...DEFAULT_LIMITS, cpus: 8, memoryBytes: 64 * 1024 ** 3 };
    const capped = capLimits(wish, { cpus: 2, memoryBytes: 8 * 1024 ** 3 });
    assert.deepEqual([capped.cpus, capped.memoryBytes], [2, 8 * 1024 ** 3]);
    const small = capLimits({ ...wish, cpus: 0.5 }, { cpus: 2, memoryBytes: 0 });
    assert.deepEqual([small.cpus, small.memoryBytes], [0.5, 64 * 1024 ** 3]);
  });
});
