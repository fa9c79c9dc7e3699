import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatBytes,
  formatDuration,
  headAndTail,
  plainText,
  shareBudget,
  wellFormed,
  wrappedLines,
} from '../../../src/agent/text.ts';

describe('text for the model', () => {
  it('loses colours, cursor moves, links and bells, and keeps tabs and lines', () => {
    assert.equal(
      plainText('\u001b[1;31mred\u001b[0m\tx\u0007\n\u001b]8;;http://e\u0007link\u001b]8;;\u0007\u001b[2K'),
      'red\tx\nlink',
    );
  });

  it('keeps what a progress bar shows in the end', () => {
    assert.equal(plainText(' 10%\r 50%\r100%\nnext\r\n'), '100%\nnext\n');
    assert.equal(plainText('done\r\r\nx'), 'done\nx');
  });

  it('has no half characters', () => {
    assert.equal(wellFormed('a\ud83dz\ude00'), 'a\ufffdz\ufffd');
    assert.equal(wellFormed('😀'), '😀');
  });

  it('is never cut between the halves of a character', () => {
    for (const shift of ['', 'x']) {
      const text = shift + '😀'.repeat(3000);
      assert.doesNotMatch(headAndTail(text, 1000), /\ufffd/);
      const pieces = wrappedLines(text);
      assert.equal(pieces.join(''), text);
      for (const piece of pieces) assert.equal(wellFormed(piece), piece);
    }
  });

  it('keeps head and tail and says how much is missing', () => {
    const cut = headAndTail('a'.repeat(600) + 'b'.repeat(600), 300);
    assert.ok(cut.startsWith('a'.repeat(200)) && cut.endsWith('b'.repeat(100)));
    assert.match(cut, /\[… 900 of 1,200 characters left out …\]/);
    assert.equal(headAndTail('short', 300), 'short');
  });

  it('shares a budget so that short texts stay whole', () => {
    assert.deepEqual(shareBudget([10, 5000, 5000], 1010), [10, 500, 500]);
    assert.deepEqual(shareBudget([10, 20], 1000), [10, 20]);
    assert.deepEqual(shareBudget([], 1000), []);
  });

  it('writes sizes and times as people do', () => {
    assert.deepEqual([0, 999, 1000, 999_600, 15_000_000].map(formatBytes), [
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '1.0 MB',
      '15 MB',
    ]);
    assert.deepEqual([12, 1234, 90_000].map(formatDuration), ['12 ms', '1.2 s', '1.5 min']);
  });
});
