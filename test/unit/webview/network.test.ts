import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkAttempt } from '../../../src/shared/network.ts';
import { after, cellOf, started } from './support.ts';

const attempt = (host: string): NetworkAttempt => ({
  time: '2026-01-02T03:04:05.000Z',
  host,
  port: 443,
  method: 'CONNECT',
  verdict: 'denied',
  reason: 'closed',
  bytes: 0,
});

describe('attempts to use the network', () => {
  it('are kept with their cell and for the session, each once', () => {
    const events = [
      ...started('c1'),
      { type: 'network_attempt', cellId: 'c1', attempt: attempt('a.org') },
      { type: 'network_attempt', cellId: null, attempt: attempt('b.org') },
      { type: 'network_attempt', cellId: 'gone', attempt: attempt('c.org') },
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
