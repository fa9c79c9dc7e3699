/** Sessions as the host would send them: outputs are real ones, recorded from the sandbox's libraries. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NewSessionEvent, type SessionEvent } from '../../../src/shared/events.ts';
import { type CellResult, type MimeBundle, type Output } from '../../../src/shared/outputs.ts';
import { type PanelState } from '../../../src/shared/protocol.ts';

type BundleName =
  | 'png'
  | 'svg'
  | 'table'
  | 'multiTable'
  | 'plotlyLine'
  | 'plotlyHistogram'
  | 'plotlyBox'
  | 'plotlyHeatmap'
  | 'plotly3d'
  | 'vegaBar'
  | 'vegaFacet';
interface RecordedError {
  ename: string;
  evalue: string;
  traceback: string[];
}
type Recorded = Record<BundleName, MimeBundle> & {
  error: RecordedError;
  syntaxError: RecordedError;
  errorCode: string;
};

export const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/webview/bundles.json'), 'utf8'),
) as Recorded;

export const display = (data: MimeBundle): Output => ({ output_type: 'display_data', data, metadata: {} });
export const stdout = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

export const panelState = (change: Partial<PanelState> = {}): PanelState => ({
  sessionId: 's1',
  title: 'Sales analysis',
  trusted: true,
  turn: 'idle',
  sandbox: { kind: 'ready', detail: 'Python 3.13, Debian' },
  model: {
    id: 'analyst',
    label: 'Built-in analyst: fixed steps, no language model',
    provider: null,
    hasKey: false,
  },
  suggestions: [],
  mode: 'auto',
  privacy: 'full',
  queue: [],
  ...change,
});

export const claude = { id: 'claude-sonnet', label: 'Claude Sonnet', provider: 'Anthropic', hasKey: true };

/** A running cell counts from its start: a moment ago. */
const START = Date.now() - 5000;
/** When pictures are taken: clocks stand still in them. */
export const PICTURE_TIME = START + 5000;

/** Of a cell that ended well. */
export const cellResult = (change: Partial<CellResult>): CellResult => ({
  status: 'ok',
  executionCount: 1,
  durationMs: 0,
  stateLost: false,
  truncated: [],
  artifacts: [],
  refused: [],
  ...change,
});

/** Gives events their place, as the transcript does. */
export class Log {
  readonly events: SessionEvent[] = [];
  private seq = 0;

  /** Returns the event just added, for pushing it later. */
  add(event: NewSessionEvent): SessionEvent {
    this.seq++;
    const stamped: SessionEvent = { ...event, seq: this.seq, at: START + this.seq * 100 };
    this.events.push(stamped);
    return stamped;
  }

  ask(text: string, files: string[] = [], turnId = 't1', model = 'Built-in analyst'): void {
    this.add({
      type: 'user_message',
      turnId,
      intent: text === '' ? 'chart' : 'ask',
      text,
      files: files.map((label) => ({ label, containerPath: `/workspace/${label}` })),
    });
    this.add({ type: 'turn_started', turnId, model: { id: 'm', label: model } });
  }

  say(delta: string, blockId = `b${String(this.seq)}`, turnId = 't1'): void {
    this.add({ type: 'text', turnId, blockId, delta });
  }

  write(
    cellId: string,
    purpose: string,
    code: string,
    language: 'python' | 'bash' | 'javascript' = 'python',
    turnId = 't1',
  ): void {
    this.add({ type: 'cell_started', turnId, cellId, language });
    this.add({ type: 'cell_code', cellId, purpose, code });
  }

  /** A whole cell, from the first letter to the end. */
  cell(
    cellId: string,
    purpose: string,
    code: string,
    outputs: readonly Output[] = [],
    result: Partial<CellResult> = {},
    turnId = 't1',
  ): void {
    this.write(cellId, purpose, code, 'python', turnId);
    const executionCount = Number(/\d+/.exec(cellId)?.[0] ?? 1);
    this.add({ type: 'cell_running', cellId, purpose, code, executionCount });
    for (const output of outputs) this.add({ type: 'cell_output', cellId, output });
    for (const artifact of result.artifacts ?? []) this.add({ type: 'artifact_stored', cellId, ...artifact });
    this.add({
      type: 'cell_done',
      cellId,
      result: cellResult({ executionCount, durationMs: 340, ...result }),
    });
  }

  end(end: Extract<SessionEvent, { type: 'turn_ended' }>['end'] = { kind: 'finished' }, turnId = 't1'): void {
    const usage = { inputTokens: 1200, outputTokens: 300, cacheReadTokens: 0, cacheWriteTokens: 0 };
    this.add({ type: 'turn_ended', turnId, end, usage });
  }
}

export const artifact = (name: string, bytes: number): CellResult['artifacts'][number] => ({
  name,
  bytes,
  sha256: 'ab'.repeat(32),
});

const LOAD = `import pandas as pd

df = pd.read_csv("/workspace/data/sales.csv", parse_dates=["month"])
df.head(8)`;

