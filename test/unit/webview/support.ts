/** Short ways to write a session's events in tests. */
import { type NewSessionEvent, type SessionEvent } from '../../../src/shared/events.ts';
import { type CellResult, type Output } from '../../../src/shared/outputs.ts';
import { type PanelState } from '../../../src/shared/protocol.ts';
import { reduce } from '../../../webview/store.ts';
import { emptyState, type CellView, type ViewState } from '../../../webview/state.ts';

export const panel: PanelState = {
  sessionId: 's',
  title: 'Session',
  trusted: true,
  turn: 'idle',
  sandbox: { kind: 'ready', detail: '' },
  model: { id: 'analyst', label: 'Built-in analyst', provider: null, hasKey: false },
  suggestions: [],
  mode: 'auto',
  privacy: 'full',
  queue: [],
};

export const stamped = (events: readonly NewSessionEvent[], from = 1): SessionEvent[] =>
  events.map((event, index) => ({ ...event, seq: from + index, at: 1000 * (from + index) }));

/** The state after these events, as a live panel would have it. */
export const after = (events: readonly NewSessionEvent[], start = loaded()): ViewState =>
  reduce(start, { type: 'events', events: stamped(events, start.lastSeq + 1) });

export const loaded = (): ViewState => reduce(emptyState, { type: 'loaded', state: panel, events: [] });

export const started = (cellId = 'c1', turnId = 't1'): NewSessionEvent[] => [
  { type: 'turn_started', turnId, model: { id: 'm', label: 'Model' } },
  { type: 'cell_started', turnId, cellId, language: 'python' },
];

export const output = (value: Output, cellId = 'c1'): NewSessionEvent => ({
  type: 'cell_output',
  cellId,
  output: value,
});
export const stdout = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

export const result = (change: Partial<CellResult> = {}): CellResult => ({
  status: 'ok',
  executionCount: 1,
  durationMs: 2100,
  stateLost: false,
  truncated: [],
  artifacts: [],
  refused: [],
  ...change,
});

export const cellOf = (state: ViewState, cellId = 'c1'): CellView => {
  const cell = state.cells.get(cellId);
  if (cell === undefined) throw new Error(`There is no cell ${cellId}.`);
  return cell;
};
