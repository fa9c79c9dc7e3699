import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latexHtml } from '../../../../webview/render/latexHtml.ts';
import { markdownHtml } from '../../../../webview/render/markdownHtml.ts';

/** The formulas of a text, display ones in brackets. */
const formulas = (html: string): string[] =>
  [...html.matchAll(/class="tex tex-(\w+)" data-tex="([^"]*)"/g)].map(([, kind, tex = '']) =>
    kind === 'display' ? `[${tex}]` : tex,
  );

describe('formulas in Markdown', () => {
  it('are found between dollars and brackets, inline and alone', () => {
    assert.deepEqual(formulas(markdownHtml('An $x^2$ and \\(y_1\\).')), ['x^2', 'y_1']);
    assert.deepEqual(formulas(markdownHtml('$$\na = b\n$$')), ['[\na = b\n]']);
    assert.deepEqual(formulas(markdownHtml('so \\[a = b\\] holds')), ['[a = b]']);
    assert.deepEqual(formulas(markdownHtml('\\begin{align}\na &= b\n\\end{align}')), [
      '[\\begin{align}\na &amp;= b\n\\end{align}]',
    ]);
  });

  it('show their source until they are drawn, and are text to everything else', () => {
    const html = markdownHtml('see $a_b * c_d * e$ here');
    assert.match(html, /data-tex="a_b \* c_d \* e">\$a_b \* c_d \* e\$</);
    assert.doesNotMatch(html, /<em>/);
    assert.match(markdownHtml('$a < b$ and $"$'), /data-tex="a &lt; b".*data-tex="&quot;"/);
  });

  it('keep lines that Markdown would take for a list or a heading', () => {
    const html = markdownHtml('$$\na\n- b\n# c\n$$\n\nafter');
    assert.deepEqual(formulas(html), ['[\na\n- b\n# c\n]']);
    assert.doesNotMatch(html, /<li>|<h1>/);
    assert.match(html, /<p>after<\/p>/);
  });

  it('stand in lists and quotations', () => {
    assert.deepEqual(formulas(markdownHtml('- one $x$\n- two\n\n> $y$')), ['x', 'y']);
  });

  it('are no amounts of money, no code, no escaped dollars', () => {
    const texts = [
      'from $5 to $10',
      '$100 (or 90 €), $200 (or $180)',
      'US$5 and US$6',
      'costs $5-$10',
      '`$x$`',
      '```\n$x$\n```',
      'a \\$x\\$ b',
      'only one $ here',
      '$ x $',
      '$a\n\nb$',
      '$$\n\n$$',
    ];
    for (const text of texts) assert.deepEqual(formulas(markdownHtml(text)), [], text);
  });

  it('cost nothing when they have no end', () => {
    const start = performance.now();
    for (const text of ['$a '.repeat(20_000), '\\['.repeat(20_000), '\\begin{a}'.repeat(10_000)])
      markdownHtml(text);
    assert.ok(performance.now() - start < 4000, `${performance.now() - start} ms`);
  });
});

describe('text/latex', () => {
  it('has its formulas, and the rest as it stands', () => {
    assert.deepEqual(formulas(latexHtml('$\\displaystyle x^{2}$')), ['\\displaystyle x^{2}']);
    const html = latexHtml('*not* <b>html</b> and $$a$$');
    assert.match(html, /\*not\* &lt;b&gt;html&lt;\/b&gt; and/);
    assert.deepEqual(formulas(html), ['[a]']);
  });
});
