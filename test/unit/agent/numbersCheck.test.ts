import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkNumbers, questionOf, watchAnswer } from '../../../src/agent/numbersCheck.ts';
import type { CellSource } from '../../../src/agent/numbers/sources.ts';
import type { TurnEvent } from '../../../src/agent/loop.ts';
import type { Message } from '../../../src/models/model.ts';
import type { MimeBundle, Output } from '../../../src/shared/outputs.ts';

const stdout = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const display = (data: MimeBundle): Output => ({ output_type: 'display_data', data, metadata: {} });
const cell = (cellId: string, ...outputs: Output[]): CellSource => ({
  cellId,
  code: '',
  outputs,
  result: null,
});

/** Each judged figure as "figure → cell", or "figure → ?". */
function judged(
  text: string,
  cells: readonly CellSource[],
  question = '',
  earlier: readonly CellSource[] = [],
): string[] {
  return checkNumbers(text, { cells, earlier, question }).map(
    ({ start, end, cellId }) => `${text.slice(start, end)} → ${cellId ?? '?'}`,
  );
}
const inOutput = (answer: string, output: string): string[] => judged(answer, [cell('c1', stdout(output))]);

describe('a figure of an answer is found in an output', () => {
  for (const [answer, output, shown] of [
    ['It is 3.1.', '3.14159', '3.1'],
    ['It is 37.6 %.', '0.37581', '37.6 %'],
    ['It is 37.6%.', '37.58', '37.6%'],
    ['There are 1,234,567.', '1234567', '1,234,567'],
    ['Es sind 1.234.567,5.', '1234567.49', '1.234.567,5'],
    ['Il y en a 12\u202f345,6.', '12345.6', '12\u202f345,6'],
    ['Il y en a 12 345.', '12345', '12 345'],
    ['Es sind 12’345.', '12345', '12’345'],
    ['In India 12,34,567.', '1234567', '12,34,567'],
    ['Sales: $1.2M.', '1187000', '1.2M'],
    ['Umsatz 1,2 Mio.', '1187000', '1,2 Mio.'],
    ['It has 3.4 billion.', '3397000000', '3.4 billion'],
    ['It was 4.5e-7.', '4.52e-07', '4.5e-7'],
    ['It was 4.5 × 10⁻⁷.', '4.52e-07', '4.5 × 10⁻⁷'],
    ['It fell by 12.5.', '-12.5', '12.5'],
    ['A change of −12.5 came.', '-12.5', '−12.5'],
    ['It lost -$12.50.', '-12.5', '-$12.50'],
    ['About 1,200 people came.', '1187', '1,200'],
    ['More than 40,000 came.', '41870', '40,000'],
    ['Nearly 40% came.', '38.9', '40%'],
    ['**37.6**', '37.6', '37.6'],
    ['_37.6_', '37.6', '37.6'],
    ['| a | 37.6 |', '37.6', '37.6'],
  ] as const) {
    it(`${JSON.stringify(answer)} from ${JSON.stringify(output)}`, () => {
      assert.deepEqual(inOutput(answer, output), [`${shown} → c1`]);
    });
  }

  it('both ends of a range', () => {
    assert.deepEqual(inOutput('Between 12.5–37.5 kg, or 12.5-37.5.', '12.5 37.5'), [
      '12.5 → c1',
      '37.5 → c1',
      '12.5 → c1',
      '37.5 → c1',
    ]);
  });
});

describe('a figure that no output has is marked', () => {
  for (const [answer, output, shown] of [
    ['It is 3.2.', '3.14159', '3.2'],
    ['It is 38.6 %.', '0.37581', '38.6 %'],
    ['There are 1,243,567.', '1234567', '1,243,567'],
    ['Sales: $1.3M.', '1187000', '1.3M'],
    ['It was 4.5e-6.', '4.52e-07', '4.5e-6'],
    ['It rose: +12.5.', '-12.5', '+12.5'],
    ['It fell: −12.5.', '12.5', '−12.5'],
    ['About 1,400 people came.', '1187', '1,400'],
    ['More than 50,000 came.', '41870', '50,000'],
    ['There are 1987 rows.', '1897', '1987'],
  ] as const) {
    it(`${JSON.stringify(answer)} beside ${JSON.stringify(output)}`, () => {
      assert.deepEqual(inOutput(answer, output), [`${shown} → ?`]);
    });
  }
});

