/** Files with versions, as the host would tell them. */
import { filesOf } from '../../../src/shared/versions.ts';
import { type FilePreview } from '../../../src/shared/filePreview.ts';
import { type TableDifference } from '../../../src/shared/tableDifference.ts';
import { type Artifact } from '../../../src/shared/outputs.ts';
import { type OpenOptions } from './harness.ts';
import { Log, panelState, recorded } from './scenes.ts';

const hash = (n: number): string => n.toString(16).padStart(2, '0').repeat(32);
const made = (name: string, n: number, more: Partial<Artifact> = {}): Artifact => ({
  ...{ name, bytes: 1000 * n, sha256: hash(n) },
  ...more,
});

const DIFF = '--- a/notes.md\n+++ b/notes.md\n@@ -1,2 +1,3 @@\n # Notes\n-old line\n+new line\n+one more';

export const TABLE: TableDifference = {
  changes: [
    { sheet: 'Sales', kind: 'changed', what: 'cell', place: 'B7', before: '1200', after: '1350' },
    { sheet: 'Sales', kind: 'added', what: 'row', place: 'row 12', before: null, after: 'Dec · 900' },
    { sheet: 'Sales', kind: 'removed', what: 'cell', place: 'C3', before: '=SUM(C1:C2)', after: null },
  ],
  cells: 2,
  addedRows: 1,
  removedRows: 0,
  sheets: 0,
  cut: false,
};

export const PREVIEW: FilePreview = {
  kind: 'table',
  table: {
    sheets: [
      {
        title: 'Sales',
        rows: [
          ['month', 'units', 'a rather long heading of a column that does not fit'],
          ['Jan', '1200', 'North'],
          ['Feb', '-90.5', 'South'],
          [],
          [null, '=SUM(B2:B3)'],
        ],
        more: true,
      },
      { title: 'Notes', rows: [], more: false },
    ],
    cut: false,
  },
};

/** Four files: of texts, a workbook that was restored, pictures, and one that is deleted. */
export function versioned(): Log {
  const log = new Log();
  log.ask('Write a report');
  log.cell('c1', 'Write the report', 'book.save("report.xlsx")', [], {
    artifacts: [
      made('report.xlsx', 1),
      made('notes.md', 2),
      made('chart.png', 3),
      made('tmp/scratch.txt', 9),
    ],
  });
  log.cell('c2', 'Update the report', 'book.save("report.xlsx")', [], {
    artifacts: [
      made('report.xlsx', 4, {
        version: 2,
        findings: [
          {
            cell: 'Sales!C3',
            kind: 'missing-sheet',
            sentence: '=Prices!A1 refers to the sheet “Prices”, which is not there: Excel shows #REF!.',
          },
        ],
      }),
      made('notes.md', 5, { version: 2, change: { added: 2, removed: 1, diff: DIFF } }),
      made('chart.png', 6, { version: 2 }),
    ],
    removed: ['tmp/scratch.txt'],
  });
  log.cell('c3', 'Save it again', 'book.save("report.xlsx")', [], {
    artifacts: [made('report.xlsx', 4, { version: 2, same: true })],
  });
  log.say('I have updated `report.xlsx`, and the notes.', 'answer');
  log.add({ type: 'claims_checked', turnId: 't1', blockId: 'answer', files: ['report.xlsx'] });
  log.end();
  log.add({ type: 'artifact_restored', ...made('report.xlsx', 1), from: 1 });
  // The clock of pictures must not move with the day.
  for (const event of log.events) if (filesOf([event]).length > 0) event.at = 1_700_000_000_000;
  return log;
}

export const versionedScene = (more: Partial<OpenOptions> = {}): OpenOptions => ({
  state: panelState(),
  events: versioned().events,
  answers: {
    restoreVersion: { restored: true },
    compareVersions: {},
    tableDifference: TABLE,
    previewVersion: PREVIEW,
    imageData: { mediaType: 'image/png', base64: recorded.png['image/png'] },
  },
  ...more,
});
