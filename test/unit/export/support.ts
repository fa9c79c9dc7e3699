import type { ReportOptions } from '../../../src/export/report.ts';
import type { NewSessionEvent, SessionEvent } from '../../../src/shared/events.ts';
import type { Language, Output } from '../../../src/shared/outputs.ts';

export const NOTHING_KNOWN: ReportOptions = {
  environment: null,
  inputs: [],
  mounts: [],
  folder: null,
  rows: true,
};

export const logOf = (...events: (NewSessionEvent | NewSessionEvent[])[]): SessionEvent[] =>
  events.flat().map((event, index) => ({ ...event, seq: index + 1, at: 1_700_000_000_000 }));

/** A cell of the model that ran well. */
export const ran = (
  cellId: string,
  code: string,
  outputs: readonly Output[] = [],
  language: Language = 'python',
  status: 'ok' | 'error' | 'timeout' = 'ok',
): NewSessionEvent[] => [
  { type: 'cell_started', turnId: 't1', cellId, language },
  { type: 'cell_running', cellId, purpose: `Do ${cellId}`, code, executionCount: 1 },
  ...outputs.map((output): NewSessionEvent => ({ type: 'cell_output', cellId, output })),
  {
    type: 'cell_done',
    cellId,
    result: {
      ...{ status, executionCount: 1, durationMs: 5, stateLost: false },
      ...{ truncated: [], artifacts: [], refused: [] },
    },
  },
];

export const ask = (text: string): NewSessionEvent => ({
  ...{ type: 'user_message', turnId: 't1', intent: 'ask', text },
  files: [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }],
});

export const shows = (data: Record<string, unknown>): Output => ({
  output_type: 'display_data',
  data,
  metadata: {},
});

export const printed = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
