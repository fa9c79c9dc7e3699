import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNotebook as notebookOf } from '../../../src/export/notebook.ts';
import { reportOf } from '../../../src/export/report.ts';
import { NOTHING_KNOWN } from './support.ts';
import type { NewSessionEvent, SessionEvent } from '../../../src/shared/events.ts';
import {
  FACTS_MIME,
  FIGURE_MIME,
  FRAME_MIME,
  type InstalledPackage,
  type Output,
} from '../../../src/shared/outputs.ts';

const log = (...events: NewSessionEvent[]): SessionEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1, at: 0 }));

/** Without the closing cell, which has the date. */
const toNotebook = (events: SessionEvent[]) => {
  const notebook = notebookOf(reportOf(events, NOTHING_KNOWN));
  assert.match(notebook.cells.at(-1)?.source ?? '', /^## How this was made/);
  return { ...notebook, cells: notebook.cells.slice(0, -1) };
};

const cell = (
  cellId: string,
  language: 'python' | 'bash' | 'javascript',
  code: string,
  ...outputs: Output[]
): NewSessionEvent[] => [
  { type: 'cell_started', turnId: 't1', cellId, language },
  { type: 'cell_code', cellId, purpose: 'p', code: code.slice(0, 2) },
  { type: 'cell_running', cellId, purpose: 'p', code, executionCount: 3 },
  ...outputs.map((output): NewSessionEvent => ({ type: 'cell_output', cellId, output })),
];

describe('a session as a notebook', () => {
  it('names what was attached to a question: files, lines, pictures', () => {
    const file = { label: 'sales.csv', containerPath: '/workspace/sales.csv' };
    const image = { name: 'chart.png', mediaType: 'image/png' as const, bytes: 1, sha256: 'a'.repeat(64) };
    const lines = { ...file, startLine: 3, endLine: 9, text: 'x', totalChars: 1, unsaved: false };
    const { cells } = toNotebook(
      log({
        type: 'user_message',
        turnId: 't1',
        intent: 'ask',
        text: 'Why?',
        files: [file],
        images: [image],
        selections: [lines],
      }),
    );
    assert.equal(cells[0]?.source, '> `sales.csv:3-9`, `chart.png`\n> Why?');
  });

  it('has what the editor changed, and no description of tables and figures', () => {
    const base = { type: 'file_edit', turnId: 't1', path: 'a.md', artifact: null } as const;
    const frame: Output = {
      output_type: 'display_data',
      data: {
        [FRAME_MIME]: { rows: 1, columnCount: 0, columns: [] },
        [FIGURE_MIME]: { title: '' },
        'text/plain': 'x',
      },
      metadata: {},
    };
    const { cells } = toNotebook(
      log(
        {
          ...base,
          callId: 'e1',
          command: 'create',
          ok: true,
          sentence: 'Created a.md',
          diff: '+++ b/a.md\n+```\n+code\n+```',
        },
        { ...base, callId: 'e2', command: 'view', ok: true, sentence: 'Looked at a.md', diff: '' },
        ...cell('c1', 'python', 'df', frame),
      ),
    );
    assert.equal(cells[0]?.source, '`Created a.md`\n\n````diff\n+++ b/a.md\n+```\n+code\n+```\n````');
    assert.equal(cells.length, 2);
    assert.doesNotMatch(JSON.stringify(cells), /(frame|figure)\+json/);
  });

  it('has the question, the answer and the cells that ran, in order', () => {
    const notebook = toNotebook(
      log(
        { type: 'session_started', sessionId: 'a', title: 'Sales' },
        {
          type: 'user_message',
          turnId: 't1',
          intent: 'chart',
          text: 'by region',
          files: [{ label: 'a`b.csv', containerPath: '/workspace/x' }],
        },
        { type: 'thinking', turnId: 't1', blockId: 't1-s1-b0', delta: 'secret' },
        { type: 'text', turnId: 't1', blockId: 't1-s1-b1', delta: 'Let me ' },
        ...cell(
          't1-s1-c0',
          'python',
          'print(1)',
          { output_type: 'stream', name: 'stdout', text: '1' },
          { output_type: 'stream', name: 'stdout', text: '\n' },
        ),
        { type: 'text', turnId: 't1', blockId: 't1-s1-b1', delta: 'see.' },
        ...cell('t1-s1-c1', 'bash', 'ls'),
        ...cell('t1-s1-c2', 'javascript', '1'),
        { type: 'cell_started', turnId: 't1', cellId: 't1-s1-c3', language: 'python' },
        { type: 'cell_dropped', cellId: 't1-s1-c3', reason: 'cut' },
        {
          type: 'turn_ended',
          turnId: 't1',
          end: { kind: 'limit', sentence: 'Too long.' },
          usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
        },
      ),
    );
    assert.deepEqual(
      notebook.cells.map(({ cell_type: kind, source }) => [kind, source]),
      [
        ['markdown', '> Chart ``a`b.csv``\n> by region'],
        ['markdown', 'Let me see.'],
        ['code', 'print(1)'],
        ['code', '%%bash\nls'],
        ['code', '%%script node\n1'],
        ['markdown', '*Too long.*'],
      ],
    );
    const code = notebook.cells[2];
    assert.deepEqual(code?.cell_type === 'code' && [code.execution_count, code.outputs], [
      3,
      [{ output_type: 'stream', name: 'stdout', text: '1\n' }],
    ]);
    assert.equal(JSON.stringify(notebook).includes('secret'), false);
  });

  it('says which packages its cells installed, in which versions, as they are at its end', () => {
    const done = (installed: InstalledPackage[], removed: InstalledPackage[]): NewSessionEvent => ({
      type: 'cell_done',
      cellId: 'c',
      result: {
        status: 'ok',
        executionCount: 1,
        durationMs: 1,
        stateLost: false,
        truncated: [],
        artifacts: [],
        refused: [],
        packages: { installed, removed },
      },
    });
    const [a, b, newerA] = [
      { manager: 'pip', name: 'a', version: '1', fromIndex: true } as const,
      { manager: 'npm', name: 'b', version: '1.0.0', fromIndex: true } as const,
      { manager: 'pip', name: 'a', version: '2', fromIndex: true } as const,
    ];
    const { metadata } = toNotebook(log(done([a, b], []), done([newerA], [b])));
    const packages = [{ manager: 'pip', name: 'a', version: '2' }];
    assert.deepEqual(metadata['code_interpreter'], { packages });
    assert.equal('code_interpreter' in toNotebook(log(done([a], []), done([], [a]))).metadata, false);
  });

  it('has valid and unique ids, and outputs without what only we know', () => {
    const outputs: Output[] = [
      { output_type: 'display_data', data: { [FACTS_MIME]: { a: 1 } }, metadata: {} },
      {
        output_type: 'display_data',
        data: { [FACTS_MIME]: 1, 'text/plain': 'x' },
        metadata: {},
        transient: { display_id: 'd' },
      },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
    ];
    const odd = 'ü'.repeat(80);
    const notebook = toNotebook(
      log(...cell(`${odd}1`, 'python', 'a', ...outputs), ...cell(`${odd}2`, 'python', 'b')),
    );
    const ids = notebook.cells.map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,64}$/);
    const [first] = notebook.cells;
    assert.deepEqual(first?.cell_type === 'code' && first.outputs, [
      { output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
    ]);
  });
});
