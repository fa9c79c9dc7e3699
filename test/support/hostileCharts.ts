/** Attacks through charts and drawings; see hostileCorpus.ts. */
import { type MimeBundle } from '../../src/shared/outputs.ts';
import { type Row, type Shown } from './hostileRow.ts';

const drawing = (body: string): Shown => ({
  as: 'display',
  data: {
    'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">${body}</svg>`,
  },
});
const entities = (name: string, body: string): Shown => ({
  as: 'display',
  data: {
    'image/svg+xml': `<?xml version="1.0"?><!DOCTYPE svg [${body}]><svg xmlns="http://www.w3.org/2000/svg"><text>&${name};</text></svg>`,
  },
});

export const drawingAttacks: Readonly<Record<string, Shown>> = {
  script: drawing('<script>$RUN</script><rect width="9" height="9" onload="$RUN"/>'),
  'script from outside': drawing('<script xlink:href="$HTTP/a.js"/><script href="$HTTP/b.js"/>'),
  foreignObject: drawing(
    '<foreignObject width="99" height="49"><body xmlns="http://www.w3.org/1999/xhtml" onload="$RUN"><img src="x" onerror="$RUN"/><iframe src="$HTTP/"/></body></foreignObject>',
  ),
  pictures: drawing('<image href="$HTTP/a.png" width="9" height="9"/><image xlink:href="$HTTP/b.png"/>'),
  use: drawing(
    '<use href="data:image/svg+xml,&lt;svg id=x onload=$RUN&gt;#x"/><use xlink:href="$HTTP/a.svg#x"/>',
  ),
  styles: drawing(
    '<style>@import url($HTTP/a.css); rect{fill:url($HTTP/f.svg#x)}</style><rect width="9" height="9" style="filter:url($HTTP/g.svg#x)"/>',
  ),
  'style sheet': {
    as: 'display',
    data: {
      'image/svg+xml':
        '<?xml-stylesheet href="$HTTP/a.css"?><svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
    },
  },
  animation: drawing(
    '<a><set attributeName="href" to="javascript:$RUN"/><animate attributeName="href" values="javascript:$RUN"/><text y="20">x</text></a>',
  ),
  'links and handlers': drawing(
    '<a href="javascript:$RUN" target="_top"><text y="20">x</text></a><rect width="99" height="49" onclick="$RUN"/>',
  ),
  'an entity bomb': entities(
    'f',
    ['b', 'c', 'd', 'e', 'f']
      .map((name, at) => `<!ENTITY ${name} "${`&${'abcde'[at] ?? ''};`.repeat(10)}">`)
      .join('') + '<!ENTITY a "aaaaaaaaaa">',
  ),
  'an entity from outside': entities('x', '<!ENTITY x SYSTEM "$HTTP/x">'),
  'a file as an entity': entities('x', '<!ENTITY x SYSTEM "file:///etc/passwd">'),
  'a giant': {
    as: 'display',
    data: {
      'image/svg+xml':
        '<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"><rect width="1e9" height="1e9"/></svg>',
    },
  },
  'many filters': drawing(
    `${'<filter id="f"><feTurbulence numOctaves="9" baseFrequency="9"/><feGaussianBlur stdDeviation="99"/></filter>'.repeat(20)}<rect width="99" height="49" filter="url(#f)"/>`,
  ),
};

const chart = (data: MimeBundle): Shown => ({ as: 'display', data: { ...data, 'text/plain': 'alt' } });
const lite = (spec: Record<string, unknown>): Shown =>
  chart({
    'application/vnd.vegalite.v5+json': {
      $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
      mark: 'bar',
      data: { values: [{ a: 'A', b: 1, u: '$HTTP/u.png', h: 'javascript:$RUN' }] },
      encoding: { x: { field: 'a' }, y: { field: 'b', type: 'quantitative' } },
      ...spec,
    },
  });
const vega = (spec: Record<string, unknown>): Shown =>
  chart({ 'application/vnd.vega.v5+json': { width: 80, height: 40, marks: [], ...spec } });
const plotly = (layout: Record<string, unknown>, trace: Record<string, unknown> = {}, more = {}): Shown =>
  chart({
    'application/vnd.plotly.v1+json': {
      data: [{ type: 'bar', x: ['a'], y: [1], ...trace }],
      layout,
      ...more,
    },
  });
/** A key that JSON can have, and an object literal cannot. */
const polluting = (value: unknown): Record<string, unknown> =>
  JSON.parse(
    `{"__proto__":${JSON.stringify(value)},"constructor":{"prototype":${JSON.stringify(value)}}}`,
  ) as Record<string, unknown>;

