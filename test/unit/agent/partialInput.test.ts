import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partialStrings } from '../../../src/agent/partialInput.ts';

const WHOLE = { purpose: 'Say "hi" – 日本 😀', code: 'print("a\\n")\n\tx = {"k": [1]}\r\n# \u0001 \u2028' };

describe('input that is still typed', () => {
  it('is read at every point, never too far, and ends with the whole', () => {
    for (const json of [JSON.stringify(WHOLE), JSON.stringify(WHOLE, null, 2), escapeAll(WHOLE)]) {
      let last = '';
      for (let end = 0; end <= json.length; end += 1) {
        const { purpose = '', code = '' } = partialStrings(json.slice(0, end));
        assert.ok(WHOLE.purpose.startsWith(purpose), `${end}: ${purpose}`);
        assert.ok(WHOLE.code.startsWith(code), `${end}: ${code}`);
        assert.ok(code.length >= last.length);
        last = code;
      }
      assert.deepEqual(partialStrings(json), WHOLE);
    }
  });

  it('gives nothing for what is no object of strings', () => {
    for (const json of [
      '',
      '[',
      '[1]',
      'null',
      '{',
      '{"a',
      '{"a":1,"code":"x"}',
      '{"a":{"code":"x"}}',
      '{"code":"\\x',
      '{"code":"\\u12',
    ]) {
      assert.doesNotThrow(() => partialStrings(json));
      assert.equal(partialStrings(json)['code'] ?? '', '', json);
    }
  });

  it('is not fooled by names of the prototype', () => {
    const fields = partialStrings('{"__proto__":"x","code":"1"}');
    assert.equal(fields['code'], '1');
    assert.equal(Object.getPrototypeOf(fields), Object.prototype);
  });
});

/** Every character as an escape, as some writers do. */
function escapeAll(value: Record<string, string>): string {
  const escaped = (text: string): string =>
    `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
  return `{${Object.entries(value)
    .map(([key, text]) => `${escaped(key)} : ${escaped(text)}`)
    .join(' , ')}}`;
}
