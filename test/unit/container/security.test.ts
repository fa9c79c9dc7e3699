import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkSecurity } from '../../../src/container/box.ts';
import { Failure } from '../../../src/failures.ts';

const good = {
  seccomp: 2,
  noNewPrivs: 1,
  capEff: '0000000000000000',
  gvisor: false,
  cells: { sockets: true, writes: true },
};
const runc = { name: 'runc', isGvisor: false, why: 'test' };
const runsc = { name: 'runsc', isGvisor: true, why: 'test' };
const isInsecure = (words: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === 'sandbox-insecure' && words.test(error.sentence);

describe('what the running bridge reports', () => {
  it('is enough when everything holds', () => {
    assert.equal(checkSecurity(good, runc, false), true);
    assert.equal(checkSecurity(good, runc, true), true);
    assert.equal(checkSecurity({ ...good, seccomp: 0, gvisor: true, cells: undefined }, runsc, true), true);
  });

  it('refuses the sandbox when a protection is missing', () => {
    assert.throws(() => checkSecurity({ ...good, seccomp: 0 }, runc, false), isInsecure(/filter/));
    assert.throws(() => checkSecurity({ ...good, noNewPrivs: 0 }, runc, false), isInsecure(/privileges/));
    assert.throws(
      () => checkSecurity({ ...good, capEff: '0000000000000400' }, runc, false),
      isInsecure(/capabilities/),
    );
    assert.throws(() => checkSecurity(good, runsc, false), isInsecure(/gVisor/));
  });

  it('where cells can reach sockets or pipes, masks are enough only after a search of everything', () => {
    for (const cells of [undefined, { sockets: false, writes: true }, { sockets: true, writes: false }]) {
      assert.equal(checkSecurity({ ...good, cells }, runc, false), false);
      assert.throws(() => checkSecurity({ ...good, cells }, runc, true), isInsecure(/sockets and pipes/));
    }
  });
});
