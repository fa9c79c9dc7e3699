import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { pyLiteral, type PyValue } from '../../../../src/models/analyst/pyLiteral.ts';

const HOSTILE = [
  '',
  'plain.csv',
  "it's",
  'say "hi"',
  `both ' and "`,
  "'''",
  'a\nb\r\nc\td',
  'back\\slash\\',
  '{braces} {0} %s %(x)s $x',
  "'); __import__('os').abort() #",
  '\u202edesrever\u2066 \u200b\ufeff',
  '\u2028\u2029\u0085\u0000\u001b[31m',
  '東京都 Ünïcode é é',
  '😀👩‍👩‍👧',
  'lone \ud800 and \udcff',
  '-rf',
  'x'.repeat(250),
  '\\u0041 \\N{BULLET} \\x41',
  '\u3164\u115f\ufe0f',
];

describe('a Python literal', () => {
  it('evaluates to the very same text, whatever is in it', () => {
    // One file read by a real Python: repr of the code points of each literal.
    const source = `# -*- coding: utf-8 -*-\nimport json\nprint(json.dumps([[ord(c) for c in s] for s in [${HOSTILE.map(pyLiteral).join(',\n')}]]))\n`;
    const python = spawnSync('python3', ['-I', '-'], { input: source, encoding: 'utf8' });
    assert.equal(python.status, 0, python.stderr);
    const points = HOSTILE.map((text) => [...text].map((char) => char.codePointAt(0)));
    assert.deepEqual(JSON.parse(python.stdout), points);
  });

  it('is one line of readable source without anything invisible', () => {
    for (const text of HOSTILE) {
      assert.doesNotMatch(pyLiteral(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }
    assert.equal(pyLiteral('東京都.csv'), "'東京都.csv'");
    assert.equal(pyLiteral("it's.csv"), `"it's.csv"`);
  });

  it('covers numbers, None, lists and dictionaries', () => {
    const value: PyValue = { a: [1, -2.5, Infinity, true, null], "k'": 'v' };
    assert.equal(pyLiteral(value), `{'a': [1, -2.5, float('inf'), True, None], "k'": 'v'}`);
    assert.equal(pyLiteral(NaN), "float('nan')");
    assert.equal(pyLiteral(-Infinity), "float('-inf')");
  });
});