describe('what is no figure is left alone', () => {
  for (const text of [
    'Use `x = 4711` or\n\n```python\ny = 4712\n```\n\n~~~\n4713\n~~~\nand so on.',
    'See [4711](https://example.com/4712), https://example.com/4713 and <https://example.com/4714>.',
    '11. The eleventh\n12. The twelfth\n\n- 13) x\n\n### 14. Part\n',
    'On 2024-03-15 at 14:35:20, 15.03.2024, 3/15/2024, March 15, 2024, 15 March, am 15. März 2024, le 15 mars.',
    'In 1987, from 1999 to 2024, the 1990s, 2019–2024, Q3 2024, FY24.',
    'The host data.example.org:8443 is closed, files.example.org:443 too; port 8080 is open.',
    'Python 3.13.2, pandas 2.3, version 14.2, v14.3; file report-4711.csv, data/4711/x.txt, CO2, x12, p95.',
    'The 11th and 22nd, 42e, Table 12, Figure 13, step 14, #4711.',
    'I drew 3 charts in 2 steps.',
    'p < 0.001, with a 95% confidence interval',
    'A &#8239; space',
    'two thousand',
  ]) {
    it(JSON.stringify(text), () => assert.deepEqual(inOutput(text, '0.5'), []));
  }

  it('a figure of the question is neither linked nor marked', () => {
    assert.deepEqual(judged('With 19.5 % it is 47.', [cell('c1', stdout('47'))], 'Add 19.5 %!'), ['47 → c1']);
  });

  it('a small count is linked beside its noun, and never marked', () => {
    const cells = [cell('c1', stdout('outliers: 5')), cell('c2', stdout('5'))];
    assert.deepEqual(judged('There are 5 outliers in 5 charts, 6 outliers.', cells), ['5 → c1']);
  });
});

describe('simple sums in the head', () => {
  for (const [answer, output] of [
    ['It went from 120 to 182, which is 51.7% more.', '120\n182'],
    ['It went from 120 to 182: 62 more, 302 together.', '120\n182'],
    ['The first is 182, the second 120, 1.52 times as much.', '120 182'],
    ['Of them 37.5 % are new, 62.5 % are not.', '0.375'],
    ['The total is 1,366.', 'a 341\nb 298\nc 727'],
    ['b has a share of 21.8%.', 'a 341\nb 298\nc 727'],
  ] as const) {
    it(JSON.stringify(answer), () => {
      const checked = inOutput(answer, output);
      assert.ok(checked.length > 0 && checked.every((one) => one.endsWith('→ c1')), checked.join(', '));
    });
  }

  it('are not made of a large output: among many pairs some pair gives anything', () => {
    const many = Array.from({ length: 60 }, (_, n) => (n * 7919.37) % 1000).join('\n');
    const answers = Array.from({ length: 50 }, (_, n) => `It is ${(n * 61.7 + 0.3).toFixed(1)} %.`);
    const marked = answers.filter((answer) => inOutput(answer, many)[0]?.endsWith('?'));
    assert.ok(marked.length >= 35, `${marked.length} of 50`);
  });
});

