import assert from 'node:assert/strict';
import { it } from 'node:test';
import { contentSecurityPolicy } from '../../../src/shared/csp.ts';

const policy = contentSecurityPolicy({ cspSource: 'https://panel.example', nonce: 'abc123' });
const directives = new Map(
  policy.split('; ').map((text) => [text.split(' ')[0] ?? '', text.split(' ').slice(1)]),
);

it('refuses everything that is not named', () => {
  assert.deepEqual(directives.get('default-src'), ["'none'"]);
  for (const name of ['connect-src', 'frame-src', 'base-uri', 'form-action'])
    assert.deepEqual(directives.get(name), ["'none'"], name);
});

it('runs only our scripts: no eval, no inline, no other origin', () => {
  assert.deepEqual(directives.get('script-src'), ["'nonce-abc123'", 'https://panel.example']);
});

it('loads no picture from anywhere', () => {
  assert.deepEqual(directives.get('img-src'), ['https://panel.example', 'blob:', 'data:']);
  assert.doesNotMatch(policy, /https:(\s|;|$)|\*|unsafe-eval/);
});
