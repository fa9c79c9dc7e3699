import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deniedAttempt } from '../../support/networkAttempts.ts';
import { after, cellOf, started } from './support.ts';

describe('attempts to use the network', () => {
  it('are kept with their cell and for the session, each once', () => {
    const events = [
      ...started('c1'),
      { type: 'network_attempt', cellId: 'c1', attempt: deniedAttempt('a.org') },
      { type: 'network_attempt', cellId: null, attempt: deniedAttempt('b.org') },
      { type: 'network_attempt', cellId: 'gone', attempt: deniedAttempt('c.org') },
    ] as const;
    const state = after([...events]);
    assert.deepEqual(
      cellOf(state, 'c1').attempts?.map(({ host }) => host),
      ['a.org'],
    );
    assert.deepEqual(
      state.attempts.map(({ host }) => host),
      ['a.org', 'b.org', 'c.org'],
    );
    assert.equal(state.cells.has('gone'), false);
  });
});
