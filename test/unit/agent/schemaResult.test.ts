import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namesIn, visibleMessages } from '../../../src/agent/privacy.ts';
import { schemaResultContent, typeName } from '../../../src/agent/schemaResult.ts';
import { encodeReleased, encodeRequest } from '../../../src/models/blocks.ts';
import type { Message } from '../../../src/models/model.ts';
import {
  FACTS_MIME,
  FIGURE_MIME,
  FRAME_MIME,
  type CellResult,
  type Output,
} from '../../../src/shared/outputs.ts';

const ok: CellResult = {
  status: 'ok',
  executionCount: 3,
  durationMs: 1234,
  stateLost: false,
  truncated: [],
  artifacts: [],
  refused: [],
};

function told(
  outputs: Output[],
  more: { result?: Partial<CellResult>; code?: string; known?: string[] } = {},
) {
  const content = schemaResultContent({
    language: 'python',
    code: more.code ?? 'a\nb\nc',
    outputs,
    result: { ...ok, ...more.result },
    knows: (name) => (more.known ?? []).includes(name),
  });
  assert.equal(content.length, 1);
  return content[0]?.text ?? '';
}
const show = (data: Record<string, unknown>): Output => ({ output_type: 'display_data', data, metadata: {} });

describe('a result for a model that sees names and types only', () => {
  it('says how the cell ended, and how much of what kind it put out', () => {
    const text = told([
      { output_type: 'stream', name: 'stdout', text: 'Ada\nGrace\n' },
      show({ 'image/png': 'AAAA', 'text/plain': '<Figure>' }),
    ]);
    assert.match(text, /^status: ok \(1\.2 s\)\nexecution count: 3\n/);
    assert.match(
      text,
      /- stdout: 2 lines, 9 characters\n- display: image\/png \(4 characters\), text\/plain/,
    );
    assert.doesNotMatch(text, /Ada|Grace|AAAA|Figure/);
  });

  it('names the columns the model knows, and counts the others by type', () => {
    const columns = [
      { name: 'age', dtype: 'int64', missing: 2 },
      { name: 'Ada Lovelace', dtype: 'float64', missing: 0 },
      { name: 'Grace Hopper', dtype: 'float64', missing: 0 },
    ];
    const frame = { rows: 454, columnCount: 3, columns };
    const text = told([show({ [FRAME_MIME]: frame, 'text/html': '<td>Ada</td>', 'text/plain': 'Ada' })], {
      known: ['age'],
    });
    assert.match(text, /table, 454 rows × 3 columns\n {2}"age": int64, 2 missing\n {2}2 columns whose names/);
    assert.match(text, /withheld: 2 × float64/);
    assert.doesNotMatch(text, /Ada|Grace/);
  });

  it('says which kinds of flaws a figure has, in words of its own, and nothing of what it holds', () => {
    const finding = (kind: string) => ({ kind, sentence: 'The title "Ada" is cut off.', axes: 1815 });
    const columns = [{ name: 'x', values: ['Ada'] }];
    const series = [{ label: 'Ada', kind: 'bar', columns, points: 1815, shown: 1 }];
    const axes = {
      title: 'Ada',
      xLabel: 'Ada',
      yLabel: '',
      xScale: 'linear',
      yScale: 'Ada',
      series,
      moreSeries: 1815,
    };
    const figure = {
      title: 'Ada',
      axes: [axes],
      findings: ['clipped', 'ticks', 'clipped'].map(finding),
      size: { widthInches: 1815, heightInches: 1 },
    };
    const text = told([show({ 'image/png': 'AAAA', [FIGURE_MIME]: figure })], { known: ['Ada'] });
    assert.match(
      text,
      /\n- display: image\/png \(4 characters\) \(proofread by a program: a text is cut off, tick labels overlap or are too small\)$/,
    );
    const made = told([
      show({ 'image/png': 'AAAA', [FIGURE_MIME]: { ...figure, findings: [finding('Ada')] } }),
    ]);
    assert.match(made, /\n- display: image\/png \(4 characters\)$/);
    for (const one of [text, made]) assert.doesNotMatch(one, /Ada|1815/);
  });

  it('gives the class and the line of an error, never its message', () => {
    const traceback = ['Cell In[3], line 2\n      1 a\n----> 2 b\n', "KeyError: 'Ada'"];
    const error = { output_type: 'error', ename: 'KeyError', evalue: "'Ada'", traceback } as const;
    assert.match(told([{ ...error, traceback }]), /- KeyError in line 2 of this cell \(message withheld\)/);
    assert.doesNotMatch(told([{ ...error, traceback }]), /Ada/);
    assert.match(told([{ ...error, ename: 'AdaLovelace', traceback: [] }]), /- an error of another class \(/);
    const far = ['Cell In[3], line 1815\n'];
    assert.doesNotMatch(told([{ ...error, traceback: far }]), /1815/, 'the cell has three lines');
  });

  it('names a file only when the model wrote its name, and no reason or stream of the container', () => {
    const text = told([show({ [FACTS_MIME]: { top: 'Ada' }, 'application/x-ada': 'x' })], {
      known: ['report.csv'],
      result: {
        artifacts: [
          { name: 'report.csv', bytes: 1500, sha256: '' },
          { name: 'Ada.csv', bytes: 10, sha256: '' },
        ],
        refused: [{ name: 'Ada', reason: 'Ada is a link' }],
        truncated: [{ stream: 'Ada', droppedBytes: 5000 }],
      },
    });
    assert.match(text, /"report\.csv" \(1\.5 kB\), a file \(name withheld\) \(10 bytes\)/);
    assert.match(text, /files that the user does NOT get: 1/);
    assert.match(text, /another type \(1 character\)/);
    assert.doesNotMatch(text, /Ada|ada/);
  });

  it('takes types from a closed list: fields and categories can be values', () => {
    assert.equal(typeName('datetime64[ns, Europe/Berlin]'), 'datetime64 with time zone');
    assert.equal(typeName('struct<Ada: int64>'), 'another type');
    for (const dtype of ['int64', 'object', 'str', 'category', 'Float64', 'datetime64[ns]', 'Utf8']) {
      assert.equal(typeName(dtype), dtype);
    }
  });
});

describe('names that the model has', () => {
  const names = namesIn([
    { role: 'user', content: [{ type: 'text', text: 'Sum "Net Sales (EUR)" by região, not Regionx.' }] },
    {
      role: 'assistant',
      content: [{ type: 'tool_use', id: 'a', name: 'python', input: { purpose: '', code: "df['profit']" } }],
    },
  ]);
  it('stand in the conversation as words of their own', () => {
    for (const name of ['Net Sales (EUR)', 'região', 'profit']) assert.ok(names(name), name);
    for (const name of ['Region', 'regi', 'rof', 'Ada', '', ' ']) assert.ok(!names(name), name);
  });
});

describe('a conversation after the switch to names and types', () => {
  const image = { type: 'image', mediaType: 'image/png', data: 'ADA' } as const;
  const history: Message[] = [
    { role: 'user', content: encodeRequest({ intent: 'ask', text: 'Who?', files: [] }) },
    { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, cell('one', 'df.head()')] },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          toolUseId: 'one',
          content: [{ type: 'text', text: 'Ada' }, image],
          isError: false,
          schemaContent: [{ type: 'text', text: 'status: ok' }],
        },
      ],
    },
    {
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 'Ada!', signature: 's' }, cell('two', "df[df.n == 'Ada']")],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', toolUseId: 'two', content: [{ type: 'text', text: 'Ada' }], isError: true },
        ...encodeReleased('c', [{ type: 'text', text: 'released words' }, image]),
      ],
    },
    { role: 'assistant', content: [{ type: 'text', text: 'It is Ada.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Thanks.' }], privacy: 'schema' },
    { role: 'assistant', content: [{ type: 'text', text: 'Made blind.' }], privacy: 'schema' },
  ];
  function cell(id: string, code: string) {
    return { type: 'tool_use', id, name: 'python', input: { purpose: 'x', code } } as const;
  }

  it('is the same under `full`', () => assert.deepEqual(visibleMessages('full', history), history));

  it('has nothing of the data and keeps what the user said or released', () => {
    const visible = visibleMessages('schema', history);
    const text = JSON.stringify(visible);
    assert.doesNotMatch(text, /Ada/);
    for (const kept of [
      'Who?',
      'I look.',
      'df.head()',
      'status: ok',
      'released words',
      'Thanks.',
      'Made blind.',
    ]) {
      assert.ok(text.includes(kept), kept);
    }
    assert.equal(text.match(/ADA/g)?.length, 1, 'the picture that was released');
    assert.match(text, /Failed\. What came back is withheld/);
    const ids = (type: string) =>
      [...text.matchAll(new RegExp(`"${type}":"(one|two)"`, 'g'))].map((m) => m[1]);
    assert.deepEqual(ids('id'), ids('toolUseId'));
  });
});
