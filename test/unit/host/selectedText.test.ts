import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_SELECTION_CHARS, selectedText } from '../../../src/host/selectedText.ts';

const source = { label: 'sales.csv', path: '/w/sales.csv', unsaved: false };
const part = (startLine: number, endLine: number, endCharacter: number, text: string) => ({
  startLine,
  endLine,
  endCharacter,
  text,
});

describe('selected text', () => {
  it('has its lines, counted from 1, without the line before whose first character it ends', () => {
    const whole = selectedText(source, [part(2, 4, 0, 'a,1\nb,2\n')]);
    assert.deepEqual([whole?.startLine, whole?.endLine, whole?.totalChars], [3, 4, 8]);
    const inner = selectedText(source, [part(2, 2, 5, 'hello')]);
    assert.deepEqual([inner?.startLine, inner?.endLine], [3, 3]);
  });

  it('of several cursors is one text in the order of the file', () => {
    const several = selectedText(source, [part(7, 7, 3, 'two'), part(1, 1, 3, 'one'), part(4, 4, 0, '')]);
    assert.equal(several?.text, 'one\ntwo');
    assert.deepEqual([several?.startLine, several?.endLine], [2, 8]);
  });

  it('is bounded and says how long it was; half a character is not left', () => {
    const long = selectedText(source, [part(0, 900, 1, 'x'.repeat(MAX_SELECTION_CHARS - 1) + '😀😀')]);
    assert.equal(long?.text.length, MAX_SELECTION_CHARS);
    assert.equal(long?.totalChars, MAX_SELECTION_CHARS + 3);
    assert.doesNotMatch(long?.text ?? '', /[\ud800-\udfff]/);
  });

  it('is null when nothing is selected', () => {
    assert.equal(selectedText(source, [part(3, 3, 0, '')]), null);
  });
});
