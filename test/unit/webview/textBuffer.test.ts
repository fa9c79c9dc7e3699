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

describe('several lines that change', () => {
  it('two bars, one below the other, end as two lines', () => {
    const drawn = [0, 1, 2, 3].map((n) => `\router ${String(n)}/3\n\rinner ${String(n * 2)}/6\x1b[A\r`);
    assert.equal(wholeText(textOf(`${drawn.join('')}\n\n`)), 'outer 3/3\ninner 6/6');
  });

  it('clears a line, its rest, and what is below', () => {
    assert.equal(wholeText(textOf('a long line\r\x1b[2Kshort')), 'short');
    assert.equal(wholeText(textOf('a long line\rab\x1b[K')), 'ab');
    assert.equal(wholeText(textOf('one\ntwo\nthree\x1b[2A\r\x1b[JONE')), 'ONE');
  });

  it('goes to a column, and along the line', () => {
    assert.equal(wholeText(textOf('abcdef\x1b[3GX')), 'abXdef');
    assert.equal(wholeText(textOf('ab\x1b[3CX')), 'ab   X');
    assert.equal(wholeText(textOf('abc\x1b[2DX')), 'aXc');
  });

  it('says the same when a sequence is cut by the border of a chunk', () => {
    const text = 'one\ntwo\x1b[1A\rONE\x1b[K\n\x1b[31mred\x1b[0m\n';
    for (const size of [1, 2, 3, 4, 5])
      assert.equal(wholeText(inPieces(text, size)), 'ONE\n\x1b[31mred\x1b[0m');
  });

  it('takes a move of any length, and one above the first line', () => {
    const start = performance.now();
    assert.equal(wholeText(textOf(`a\x1b[${'9'.repeat(400)}A\rb\x1b[999999999999C`)), 'b');
    assert.ok(performance.now() - start < 200);
  });

  it('reaches up a screen in a long stream', () => {
    const many = Array.from({ length: 1999 }, (_, i) => `line ${String(i)}\n`).join('');
    const shown = wholeText(textOf(`${many}last\x1b[50A\rCHANGED\x1b[K`)).split('\n');
    assert.equal(shown.length, 2000);
    assert.equal(shown[1949], 'CHANGED');
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
