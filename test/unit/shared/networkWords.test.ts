import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { denyReasonSchema } from '../../../src/shared/network.ts';
import { covers, parseRule } from '../../../src/shared/networkRules.ts';
import { byPlace, canBeOpened, openWords, placeOf } from '../../../src/shared/networkWords.ts';

import { deniedAttempt } from '../../support/networkAttempts.ts';

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
      deniedAttempt('b.org'),
      deniedAttempt('a.org'),
      deniedAttempt('b.org'),
      deniedAttempt('b.org', { port: 80 }),
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
    const openable = denyReasonSchema.options.filter((reason) =>
      canBeOpened(deniedAttempt('a.org', { reason })),
    );
    assert.deepEqual(openable, ['closed', 'not-listed', 'port']);
    assert.equal(canBeOpened(deniedAttempt('a.org', { port: null })), false);
    assert.equal(canBeOpened(deniedAttempt('')), false);
    assert.equal(canBeOpened(deniedAttempt('a.org', { verdict: 'allowed', reason: null })), false);
  });

  it('say how much is open', () => {
    assert.deepEqual([0, 1, 3].map(openWords), ['no network', 'network: 1 host', 'network: 3 hosts']);
  });
});
