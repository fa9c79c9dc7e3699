import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { denyReasonSchema, type NetworkAttempt } from '../../../src/shared/network.ts';
import { covers, parseRule } from '../../../src/shared/networkRules.ts';
import { byPlace, canBeOpened, openWords, placeOf } from '../../../src/shared/networkWords.ts';

const attempt = (host: string, change: Partial<NetworkAttempt> = {}): NetworkAttempt => ({
  time: '2026-01-02T03:04:05.000Z',
  host,
  port: 443,
  method: 'CONNECT',
  verdict: 'denied',
  reason: 'closed',
  bytes: 0,
  ...change,
});

describe('a rule covers', () => {
  const yes: [rule: string, host: string, port: number][] = [
    ['data.example.org', 'data.example.org', 443],
    ['data.example.org', 'DATA.example.org.', 443],
    ['*.example.org', 'a.b.example.org', 443],
    ['example.org:8443', 'example.org', 8443],
  ];
  const no: typeof yes = [
    ['data.example.org', 'data.example.org', 80],
    ['data.example.org', 'a.data.example.org', 443],
    ['*.example.org', 'example.org', 443],
    ['*.example.org', 'badexample.org', 443],
    ['example.org', 'example.org.evil.test', 443],
  ];
  for (const [list, expected] of [
    [yes, true],
    [no, false],
  ] as const) {
    for (const [text, host, port] of list) {
      it(`${text} ${expected ? 'covers' : 'does not cover'} ${host}:${port}`, () => {
        const parsed = parseRule(text);
        assert.ok(parsed.ok);
        assert.equal(covers(parsed.rule, host, port), expected);
      });
    }
  }
});

describe('attempts in words', () => {
  it('are joined by host and port, in the order of the first', () => {
    const places = byPlace([
      attempt('b.org'),
      attempt('a.org'),
      attempt('b.org'),
      attempt('b.org', { port: 80 }),
    ]);
    assert.deepEqual(
      places.map((place) => [placeOf(place), place.attempts.length]),
      [
        ['b.org:443', 2],
        ['a.org:443', 1],
        ['b.org:80', 1],
      ],
    );
  });

  it('can be opened by the user for three of the reasons, with a host and a port', () => {
    const openable = denyReasonSchema.options.filter((reason) => canBeOpened(attempt('a.org', { reason })));
    assert.deepEqual(openable, ['closed', 'not-listed', 'port']);
    assert.equal(canBeOpened(attempt('a.org', { port: null })), false);
    assert.equal(canBeOpened(attempt('')), false);
    assert.equal(canBeOpened(attempt('a.org', { verdict: 'allowed', reason: null })), false);
  });

  it('say how much is open', () => {
    assert.deepEqual([0, 1, 3].map(openWords), ['no network', 'network: 1 host', 'network: 3 hosts']);
  });
});