const LONG = `import matplotlib.pyplot as plt

# Monthly totals over all regions
monthly = (
    df.groupby("month", as_index=False)["revenue"]
    .sum()
    .sort_values("month")
)
fig, ax = plt.subplots(figsize=(7, 4))
ax.plot(monthly["month"], monthly["revenue"], marker="o")
ax.set_title("Revenue by month")
ax.set_ylabel("Revenue (k€)")
ax.grid(alpha=0.3)
fig.tight_layout()
plt.show()`;

const SUMMARY = `Revenue grew by **52 %** over the two years, with a clear dip every summer.

| Region | Mean revenue | Orders |
|:-------|-------------:|-------:|
| North  | 131.2 | 341 |
| South  | 128.9 | 298 |

1. The strongest month is *December 2026*.
2. \`South\` varies most; see the [method](https://example.com/method).

\`\`\`python
monthly.tail(3)  # the last quarter
\`\`\``;

/** Everything once: what the pictures show. */
export function conversation(): Log {
  const log = new Log();
  log.add({ type: 'session_started', sessionId: 's1', title: 'Sales analysis' });
  log.ask('How did revenue develop, and which region is strongest?', ['data/sales.csv']);
  log.add({
    type: 'thinking',
    turnId: 't1',
    blockId: 'th',
    delta: 'The file has a month column; a line chart fits.',
  });
  log.say('I will open the file first, then draw revenue over time.');
  log.cell('c1', 'Open the file and look at the first rows', LOAD, [
    stdout('24 rows × 4 columns\n\x1b[32m✓ no missing values\x1b[0m\n'),
    { output_type: 'execute_result', execution_count: 1, data: recorded.table, metadata: {} },
  ]);
  log.cell('c2', 'Revenue by month', LONG, [display(recorded.png)], {
    durationMs: 2140,
    artifacts: [artifact('revenue-by-month.png', 31_245), artifact('monthly.csv', 912)],
  });
  log.say(SUMMARY);
  log.end();
  return log;
}

/** A function of the first cell fails when the second calls it, and a module of the workspace when the third does. */
export function failing(): Log {
  const log = new Log();
  log.ask('Sum the revenue for each month', ['data/sales.csv'], 't1', 'Claude Sonnet');
  log.cell(
    'c3',
    'Sum revenue for each month',
    recorded.errorCode,
    [{ output_type: 'error', ...recorded.error }],
    { status: 'error', durationMs: 95 },
  );
  return log;
}

/** Things that went wrong, and a turn still running. */
export function troubles(): Log {
  const log = failing();
  log.say('The table has no column `month`; I will build it from the date.');
  log.cell(
    'c4',
    'Wait for a file that never comes',
    'import time\nwhile True:\n    time.sleep(1)',
    [{ output_type: 'stream', name: 'stderr', text: 'waiting for input.csv\n' }],
    {
      status: 'timeout',
      durationMs: 120_000,
      stateLost: true,
      truncated: [{ stream: 'stdout', droppedBytes: 1_250_000 }],
      refused: [{ name: 'link.csv', reason: 'it is a link' }],
    },
  );
  log.end({
    kind: 'failed',
    failure: {
      code: 'model-key-refused',
      sentence: 'The API key was not accepted.',
      remedy: { text: 'Enter a key that is valid.', command: 'codeInterpreter.setApiKey' },
    },
  });
  log.add({
    type: 'notice',
    level: 'warning',
    text: 'The sandbox was restarted: variables of earlier cells are gone.',
  });
  log.ask('Try again with the date column', [], 't2', 'Claude Sonnet');
  log.write('c5', 'Count the lines', 'wc -l /workspace/data/*.csv', 'bash', 't2');
  log.add({
    type: 'cell_running',
    cellId: 'c5',
    purpose: 'Count the lines',
    code: 'wc -l /workspace/data/*.csv',
    executionCount: 1,
  });
  log.add({
    type: 'cell_output',
    cellId: 'c5',
    output: stdout(' 50%|█████     | 12/24\r100%|██████████| 24/24\n'),
  });
  log.write(
    'c6',
    'Draw the result',
    'const rows = await load("x.csv");\nconsole.log(rows.length);',
    'javascript',
    't2',
  );
  return log;
}

export const suggestions: PanelState['suggestions'] = [
  { title: 'Chart sales.csv', intent: 'chart', text: '', files: [{ id: 'f1', label: 'data/sales.csv' }] },
  {
    title: 'Analyze customers.xlsx',
    intent: 'analyze',
    text: '',
    files: [{ id: 'f2', label: 'data/customers.xlsx' }],
  },
  {
    title: 'Compare revenue in sales.csv and targets-for-the-next-fiscal-year.parquet by region',
    intent: 'ask',
    text: 'Compare revenue by region',
    files: [{ id: 'f1', label: 'data/sales.csv' }],
  },
];

/** One cell for each chart. */
export function conversationWith(...kinds: ('vegaBar' | 'plotlyLine')[]): Log {
  const log = new Log();
  log.ask('Draw');
  kinds.forEach((kind, index) =>
    log.cell(`c${String(index + 1)}`, `Chart of ${kind}`, 'x', [display(recorded[kind])]),
  );
  log.end();
  return log;
}
