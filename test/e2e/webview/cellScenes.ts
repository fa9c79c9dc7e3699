/** A notebook that the user works on: edited, out of date, added, deleted, moved cells. */
import { type NewSessionEvent } from '../../../src/shared/events.ts';
import { type CellResult } from '../../../src/shared/outputs.ts';
import { cellResult, conversation, type Log, stdout } from './scenes.ts';

/** What a host answers to everything that can be done with cells. */
export const cellAnswers = {
  runCells: { accepted: true },
  editCell: {},
  insertCell: { cellId: 'u1' },
  moveCell: {},
  deleteCell: {},
  restoreCell: {},
};

export const result = (executionCount: number, change: Partial<CellResult> = {}): CellResult =>
  cellResult({ executionCount, durationMs: 120, ...change });

/** A cell that runs again, whole. */
export const ranAgain = (cellId: string, purpose: string, code: string, count: number): NewSessionEvent[] => [
  { type: 'cell_running', cellId, purpose, code, executionCount: count },
  { type: 'cell_output', cellId, output: stdout(`Again: ${String(count)}\n`) },
  { type: 'cell_done', cellId, result: result(count) },
];

/** `df` is set in the first cell and used in the second; the first has run again. */
export function worked(): Log {
  const log = conversation();
  const code = 'df = pd.read_csv("/workspace/data/sales.csv").dropna()\ndf.head(3)';
  log.add({ type: 'cell_names', cellId: 'c1', uses: ['pd'], sets: ['df'] });
  log.add({ type: 'cell_names', cellId: 'c2', uses: ['df', 'plt'], sets: ['monthly'] });
  for (const event of ranAgain('c1', 'Open the file and look at the first rows', code, 3)) log.add(event);
  log.add({ type: 'cell_names', cellId: 'c1', uses: ['pd'], sets: ['df'] });
  log.add({ type: 'cell_inserted', cellId: 'u1', afterCellId: 'c1', language: 'python', code: 'df.dtypes' });
  log.add({
    type: 'cell_inserted',
    cellId: 'u2',
    afterCellId: null,
    language: 'bash',
    code: 'ls -l /workspace',
  });
  log.add({ type: 'cell_inserted', cellId: 'u3', afterCellId: 'u2', language: 'javascript', code: '1 + 1' });
  for (const event of ranAgain('u2', '', 'ls -l /workspace', 1)) log.add(event);
  log.add({ type: 'cell_edited', cellId: 'u2', code: 'ls -la /workspace' });
  log.add({ type: 'cell_deleted', cellId: 'u3' });
  return log;
}
