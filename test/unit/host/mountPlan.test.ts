import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planMounts } from '../../../src/host/mountPlan.ts';

describe('what a session may read', () => {
  it('makes a single folder /workspace itself', () => {
    assert.deepEqual(planMounts([{ path: '/home/u/p', name: 'p' }], []), [
      { source: '/home/u/p', name: null },
    ]);
  });

  it('names each folder of several', () => {
    const mounts = planMounts(
      [
        { path: '/a/data', name: 'data' },
        { path: '/b/data', name: 'data' },
        { path: '/c/Data', name: 'Data' },
      ],
      [],
    );
    assert.deepEqual(
      mounts.map(({ name }) => name),
      ['data', 'data (2)', 'Data (3)'],
    );
  });

  it('names the folder, too, when a single file is added: nothing can be mounted inside it', () => {
    assert.deepEqual(planMounts([{ path: '/p', name: 'p' }], ['/x/sales.csv']), [
      { source: '/p', name: 'p' },
      { source: '/x/sales.csv', name: 'sales.csv' },
    ]);
  });

  it('mounts a lone file by its name, and keeps the extension of a second one', () => {
    const names = planMounts([], ['/x/a.csv', '/y/a.csv']).map(({ name }) => name);
    assert.deepEqual(names, ['a.csv', 'a (2).csv']);
  });

  it('never makes a name that is a path', () => {
    const names = planMounts(
      [
        { path: '/a', name: '..' },
        { path: '/b', name: 'x/y' },
        { path: '/c', name: '' },
      ],
      [],
    ).map(({ name }) => name);
    assert.deepEqual(names, ['folder', 'x_y', 'folder (2)']);
  });

  it('has nothing to mount when nothing is open', () => {
    assert.deepEqual(planMounts([], []), []);
  });
});
