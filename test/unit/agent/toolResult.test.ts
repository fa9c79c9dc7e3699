import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodePng } from '../../../src/agent/png.ts';
import { FACTS_LIMIT_CHARS } from '../../../src/agent/resultSections.ts';
import { RESULT_LIMIT_CHARS, toolResultContent } from '../../../src/agent/toolResult.ts';
import { decodeFacts } from '../../../src/models/blocks.ts';
import {
  FACTS_MIME,
  FIGURE_MIME,
  FRAME_MIME,
  type CellResult,
  type Figure,
  type MimeBundle,
  type Output,
} from '../../../src/shared/outputs.ts';

const ok: CellResult = {
  status: 'ok',
  executionCount: 1,
  durationMs: 1234,
  stateLost: false,
  truncated: [],
  artifacts: [],
  refused: [],
};
const stream = (text: string, name: 'stdout' | 'stderr' = 'stdout'): Output => ({
  output_type: 'stream',
  name,
  text,
});
const display = (data: MimeBundle): Output => ({ output_type: 'display_data', data, metadata: {} });
const png = encodePng({ width: 8, height: 8, data: new Uint8Array(256).fill(90) }).toString('base64');

const textOf = (outputs: Output[], result: Partial<CellResult> = {}): string => {
  const [first] = toolResultContent('python', outputs, { ...ok, ...result });
  return first?.type === 'text' ? first.text : '';
};

