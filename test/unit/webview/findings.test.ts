import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FIGURE_MIME } from '../../../src/shared/outputs.ts';
import { fileFindingsLine, findingsLine } from '../../../webview/findings.ts';

const line = (...sentences: string[]): string | null =>
  findingsLine({
    [FIGURE_MIME]: { findings: sentences.map((sentence) => ({ kind: 'ticks', sentence, axes: 0 })) },
  });

describe('the line below a chart', () => {
  it('says what was noticed, and leaves what to do to those who write the code', () => {
    assert.equal(
      line(
        '8 of 8 tick labels of the x axis overlap: rotate them.',
        'Nothing is drawn in subplot 2: remove it.',
      ),
      'Noticed in this chart: 8 of 8 tick labels of the x axis overlap; nothing is drawn in subplot 2.',
    );
    assert.equal(
      line('The text "a: b" is cut off: shorten it.'),
      'Noticed in this chart: the text "a: b" is cut off.',
    );
  });

  it('is bounded', () => {
    assert.match(line('A: x', 'B: x', 'C: x', 'D: x') ?? '', /^Noticed in this chart: a; b; and 2 more\.$/);
    assert.ok((line('x'.repeat(9000)) ?? '').length < 200);
  });

  it('is not there without findings, for other outputs, and for what code made up', () => {
    assert.equal(line(), null);
    for (const figure of [undefined, null, 7, { findings: null }, { findings: [{ kind: 'x' }] }])
      assert.equal(findingsLine({ [FIGURE_MIME]: figure, 'image/png': '' }), null);
  });
});

describe('what was found in a file', () => {
  const finding = (cell: string, sentence: string) => ({ cell, kind: 'circular', sentence }) as const;

  it('is one line with the first places', () => {
    const all = [finding('A!B1', 'no.'), finding('', 'not a workbook.'), finding('A!B3', 'no.')];
    assert.equal(fileFindingsLine('a.xlsx', all), 'Wrong in a.xlsx: A!B1: no. not a workbook. And 1 more.');
    assert.equal(fileFindingsLine('a.xlsx', all.slice(0, 1)), 'Wrong in a.xlsx: A!B1: no.');
    assert.equal(fileFindingsLine('a.xlsx'), null);
    assert.ok((fileFindingsLine('a.xlsx', [finding('A!B1', 'x'.repeat(9000))]) ?? '').length < 200);
  });
});
