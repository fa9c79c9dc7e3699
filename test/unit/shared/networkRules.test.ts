import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRule, ruleText, uniqueRules } from '../../../src/shared/networkRules.ts';

describe('rules of the network', () => {
  for (const [text, canonical] of [
    ['data.example.org', 'data.example.org'],
    ['  Data.EXAMPLE.org.  ', 'data.example.org'],
    ['*.example.org', '*.example.org'],
    ['example.org:443', 'example.org'],
    ['example.org:80', 'example.org:80'],
    ['*.example.org:8443', '*.example.org:8443'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['a-1.b2.example', 'a-1.b2.example'],
    ['example.org\r\n', 'example.org'],
  ] as const) {
    it(`${JSON.stringify(text)} is ${canonical}`, () => {
      const parsed = parseRule(text);
      assert.equal(parsed.ok && ruleText(parsed.rule), canonical);
    });
  }

  for (const text of [
    '',
    'localhost',
    'example',
    '*',
    '*.*',
    '*.org',
    '*example.org',
    'a.*.example.org',
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '017700000001',
    '127.1',
    '1.2.3.4.5',
    '[::1]',
    '::1',
    '::ffff:127.0.0.1',
    'https://example.org',
    'example.org/path',
    'user@example.org',
    'example.org:0',
    'example.org:65536',
    'example.org:99999999',
    'example.org:https',
    'example.org:',
    'ex ample.org',
    'example.org\nhttp_access allow all',
    'example.org\0.evil.example',
    'exa%6dple.org',
    'example.org#',
    'example..org',
    '.example.org',
    '-a.example.org',
    'a-.example.org',
    'under_score.example.org',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
    '"example.org"',
    'example.org allow',
  ]) {
    it(`${JSON.stringify(text.slice(0, 40))} opens nothing, and says so in one line`, () => {
      const parsed = parseRule(text);
      assert.equal(parsed.ok, false);
      assert.doesNotMatch(parsed.ok ? '' : parsed.problem, /[\r\n\0]/);
    });
  }

  it('are the same in any order, and once', () => {
    const rules = ['b.example.org', '*.a.example', 'b.example.org:443', 'b.example.org:80'].flatMap(
      (text) => {
        const parsed = parseRule(text);
        return parsed.ok ? [parsed.rule] : [];
      },
    );
    const texts = (list: typeof rules): string[] => uniqueRules(list).map(ruleText);
    assert.deepEqual(texts(rules), ['*.a.example', 'b.example.org', 'b.example.org:80']);
    assert.deepEqual(texts(rules.toReversed()), texts(rules));
  });
});