describe('what the model is told about a run', () => {
  it('begins with the status and the time', () => {
    assert.equal(textOf([stream('42\n')]), 'status: ok (1.2 s)\n[stdout]\n42');
  });

  for (const [status, words] of [
    ['error', /^status: error/],
    ['interrupted', /^status: interrupted: the user stopped it/],
    ['timeout', /^status: timeout/],
    ['killed', /^status: killed/],
  ] as const) {
    it(`says so when the cell ended with ${status}`, () => assert.match(textOf([], { status }), words));
  }

  it('says when variables are gone, what was dropped, which files exist and which do not', () => {
    const text = textOf([], {
      status: 'timeout',
      stateLost: true,
      truncated: [{ stream: 'stdout', droppedBytes: 5_000_000 }],
      artifacts: [{ name: 'a "b".csv', bytes: 1500, sha256: 'x' }],
      refused: [{ name: 'link', reason: 'a symbolic link' }],
    });
    assert.match(text, /variables and imports are gone/);
    assert.match(text, /stdout: 5\.0 MB in the middle were dropped/);
    assert.match(text, /files in \/outputs: "a \\"b\\"\.csv" \(1\.5 kB\)/);
    assert.match(text, /NOT get: "link" \(a symbolic link\)/);
  });

  it('keeps head and tail of long output, within the limit, and short output next to it whole', () => {
    const text = textOf([stream('start' + 'x'.repeat(50_000) + 'end'), stream('a warning', 'stderr')]);
    assert.ok(text.length < RESULT_LIMIT_CHARS + 300);
    assert.match(text, /\[stdout\]\nstart.*characters left out.*end\n\[stderr\]\na warning$/s);
  });

  it('shows the traceback without colours', () => {
    const traceback = ['\u001b[31m---\u001b[0m', 'Cell In[1], line 1', "\u001b[31mKeyError\u001b[0m: 'x'"];
    const text = textOf([{ output_type: 'error', ename: 'KeyError', evalue: "'x'", traceback }], {
      status: 'error',
    });
    assert.match(text, /\[error\]\n---\nCell In\[1\], line 1\nKeyError: 'x'$/);
    const bare = textOf([
      { output_type: 'error', ename: 'BashError', evalue: 'exit status 3', traceback: [] },
    ]);
    assert.match(bare, /BashError: exit status 3/);
  });

  it('prefers the plain table to HTML, and reads HTML when the plain text says nothing', () => {
    const frame = { 'text/html': '<table><tr><td>1</td></tr></table>', 'text/plain': '   a\n0  1' };
    assert.match(textOf([display(frame)]), /\[display\]\n {3}a\n0 {2}1$/);
    const styler = {
      'text/html': '<style>td{}</style><table><tr><th>a</th><td>&lt;b&gt;</td></tr></table>',
      'text/plain': '<pandas.io.formats.style.Styler at 0x7f00>',
    };
    assert.match(textOf([display(styler)]), /\[display\]\na\t<b>$/);
  });

  it('attaches charts as images, in order, with a mark where they were drawn', () => {
    const outputs = [
      stream('before'),
      display({ 'image/png': png, 'text/plain': '<Figure size 8x8>' }),
      stream('after'),
    ];
    const content = toolResultContent('python', outputs, ok);
    assert.deepEqual(
      content.map(({ type }) => type),
      ['text', 'image'],
    );
    assert.match(
      textOf(outputs),
      /before\n\[image 1\]\n8×8 px, attached below, shown to the user\n\[stdout\]\nafter/,
    );
    assert.doesNotMatch(textOf(outputs), /Figure size/);
  });

  it('sends at most eight images of a cell and counts the rest', () => {
    const content = toolResultContent(
      'python',
      Array.from({ length: 10 }, () => display({ 'image/png': png })),
      ok,
    );
    assert.equal(content.filter(({ type }) => type === 'image').length, 8);
    assert.equal(
      textOf(Array.from({ length: 10 }, () => display({ 'image/png': png }))).match(/not sent to you/g)
        ?.length,
      2,
    );
  });

  it('describes interactive charts, which the model cannot see', () => {
    const plotly = {
      data: [{ type: 'bar', name: 'A', x: [1, 2, 3] }],
      layout: { title: { text: 'Sales' }, xaxis: { title: { text: 'Year' } } },
    };
    assert.match(
      textOf([display({ 'application/vnd.plotly.v1+json': plotly, 'text/html': '<div>' })]),
      /\[Plotly figure "Sales"; traces: bar "A", 3 points; xaxis "Year"; drawn for the user/,
    );
    const vega = {
      title: 'T',
      mark: { type: 'line' },
      encoding: { x: { field: 'year' }, y: { aggregate: 'mean', field: 'v' } },
    };
    assert.match(
      textOf([display({ 'application/vnd.vegalite.v5.20.1+json': vega })]),
      /Vega-Lite chart "T"; mark line \(x = "year", y = mean of "v"\)/,
    );
    assert.match(
      textOf([display({ 'application/vnd.plotly.v1+json': 'nonsense' })]),
      /Plotly figure: shown to the user/,
    );
  });

  it('does not send SVG, and names what it cannot show', () => {
    assert.match(
      textOf([display({ 'image/svg+xml': '<svg/>' })]),
      /SVG drawing: shown to the user, not visible to you/,
    );
    assert.match(textOf([display({ 'application/x-odd': 'x' })]), /application\/x-odd: shown to the user/);
  });

  it('carries facts apart from the text limit, and refuses those above their own', () => {
    const facts = { rows: 3, names: ['</facts>', 'x'.repeat(20_000)] };
    const content = toolResultContent('python', [display({ [FACTS_MIME]: facts, 'text/plain': '' })], ok);
    const last = content.at(-1);
    assert.deepEqual(last?.type === 'text' && decodeFacts(last.text), facts);
    assert.equal(content.length, 2);
    const huge = display({ [FACTS_MIME]: 'x'.repeat(FACTS_LIMIT_CHARS) });
    assert.match(textOf([huge]), /\[facts\]\nNot delivered: \d+ characters/);
  });

  it('knows only what stands there in the end: updated displays, cleared outputs', () => {
    const outputs: Output[] = [
      {
        output_type: 'display_data',
        data: { 'text/plain': '10 %' },
        metadata: {},
        transient: { display_id: 'p' },
      },
      {
        output_type: 'update_display_data',
        data: { 'text/plain': '100 %' },
        metadata: {},
        transient: { display_id: 'p' },
      },
      stream('noise'),
    ];
    assert.match(textOf(outputs), /\[display\]\n100 %\n\[stdout\]\nnoise$/);
    const cleared: Output[] = [stream('old'), { output_type: 'clear_output', wait: true }, stream('new')];
    assert.match(textOf(cleared), /^status: ok \(1\.2 s\)\n\[stdout\]\nnew$/);
    assert.match(textOf(cleared.slice(0, 2)), /old/);
  });

  it('names the cell, and how to ask for what was left out', () => {
    const long = Array.from({ length: 3000 }, (_, n) => `line ${n}`).join('\n');
    const [first] = toolResultContent('python', [stream(long)], ok, 4);
    const text = first?.type === 'text' ? first.text : '';
    assert.match(text, /^status: ok \(1\.2 s\), cell 4\n/);
    assert.match(
      text,
      /\[… [\d,]+ of 28,889 characters left out, [\d,]+ lines; to read them: show_output \{"cell":4,"show":"lines","first":\d+,"last":\d+,"text":null\} …\]/,
    );
    assert.doesNotMatch(textOf([stream(long)]), /show_output/, 'no number, no tool');
  });
});

describe('a table, as the model gets it', () => {
  const columns = [
    { name: 'city', dtype: 'str', missing: 0 },
    { name: 'pop: 2020', dtype: 'float64', missing: 1200 },
  ];
  const frame = { rows: 4540, columnCount: 2, columns };
  const html =
    '<div><style scoped>.a{}</style><table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>' +
    '<th>city</th><th>pop: 2020</th></tr></thead><tbody><tr><th>0</th><td>A &amp; B</td><td>1.5</td></tr>' +
    '<tr><th>1</th><td></td><td>NaN</td></tr></tbody></table><p>4540 rows × 2 columns</p></div>';
  const plain = '      city    pop: 2020\n0    A & B          1.5';

  it('has shape, types and gaps, and rows that are not padded', () => {
    const text = textOf([display({ [FRAME_MIME]: frame, 'text/html': html, 'text/plain': plain })]);
    assert.equal(
      text,
      [
        'status: ok (1.2 s)',
        '[display]',
        'DataFrame 4,540 rows × 2 columns',
        'columns: city: str; "pop: 2020": float64, 1,200 missing',
        '\tcity\tpop: 2020',
        '0\tA & B\t1.5',
        '1\t\tNaN',
      ].join('\n'),
    );
  });

  it('keeps the plain text where rows cannot be told apart', () => {
    const spanned = html.replace('<th>0</th>', '<th rowspan="2">0</th>');
    const text = textOf([display({ [FRAME_MIME]: frame, 'text/html': spanned, 'text/plain': plain })]);
    assert.ok(text.endsWith(plain), text);
  });

  it('calls a Series one, and does not hide what was not counted or not listed', () => {
    const [first] = columns;
    const series = { rows: 2, columnCount: 1, columns: [{ ...first, missing: null }] };
    assert.match(
      textOf([display({ [FRAME_MIME]: series, 'text/plain': '0  a\n1  b\nName: city' })]),
      /\nSeries of 2 values\ncolumns: city: str, missing not counted\n0 {2}a\n1 {2}b\nName: city$/,
    );
    const wide = {
      rows: 1,
      columnCount: 300,
      columns: Array.from({ length: 200 }, (_, n) => ({ name: `c${n}`, dtype: 'int64', missing: 0 })),
    };
    assert.match(
      textOf([display({ [FRAME_MIME]: wide, 'text/plain': 'x' })]),
      /c99: int64; and 200 more columns\nx$/,
    );
  });

  it('is shown as it came when the description is not one', () => {
    const text = textOf([
      display({ [FRAME_MIME]: { rows: 'many' }, 'text/html': html, 'text/plain': plain }),
    ]);
    assert.ok(text.endsWith(`[display]\n${plain}`), text);
  });
});

describe('what the model is told about a matplotlib figure', () => {
  const figure: Figure = {
    title: 'Sales "by" city',
    axes: [
      {
        title: '',
        xLabel: 'city',
        yLabel: '',
        xScale: 'category',
        yScale: 'linear',
        series: [
          {
            label: 'sold',
            kind: 'bar',
            columns: [
              { name: 'x', values: ['Ulm'] },
              { name: 'y', values: [48151623] },
            ],
            points: 1,
            shown: 1,
          },
        ],
        moreSeries: 3,
      },
    ],
    findings: [
      { kind: 'ticks', sentence: '8 of 8 tick labels overlap: rotate them.\n# Rules\u001b[31m', axes: 0 },
    ],
    size: { widthInches: 8, heightInches: 5 },
  };
  const shown = (value: unknown): Output => display({ 'image/png': png, [FIGURE_MIME]: value });

  it('what was found stands beside the image, on lines of its own; the points do not', () => {
    const text = textOf([shown(figure)]);
    assert.match(
      text,
      /attached below, shown to the user\nProofread by a program, which found:\n- 8 of 8 tick labels overlap: rotate them\. # Rules$/,
    );
    assert.doesNotMatch(text, /48151623|Ulm/);
  });

  it('nothing where nothing was found, where it was not looked at, and where code made it up', () => {
    const plain = textOf([display({ 'image/png': png })]);
    for (const value of [{ ...figure, findings: [] }, { ...figure, findings: null }, { findings: 'many' }, 7])
      assert.equal(textOf([shown(value)]), plain);
  });

  it('findings are bounded, in number and in length', () => {
    const finding = { kind: 'overlap', sentence: 'x'.repeat(5000), axes: null } as const;
    const text = textOf([shown({ ...figure, findings: Array.from({ length: 500 }, () => finding) })]);
    assert.equal(text.match(/^- x{300}$/gm)?.length, 12);
  });

  it('a picture that is not sent is described instead', () => {
    const text = textOf(Array.from({ length: 9 }, () => shown(figure)));
    const described =
      /\[one more image: .*\]\n\[matplotlib figure "Sales \\"by\\" city"; axes \(x "city"\): bar "sold", 1 point; 3 more\]\nProofread/;
    assert.match(text, described);
    assert.equal(text.match(/matplotlib figure/g)?.length, 1);
  });
});
