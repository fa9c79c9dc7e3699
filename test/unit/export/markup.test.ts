/** Markup of code in the two places where it may stand: a report's shadow root, and the page of a notebook. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cleanMarkup, saysSomething } from '../../../src/export/html/markup.ts';
import { CORPUS } from '../../support/hostileCorpus.ts';

const HTML = CORPUS.flatMap(({ attacks }) =>
  Object.values(attacks).flatMap((shown) => {
    const html = shown.as === 'display' ? shown.data['text/html'] : undefined;
    return typeof html === 'string' && html.length < 100_000 ? [html] : [];
  }),
);

describe('markup of code', () => {
  it('keeps its sheets and names in a report, and leaves them out of the page of a notebook', () => {
    const html = '<style>#a{color:red} :host{top:0}</style><p id="a" class="b" style="color:red">x</p>';
    assert.equal(
      cleanMarkup(html, 'report'),
      '<style>#a{color:red} :not(*){top:0}</style><p id="a" class="b" style="color:red">x</p>',
    );
    assert.equal(cleanMarkup(html, 'notebook'), '<p style="color:red">x</p>');
  });

  it('has links of the web in a notebook, and none in a report', () => {
    const link = '<a href="https://example.org/">x</a>';
    assert.equal(cleanMarkup(link, 'notebook'), link);
    assert.equal(cleanMarkup(link, 'report'), '<a>x</a>');
    for (const address of [
      'javascript:x',
      'java\nscript:x',
      '//x',
      'command:x',
      'file:///x',
      'data:,x',
      ' https://x',
    ])
      assert.equal(cleanMarkup(`<a href="${address}">x</a>`, 'notebook'), '<a>x</a>', address);
  });

  it('is the same when it is cleaned again: nothing is put together by taking something out', () => {
    assert.ok(HTML.length > 20);
    for (const html of HTML)
      for (const place of ['report', 'notebook'] as const) {
        const clean = cleanMarkup(html, place);
        assert.equal(cleanMarkup(clean, place), clean);
        assert.doesNotMatch(clean, /<(?:script|iframe|object|embed|link|meta|base|form|svg|math|template)/i);
      }
  });

  it('of any depth is written, as far as anybody reads', () => {
    const deep = `${'<div>'.repeat(50_000)}deep`;
    assert.equal(saysSomething(cleanMarkup(`near${deep}`, 'report')), true);
    assert.doesNotMatch(cleanMarkup(deep, 'notebook'), /deep/);
  });
});
