/** What VS Code's own renderers get to draw: no script, nothing that is loaded. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markdownToHtml, safeHtml } from '../../../src/host/notebooks/safeHtml.ts';
import { CORPUS } from '../../support/hostileCorpus.ts';

const HOSTILE_HTML = CORPUS.flatMap(({ attacks }) =>
  Object.values(attacks).flatMap((shown) => {
    const html = shown.as === 'display' ? shown.data['text/html'] : undefined;
    return typeof html === 'string' ? [html] : [];
  }),
);
const LOADS =
  /\b(?:src|href|srcset|poster|background|data|action|formaction|ping|style)\s*=\s*["']?([^"'>]*)/gi;

describe('HTML of code in a notebook of VS Code', () => {
  it('keeps tables with their spans, alignment and colours', () => {
    const html =
      '<table border="1"><thead><tr style="text-align:right"><th colspan="2">a</th></tr></thead><tbody><tr><td style="color:#08519c;background-color:rgb(1, 2, 3)">1</td></tr></tbody></table>';
    assert.equal(safeHtml(html), html);
  });

  it('keeps pictures that bring their bytes along, and no other', () => {
    const own = '<img src="data:image/png;base64,iVBORw0KGgo=" alt="chart">';
    assert.equal(safeHtml(own), own);
    for (const src of [
      'https://example.org/a.png',
      '//example.org/a.png',
      '/a.png',
      'a.png',
      'data:text/html,x',
      'blob:x',
    ])
      assert.doesNotMatch(safeHtml(`text <img src="${src}">`), /<img/, src);
  });

  for (const css of [
    'background:url(https://example.org/a)',
    'background-image:image-set("https://example.org/a" 1x)',
    'width:calc(1px)',
    'color:\\75rl(//x)',
    'position:fixed',
  ])
    it(`drops the style ${css}`, () => assert.equal(safeHtml(`<p style='${css}'>x</p>`), '<p>x</p>'));

  it('drops scripts, handlers, frames, forms and sheets', () => {
    const html =
      '<script>alert(1)</script><style>@import url(//x)</style><iframe src="//x"></iframe><form action="//x"><input></form><p onclick="x()">kept</p><svg><script>x</script></svg><link rel=stylesheet href=//x><meta http-equiv=refresh content="0;url=//x"><object data=//x></object>';
    assert.equal(safeHtml(html), '<p>kept</p>');
  });

  it('is empty when nothing can be shown', () => {
    assert.equal(safeHtml('<div id="chart"></div><script>draw()</script>'), '');
  });

  it('Markdown has no pictures and no HTML', () => {
    const html = markdownToHtml(
      '# Title\n\n![x](https://example.org/?secret) <img src=//x> [link](https://example.org)',
    );
    assert.match(html, /<h1>Title<\/h1>/);
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /<a href="https:\/\/example\.org">link<\/a>/);
  });

  it('the hostile corpus loads nothing and runs nothing', () => {
    assert.ok(HOSTILE_HTML.length > 20);
    for (const html of HOSTILE_HTML) {
      const safe = safeHtml(html);
      assert.doesNotMatch(
        safe,
        /<(?:script|style|iframe|object|embed|link|meta|base|form|svg|math|video|audio|source)/i,
        html,
      );
      assert.doesNotMatch(safe, /\son\w+\s*=/i, html);
      for (const [, value = ''] of safe.matchAll(LOADS)) {
        assert.doesNotMatch(value, /url\(|javascript:|image-set/i, html);
      }
      assert.doesNotMatch(safe, /<img[^>]+src="(?!data:image\/)/i, html);
    }
  });
});
