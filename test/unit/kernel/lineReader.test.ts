import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineReader, LineTooLongError } from '../../../src/kernel/lineReader.ts';

const feed = (chunks: Uint8Array[], limitBytes = 1000): string[] => {
  const reader = new LineReader(limitBytes);
  return chunks.flatMap((chunk) => [...reader.push(chunk)]);
};

describe('line reader', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = 'first\n{"a":"Größe 日本語 😀"}\n\nlast one\n';
    const bytes = Buffer.from(text);
    const expected = ['first', '{"a":"Größe 日本語 😀"}', 'last one'];
    for (let size = 1; size <= bytes.length; size += 1) {
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      assert.deepEqual(feed(chunks), expected, `cut every ${size} bytes`);
    }
  });

  it('keeps an unfinished line back and says how long it is', () => {
    const reader = new LineReader(1000);
    assert.deepEqual([...reader.push(Buffer.from('one\ntw'))], ['one']);
    assert.equal(reader.unfinishedBytes, 2);
    assert.deepEqual([...reader.push(Buffer.from('o\n'))], ['two']);
    assert.equal(reader.unfinishedBytes, 0);
  });

  it('accepts a line of exactly the limit and refuses one byte more, before its end has come', () => {
    assert.deepEqual(feed([Buffer.from('x'.repeat(10)), Buffer.from('\n')], 10), ['x'.repeat(10)]);
    assert.throws(() => feed([Buffer.from('x'.repeat(8)), Buffer.from('xxx')], 10), LineTooLongError);
  });

  it('refuses bytes that are not UTF-8 instead of changing them', () => {
    assert.throws(() => feed([Buffer.from([0x61, 0xff, 0x0a])]), TypeError);
    assert.throws(
      () => feed([Buffer.from([0xe6, 0x97, 0x0a])]),
      TypeError,
      'a character cut off by a newline',
    );
  });
});