export const chartAttacks: readonly Row[] = [
  {
    id: 'O6',
    promise: 'a Vega chart loads nothing and computes nothing but its own values',
    attacks: {
      'data from outside': lite({ data: { url: '$HTTP/a.csv' } }),
      'data by name': lite({ data: { url: 'file:///etc/passwd' } }),
      'the constructor in a filter': lite({
        transform: [{ filter: `[].constructor.constructor("$RUN")()` }],
      }),
      'the constructor in a formula': lite({
        transform: [{ calculate: `toString.constructor("$RUN")()`, as: 'z' }],
      }),
      'a map of callbacks': lite({
        transform: [{ calculate: `replace('x', /x/, {__proto__: 1})`, as: 'z' }],
      }),
      'the window of an event': vega({
        signals: [
          {
            name: 's',
            on: [{ events: 'window:load', update: `event.view.setTimeout("$RUN")` }],
            init: `this.window`,
          },
        ],
      }),
      timers: vega({
        signals: [{ name: 's', on: [{ events: 'timer{50}', update: `event.view.eval("$RUN")` }] }],
      }),
      'links of marks': lite({
        mark: 'point',
        encoding: { x: { field: 'a' }, href: { field: 'h' }, url: { field: 'u' } },
      }),
      'pictures of marks': lite({ mark: 'image', encoding: { url: { field: 'u' }, x: { field: 'a' } } }),
      'options for an embedding page': lite({
        usermeta: {
          embedOptions: {
            loader: { baseURL: '$HTTP/' },
            patch: '$HTTP/p.json',
            ast: false,
            actions: true,
            defaultStyle: '$HTTP/',
          },
        },
      }),
      'a tooltip of markup': lite({
        encoding: { x: { field: 'a' }, tooltip: { value: '<img src=x onerror="$RUN">' } },
        title: '<img src=x onerror="$RUN">',
      }),
      'a map from outside': lite({
        mark: 'geoshape',
        data: { url: '$HTTP/world.json', format: { type: 'topojson', feature: 'countries' } },
      }),
      'lookups from outside': lite({
        transform: [{ lookup: 'a', from: { data: { url: '$HTTP/l.csv' }, key: 'a', fields: ['b'] } }],
      }),
      'fonts from outside': lite({
        config: { font: `x; background:url($HTTP/f)`, background: 'url($HTTP/b)' },
      }),
      'keys that pollute': lite({ config: polluting({ polluted: 1 }), params: [polluting({ polluted: 1 })] }),
      'a giant': lite({ width: 1e9, height: 1e9 }),
      'a million values': lite({ data: { sequence: { start: 0, stop: 1e9, as: 'a' } } }),
    },
  },
  {
    id: 'O7',
    promise: 'a Plotly chart loads nothing, links nowhere and reaches no object of ours',
    attacks: {
      pictures: plotly({
        images: [{ source: '$HTTP/a.png', xref: 'paper', yref: 'paper', x: 0, y: 1, sizex: 1, sizey: 1 }],
      }),
      'picture traces': plotly({}, { type: 'image', source: '$HTTP/a.png' }),
      links: plotly(
        { title: { text: '<a href="javascript:$RUN">t</a><a href="$HTTP/">u</a>' } },
        { text: ['<a href="javascript:$RUN">x</a>'], textposition: 'inside' },
      ),
      'nested links': plotly({
        title: { text: '<<a>a href="javascript:$RUN">t</<a>a><a\nhref="javascript:$RUN">u' },
        annotations: [{ text: '<a/href="javascript:$RUN">v</a>', x: 0, y: 0, captureevents: true }],
      }),
      markup: plotly(
        {
          title: {
            text: '<img src=x onerror="$RUN"><script>$RUN</script><span style="background:url($HTTP/s)">s</span>',
          },
        },
        { hovertemplate: '<img src=x onerror="$RUN">' },
      ),
      'a map': plotly(
        { geo: { scope: 'world' }, mapbox: { style: '$HTTP/style.json', accesstoken: 'x' } },
        { type: 'choropleth', geojson: '$HTTP/g.json', locations: ['a'], z: [1] },
      ),
      tiles: plotly(
        {
          map: { style: '$HTTP/s.json', layers: [{ source: '$HTTP/{z}/{x}/{y}.png', sourcetype: 'raster' }] },
        },
        { type: 'scattermap', lat: [1], lon: [1] },
      ),
      configuration: plotly(
        {},
        {},
        {
          config: {
            plotlyServerURL: '$HTTP/',
            showSendToCloud: true,
            showLink: true,
            linkText: 'x',
            topojsonURL: '$HTTP/',
            displaylogo: true,
            modeBarButtonsToAdd: [{ click: '$RUN' }],
          },
        },
      ),
      formulas: plotly(
        { title: { text: '$\\href{javascript:$RUN}{x}$' } },
        { name: '$\\includegraphics{$HTTP/a.png}$' },
      ),
      'keys that pollute': plotly(polluting({ polluted: 1 }), polluting({ polluted: 1 }), {
        frames: [polluting({ polluted: 1 })],
      }),
      'buttons and frames': plotly(
        {
          updatemenus: [
            {
              buttons: [
                { method: 'restyle', args: ['source', '$HTTP/a'], label: '<a href="javascript:$RUN">x</a>' },
              ],
            },
          ],
        },
        {},
        { frames: [{ layout: { images: [{ source: '$HTTP/f.png' }] } }] },
      ),
      'styles of fonts': plotly(
        {
          font: { family: `x";background:url($HTTP/f);"`, color: 'url($HTTP/c)' },
          paper_bgcolor: 'url($HTTP/p)',
        },
        { marker: { color: 'url($HTTP/m)', pattern: { path: 'url($HTTP/q)' } } },
      ),
      'a giant': plotly({ width: 1e9, height: 1e9 }),
      'many marks': plotly(
        {},
        { x: Array.from({ length: 5000 }, (_, n) => n), y: Array.from({ length: 5000 }, () => 1) },
      ),
    },
  },
];
