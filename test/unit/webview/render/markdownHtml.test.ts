import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { highlightedHtml } from '../../../../webview/render/highlightHtml.ts';
import { markdownHtml } from '../../../../webview/render/markdownHtml.ts';

describe('links', () => {
  it('keeps the address of a web link aside, and gives the element none', () => {
    const html = markdownHtml('[docs](https://example.com/a?b=c)');
    assert.match(html, /data-link="https:\/\/example\.com\/a\?b=c"/);
    assert.doesNotMatch(html, /href/);
  });

  it('leaves only the text of any other target', () => {
    const targets = [
      'command:workbench.action.terminal.sendSequence?x',
      'vscode://file/etc/passwd',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'sandbox:/mnt/data/x.csv',
      'chart.png',
      'https:///nohost',
      '\\\\server\\share',
    ];
    for (const target of targets) {
      const html = markdownHtml(`[text](<${target}>)`);
      assert.doesNotMatch(html, /href|data-link/, target);
      assert.match(html, /<span class="dead-link">text<\/span>/, target);
    }
  });

  it('does not make links of file names', () => {
    assert.doesNotMatch(markdownHtml('Run script.py on data.zip or mail a@b.de'), /data-link/);
    assert.match(markdownHtml('See https://example.com now'), /data-link="https:\/\/example.com"/);
  });
});

describe('pictures', () => {
  it('are never loaded, and say where they would have come from', () => {
    const html = markdownHtml(
      '![secret <b>](https://evil.example/?d=1) ![r][ref]\n\n[ref]: https://two.example/x.png',
    );
    assert.doesNotMatch(html, /<img|src=/);
    assert.match(html, /\[picture from evil\.example not loaded: secret &lt;b&gt;\]/);
    assert.match(html, /two\.example/);
  });
});

describe('the real address', () => {
  it('is what a link says when the pointer rests on it', () => {
    assert.match(markdownHtml('[apple](https://\u0430pple.com/)'), /title="https:\/\/xn--pple-43d\.com\/"/);
    assert.match(
      markdownHtml('[a](https://x.test/\u202Ecod.exe)'),
      /title="https:\/\/x\.test\/%E2%80%AEcod\.exe"/,
    );
  });

  it('is whose a picture would have been, not the name before the @', () => {
    assert.match(markdownHtml('![x](https://bank.example@evil.test/)'), /picture from evil\.test not loaded/);
  });
});

describe('raw HTML', () => {
  it('is shown as text', () => {
    assert.match(markdownHtml('<img src=x onerror=alert(1)><script>x</script>'), /&lt;img src=x/);
  });
});

describe('code and tables', () => {
  it('colours known languages and escapes the rest', () => {
    assert.match(markdownHtml('```python\nimport x\n```', highlightedHtml), /hljs-keyword/);
    assert.match(markdownHtml('```mermaid\n<b>\n```', highlightedHtml), /<code>&lt;b&gt;/);
  });

  it('aligns columns by class, not by style', () => {
    const html = markdownHtml('| a | b |\n|---|--:|\n| 1 | 2 |');
    assert.match(html, /<td class="align-right">2<\/td>/);
    assert.doesNotMatch(html, /style=/);
  });
});
