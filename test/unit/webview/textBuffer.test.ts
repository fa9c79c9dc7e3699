import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  allBlocks,
  appendText,
  emptyText,
  firstLines,
  lastLines,
  lineCount,
  textOf,
  wholeText,
} from '../../../webview/textBuffer.ts';

const inPieces = (text: string, size: number) => {
  let buffer = emptyText;
  for (let i = 0; i < text.length; i += size) buffer = appendText(buffer, text.slice(i, i + size));
  return buffer;
};

describe('text as a terminal leaves it', () => {
  it('shows only the last state of a progress bar', () => {
    assert.equal(wholeText(textOf('10%\r20%\r100%\ndone\n')), '100%\ndone');
  });

  it('overwrites from the first column and leaves the rest', () => {
    assert.equal(wholeText(textOf('hello world\rHELLO')), 'HELLO world');
  });

  it('keeps CRLF as a line end, also when split over chunks', () => {
    for (const size of [1, 2, 3, 100]) assert.equal(wholeText(inPieces('a\r\nb\r\nc', size)), 'a\nb\nc');
  });

  it('goes back one column with backspace', () => {
    assert.equal(wholeText(textOf('abc\b\bX\n')), 'aXc');
  });

  it('lets a coloured line replace the one before', () => {
    assert.equal(wholeText(textOf('\x1b[31m10 % of it\x1b[0m\r\x1b[32m20 %\x1b[0m')), '\x1b[32m20 %\x1b[0m');
  });

  it('says the same however the stream was cut', () => {
    const text = 'start\n 1/3\r 2/3\r 3/3\nü€😀\r\nlong line\rX\x1b[1mY\x1b[0m\nend';
    const whole = wholeText(textOf(text));
    for (const size of [1, 2, 5, 7]) assert.equal(wholeText(inPieces(text, size)), whole);
  });

  it('does not keep the history of 100,000 updates of one line', () => {
    let buffer = emptyText;
    for (let i = 0; i < 100_000; i++) buffer = appendText(buffer, `\r${String(i)} of 100000`);
    assert.ok(buffer.current.length < 100);
    assert.equal(wholeText(buffer), '99999 of 100000');
  });
});

describe('long text', () => {
  const lines = Array.from({ length: 1234 }, (_, i) => `line ${String(i + 1)}`);
  const buffer = textOf(`${lines.join('\n')}\n`);

  it('counts its lines and gives the first and the last', () => {
    assert.equal(lineCount(buffer), 1234);
    assert.equal(firstLines(buffer, 2), 'line 1\nline 2');
    assert.equal(lastLines(buffer, 2), 'line 1233\nline 1234');
    assert.equal(lastLines(buffer, 600).split('\n').length, 600);
  });

  it('comes back whole, in pieces of at most 500 lines', () => {
    assert.equal(wholeText(buffer), lines.join('\n'));
    assert.deepEqual(
      allBlocks(buffer).map((block) => block.split('\n').length),
      [500, 500, 234],
    );
  });

  it('takes 100,000 lines, one by one, in under two seconds', () => {
    const start = performance.now();
    let growing = emptyText;
    for (let i = 0; i < 100_000; i++) growing = appendText(growing, `value ${String(i)}\n`);
    assert.equal(lineCount(growing), 100_000);
    assert.ok(performance.now() - start < 2000);
  });

  it('leaves the buffer it was made from as it was', () => {
    const before = wholeText(buffer);
    appendText(buffer, 'more\n'.repeat(600));
    assert.equal(wholeText(buffer), before);
  });
});
