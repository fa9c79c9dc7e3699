/** Group C of the threat model: leaving the container. Each refusal stands beside what may still be done. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { attacks } from '../../support/attack.ts';

attacks('C: leaving the container', {}, (target) => {
  it('C3 the root file system cannot be written', async () => {
    await target.refused('bash', 'touch /x', /Read-only|denied/);
  });

  it('C3 may still: /outputs and /tmp can', async () => {
    assert.equal(await target.ok('bash', 'touch /outputs/x /tmp/x && echo made'), 'made');
  });
});
