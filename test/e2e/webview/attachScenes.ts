/** What hangs on a message: files, selections, pictures. */
import { type OpenOptions } from './harness.ts';
import { Log, panelState, recorded } from './scenes.ts';

const IMAGE = { name: 'dashboard.png', mediaType: 'image/png' as const, bytes: 1000, sha256: 'a'.repeat(64) };
const SECOND = { ...IMAGE, name: 'pasted-1.png', sha256: 'b'.repeat(64) };

/** A message with everything that can be attached, and one that is being written. */
export function attached(): OpenOptions {
  const log = new Log();
  log.add({
    type: 'user_message',
    turnId: 't1',
    intent: 'ask',
    text: 'Why do these lines of @sales.csv not fit the dashboard?',
    files: [
      { label: 'data/sales.csv', containerPath: '/workspace/data/sales.csv' },
      { label: 'a/b/the-annual-report-of-the-whole-company.pdf', containerPath: '/workspace/a/b/r.pdf' },
    ],
    images: [IMAGE, SECOND],
    selections: [
      {
        label: 'data/sales.csv',
        containerPath: '/workspace/data/sales.csv',
        startLine: 120,
        endLine: 140,
        text: 'North,3',
        totalChars: 7,
        unsaved: false,
      },
    ],
  });
  log.add({
    type: 'notice',
    level: 'info',
    text: 'Not sent, because this model does not look at pictures: 2 pictures.',
  });
  return {
    state: panelState(),
    events: log.events,
    saved: {
      draft: {
        text: '',
        files: [
          { id: 'f', label: 'data/sales.csv' },
          { id: 's', label: 'data/sales.csv:3-10' },
        ],
        images: [{ id: SECOND.sha256, name: 'pasted-1.png' }],
      },
    },
    answers: {
      imageData: { mediaType: 'image/png', base64: recorded.png['image/png'] },
      findFiles: {
        files: [
          { id: '1', label: 'data/sales.csv' },
          { id: '2', label: 'data/archive/of/many/years/sales-2019-with-a-long-name.parquet' },
          { id: '3', label: 'notes.md' },
        ],
      },
    },
  };
}
