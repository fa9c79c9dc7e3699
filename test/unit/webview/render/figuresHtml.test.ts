import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CheckedNumber } from '../../../../src/shared/events.ts';
import { figuresHtml } from '../../../../webview/render/figuresHtml.ts';
import { markdownHtml } from '../../../../webview/render/markdownHtml.ts';

/** Each of these written figures, found in cell c1 unless it ends with `?`. */
function numbersIn(text: string, ...figures: string[]): CheckedNumber[] {
  let from = 0;
  return figures.map((figure) => {
    const written = figure.replace(/\?$/, '');
    const start = text.indexOf(written, from);
    assert.ok(start >= 0, `${written} is in the text`);
    from = start + written.length;
    return { start, end: from, cellId: written === figure ? 'c1' : null };
  });
}

const MARK =
  /<span class="figure(?:-missing)?"[^>]*>(.*?)(?:<span class="codicon[^>]*><\/span><span class="sr-only">[^<]*<\/span>)?<\/span>/gu;
const drawn = (html: string): string[] => [...html.matchAll(MARK)].map(([, figure]) => figure ?? '');
const withoutSpans = (html: string): string => html.replace(MARK, '$1');

describe('figures of an answer', () => {
  for (const [text, figures] of [
    ['It is 37.6 % of 1,234.5.', ['37.6 %', '1,234.5']],
    [
      '**37.6 %** and *12.5*, _13.5_, ~~14.5~~ **−15.5** a**-16.5**b',
      ['37.6 %', '12.5', '13.5', '14.5', '−15.5', '-16.5'],
    ],
    ['| a | b |\n|--:|---|\n| 12.5 | x |\n| **13.5** | $14.5M |', ['12.5', '13.5', '14.5M']],
    ['- 12.5 kg\n- -13.5 kg\n\n> 14.5\n\n# 15.5 in a heading', ['12.5', '-13.5', '14.5', '15.5']],
    ['A & B < C: 12.5 "quoted" & 13.5 > 11', ['12.5', '13.5']],
    ['4.5 × 10⁻⁷ and 1.2e-5', ['4.5 × 10⁻⁷', '1.2e-5']],
    ['Soft\n12.5\nlines  \n13.5', ['12.5', '13.5']],
    ['Before `code 12.5` it was 13.5', ['13.5']],
    ['[12.5](https://example.com/1) then 13.5', ['13.5']],
  ] as const) {
    it(`are drawn and nothing else changes: ${JSON.stringify(text)}`, () => {
      const html = figuresHtml(text, numbersIn(text, ...figures));
      assert.deepEqual(
        drawn(html),
        figures.map((figure) => figure.replace(/&/g, '&amp;')),
      );
      assert.equal(withoutSpans(html), markdownHtml(text));
    });
  }

  it('are links to their cell, by keyboard too', () => {
    const html = figuresHtml('It is 12.5.', numbersIn('It is 12.5.', '12.5'));
    assert.match(html, /<span class="figure" role="link" tabindex="0" [^>]*data-cell="c1">12\.5<\/span>/);
  });

  it('that were found nowhere say so to screen readers, too', () => {
    const html = figuresHtml('It is 12.5.', numbersIn('It is 12.5.', '12.5?'));
    assert.match(html, /class="figure-missing"[^>]*>12\.5.*\(not found in the outputs\)/);
    assert.doesNotMatch(html, /role="link"/);
  });

  it('cannot write markup with the id of a cell', () => {
    const html = figuresHtml('12.5', [{ start: 0, end: 4, cellId: '"><img src=x>' }]);
    assert.doesNotMatch(html, /<img/);
  });

  it('whose place is in code, a link or an entity are left out, the others stay', () => {
    const text = '`12.5` [x](https://example.com/13.5 "14.5") &#37; ```15.5``` 16.5\n\n```\n17.5\n```';
    const numbers = numbersIn(text, '12.5', '13.5', '14.5', '37', '15.5', '16.5', '17.5');
    const html = figuresHtml(text, numbers);
    assert.ok(drawn(html).includes('16.5'));
    assert.equal(withoutSpans(html), markdownHtml(text));
    assert.match(html, /data-link="https:\/\/example\.com\/13\.5"/);
  });

  it('with offsets that fit no figure change nothing', () => {
    const text = 'No figures, 1 of them';
    const wild = [
      { start: 0, end: 2, cellId: null },
      { start: 500, end: 504, cellId: 'c1' },
      { start: 12, end: 13, cellId: 'c1' },
      { start: 11, end: 14, cellId: 'c2' },
    ];
    assert.equal(withoutSpans(figuresHtml(text, wild)), markdownHtml(text));
  });

  it('a text with private characters of its own keeps them', () => {
    const text = 'Icon \u{f0001} and 12.5';
    assert.equal(figuresHtml(text, numbersIn(text, '12.5')), markdownHtml(text));
  });
});