describe('the sources', () => {
  it('are tables, results, errors and the data of charts; pictures give nothing', () => {
    const cells = [
      cell(
        'html',
        display({ 'text/html': '<style>a{width:78.9px}</style><td>11.1</td>', 'text/plain': '…' }),
      ),
      cell('error', { output_type: 'error', ename: 'E', evalue: 'limit 22.2', traceback: [] }),
      cell('vega', display({ 'application/vnd.vegalite.v5+json': { data: { values: [{ a: 33.3 }] } } })),
      cell(
        'plotly',
        display({
          'application/vnd.plotly.v1+json': {
            data: [
              { y: { dtype: 'f8', bdata: Buffer.from(new Float64Array([44.4]).buffer).toString('base64') } },
            ],
          },
        }),
      ),
      cell('png', display({ 'image/png': '57.3', 'image/svg+xml': '<text>57.3</text>' })),
      { ...cell('code'), code: 'x = 66.6' },
    ];
    assert.deepEqual(judged('11.1, 22.2, 33.3, 44.4; 57.3; 66.6; 78.9', cells), [
      '11.1 → html',
      '22.2 → error',
      '33.3 → vega',
      '44.4 → plotly',
      '57.3 → ?',
      '66.6 → code',
      '78.9 → ?',
    ]);
  });

  it('are what stands there in the end, of the latest cell that has it, then of earlier turns', () => {
    const cells = [
      cell('c1', stdout('11.1 22.2')),
      cell('c2', stdout('35.9'), { output_type: 'clear_output', wait: false }, stdout('11.1')),
    ];
    assert.deepEqual(judged('11.1 and 22.2, 35.9, 44.4', cells, '', [cell('old', stdout('44.4 11.1'))]), [
      '11.1 → c2',
      '22.2 → c1',
      '35.9 → ?',
      '44.4 → old',
    ]);
  });
});

describe('at the end of a turn', () => {
  const text = (blockId: string, delta: string): TurnEvent => ({
    type: 'text',
    turnId: 't1',
    blockId,
    delta,
  });
  const ran = (cellId: string, output: Output): TurnEvent[] => [
    { type: 'cell_started', turnId: 't1', cellId, language: 'python' },
    { type: 'cell_running', cellId, purpose: '', code: '', executionCount: 1 },
    { type: 'cell_output', cellId, output },
  ];
  const run = (events: readonly TurnEvent[], earlier: readonly TurnEvent[] = []): TurnEvent[] => {
    const emitted: TurnEvent[] = [];
    const watch = watchAnswer({ turnId: 't1', emit: (event) => emitted.push(event), earlier });
    for (const event of events) watch.emit(event);
    assert.deepEqual(emitted, events, 'everything goes on as it came');
    watch.check('');
    return emitted.slice(events.length);
  };

  it('the blocks after the last cell are checked, those that were taken back are not', () => {
    const events: TurnEvent[] = [
      text('b0', 'I expect 99.9.'),
      ...ran('c1', stdout('12.5')),
      text('gone', '88.8'),
      { type: 'blocks_dropped', turnId: 't1', blockIds: ['gone'] },
      text('b1', 'It is 12'),
      text('b1', '.5, not 13.5.'),
    ];
    assert.deepEqual(run(events), [
      {
        type: 'answer_checked',
        turnId: 't1',
        blockId: 'b1',
        numbers: [
          { start: 6, end: 10, cellId: 'c1' },
          { start: 16, end: 20, cellId: null },
        ],
      },
    ]);
  });

  it('nothing is said without any output, and earlier outputs count', () => {
    assert.deepEqual(run([text('b1', 'Pi is 3.14.')]), []);
    const [checked] = run([text('b1', 'It was 12.5.')], ran('old', stdout('12.5')));
    assert.deepEqual(checked?.type === 'answer_checked' && checked.numbers, [
      { start: 7, end: 11, cellId: 'old' },
    ]);
  });
});

it('long and odd texts take no long time', () => {
  for (const part of ['1,', '1 ', 'a.', '`', '[', '1', 'x/', '-1.', 'a-']) {
    const text = part.repeat(50_000);
    const startedAt = performance.now();
    judged(text, [cell('c1', stdout(text))]);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < 8000, `${JSON.stringify(part)}: ${tookMs} ms`);
  }
});

it('what was asked is everything behind the last answer, whatever was added to it', () => {
  const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
  const answer: Message = { role: 'assistant', content: [{ type: 'text', text: 'It is 1.' }] };
  assert.equal(questionOf([user('old'), answer, user('Is it 47.5?'), user('a note')]), 'Is it 47.5?\na note');
});
