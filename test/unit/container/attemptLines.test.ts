/** Lines of the proxy's log, as Squid 7 writes them, and of the closed door. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attemptAtClosedDoor, attemptOfProxy } from '../../../src/container/egress/attemptLines.ts';
import { networkAttemptSchema } from '../../../src/shared/network.ts';

describe('a line of the proxy', () => {
  for (const [line, host, port, reason, bytes] of [
    [
      'front 1.5 CONNECT evil.example 443 403 TCP_DENIED 369 not-listed - - 403:CI_NOT_LISTED',
      'evil.example',
      443,
      'not-listed',
      0,
    ],
    [
      'front 1.5 CONNECT %5B::1%5D 443 403 TCP_DENIED 317 address - - 403:CI_ADDRESS',
      '[::1]',
      443,
      'address',
      0,
    ],
    [
      'front 1.5 POST plain.example 80 403 TCP_DENIED 335 method - - 403:CI_METHOD',
      'plain.example',
      80,
      'method',
      0,
    ],
    ['front 1.5 - - - 400 NONE_NONE 326 - - - ERR_INVALID_URL', '', null, 'malformed', 0],
    [
      'back 1.5 CONNECT good.example 443 200 TCP_TUNNEL 2642 - splice good.example -',
      'good.example',
      443,
      null,
      2642,
    ],
    ['back 1.5 GET plain.example 80 200 TCP_MISS 195 - - - -', 'plain.example', 80, null, 195],
    ['back 1.5 GET plain.example 80 404 TCP_MISS 195 - - - -', 'plain.example', 80, null, 195],
    [
      'back 1.5 CONNECT good.example 443 200 NONE_NONE 0 - terminate evil.example -',
      'good.example',
      443,
      'other-name',
      0,
    ],
    [
      'back 1.5 CONNECT good.example 443 200 NONE_NONE 0 - peek - ERR_PROTOCOL_UNKNOWN',
      'good.example',
      443,
      'malformed',
      0,
    ],
    [
      'back 1.5 CONNECT good.example 443 200 NONE_NONE_ABORTED 0 - peek - ERR_CLIENT_GONE',
      'good.example',
      443,
      null,
      0,
    ],
    [
      'back 1.5 CONNECT good.example 9999 503 TCP_TUNNEL 0 - splice good.example -',
      'good.example',
      9999,
      'unreachable',
      0,
    ],
    [
      'back 1.5 GET plain.example 80 503 TCP_MISS 900 - - - ERR_CONNECT_FAIL',
      'plain.example',
      80,
      'unreachable',
      0,
    ],
    [
      'back 1.5 CONNECT a.example 443 403 TCP_DENIED 300 private peek - 403:CI_PRIVATE',
      'a.example',
      443,
      'private',
      0,
    ],
  ] as const) {
    it(line, () => {
      const attempt = attemptOfProxy(line);
      assert.ok(attempt !== null);
      assert.deepEqual(networkAttemptSchema.parse(attempt), attempt);
      assert.deepEqual(
        [attempt.host, attempt.port, attempt.reason, attempt.bytes],
        [host, port, reason, bytes],
      );
      assert.equal(attempt.verdict, reason === null ? 'allowed' : 'denied');
      assert.equal(attempt.time, '1970-01-01T00:00:01.500Z');
    });
  }

  for (const line of [
    'ready',
    '',
    'back 1.5 - - - 0 NONE_NONE 0 - - - ERR_CLIENT_GONE',
    'back 1.5 CONNECT good.example 443 200 NONE_NONE 0 - splice good.example -',
    'side 1.5 CONNECT good.example 443 200 TCP_TUNNEL 1 - splice good.example -',
    'front x CONNECT good.example 443 200 TCP_TUNNEL 1 - splice good.example -',
  ]) {
    it(`no attempt: ${JSON.stringify(line)}`, () => assert.equal(attemptOfProxy(line), null));
  }
});

describe('a request at the closed door', () => {
  const now = new Date(0);
  for (const [line, method, host, port] of [
    ['CONNECT data.example:443 HTTP/1.1', 'CONNECT', 'data.example', 443],
    ['GET http://data.example/path?secret=1 HTTP/1.1', 'GET', 'data.example', 80],
    ['GET http://user:word@data.example:8080/ HTTP/1.1', 'GET', 'data.example', 8080],
    ['CONNECT [::1]:443 HTTP/1.1', 'CONNECT', '[::1]', 443],
    ['CONNECT data.example:99999 HTTP/1.1', 'CONNECT', 'data.example', null],
    ['', '', '', null],
    ['\x16\x03\x01 garbage', '???', 'garbage', null],
    [`CONNECT ${'a'.repeat(1000)}:443`, 'CONNECT', 'a'.repeat(255), 443],
    ['CONNECT da\x1b[31mta<script>.example:443 HTTP/1.1', 'CONNECT', 'da?[31mta<script>.example', 443],
  ] as const) {
    it(JSON.stringify(line.slice(0, 60)), () => {
      const attempt = attemptAtClosedDoor(line, now);
      assert.deepEqual(networkAttemptSchema.parse(attempt), attempt);
      assert.deepEqual([attempt.method, attempt.host, attempt.port], [method, host, port]);
      assert.deepEqual([attempt.verdict, attempt.reason, attempt.bytes], ['denied', 'closed', 0]);
      assert.doesNotMatch(JSON.stringify(attempt), /secret|word/);
    });
  }
});
