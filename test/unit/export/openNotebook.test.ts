import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toDocument } from '../../../src/export/document.ts';
import { parseNotebook } from '../../../src/export/notebookFile.ts';
import { toNotebook } from '../../../src/export/notebook.ts';
import { openedEvents } from '../../../src/export/openNotebook.ts';
import { reportOf } from '../../../src/export/report.ts';
import { serializeNotebook } from '../../../src/export/notebookFile.ts';
import { ask, logOf, NOTHING_KNOWN, printed, ran, shows } from './support.ts';

const opened = (notebook: object) =>
  openedEvents('a.ipynb', parseNotebook('a.ipynb', JSON.stringify(notebook)));
const code = (source: string, outputs: object[] = []) => ({
  ...{ cell_type: 'code', source, outputs, metadata: {}, execution_count: 3 },
});

describe('a notebook file as a session', () => {
  it('becomes cells of the user’s own with their recorded outputs, and texts with their pictures', () => {
    const events = opened({
      ...{ nbformat: 4, nbformat_minor: 2, metadata: {} },
      cells: [
        {
          ...{ cell_type: 'markdown', metadata: {}, source: ['# Title\n', '![p](attachment:p.png)'] },
          attachments: { 'p.png': { 'image/png': ['iV\n', 'BO='] } },
        },
        code('print(1)', [
          { output_type: 'stream', name: 'stdout', text: ['1\n', '2'] },
          {
            output_type: 'display_data',
            data: { 'application/x-own+json': { a: [1] }, 'text/plain': ['x'] },
          },
          { output_type: 'pyout', text: 'old' },
        ]),
        code('%%bash\nls'),
        { cell_type: 'raw', metadata: {}, source: 'raw' },
      ],
    });
    assert.deepEqual(events, [
      { type: 'notebook_opened', name: 'a.ipynb', cells: 2, texts: 2 },
      {
        ...{ type: 'text_inserted', textId: 'nb-1', format: 'markdown' },
        source: '# Title\n![p](data:image/png;base64,iVBO=)',
      },
      { type: 'cell_inserted', cellId: 'nb-2', afterCellId: null, language: 'python', code: 'print(1)' },
      {
        ...{ type: 'outputs_recorded', cellId: 'nb-2', executionCount: 3 },
        outputs: [printed('1\n2'), shows({ 'application/x-own+json': { a: [1] }, 'text/plain': 'x' })],
      },
      { type: 'cell_inserted', cellId: 'nb-3', afterCellId: null, language: 'bash', code: 'ls' },
      { type: 'text_inserted', textId: 'nb-4', format: 'raw', source: 'raw' },
    ]);
  });

  it('what was exported comes back: the same code in the same order, the same outputs', () => {
    const session = logOf(
      ask('Why?'),
      ran('c1', 'df', [printed('a\nb'), shows({ 'text/plain': 'x', 'text/html': '<b>x</b>' })]),
      ran('c2', 'ls', [], 'bash'),
      ran('c3', '1', [], 'javascript'),
    );
    const file = serializeNotebook({ ...toNotebook(reportOf(session, NOTHING_KNOWN)) });
    const again = logOf(openedEvents('a.ipynb', parseNotebook('a.ipynb', file)));
    const cells = (events: typeof session) =>
      toDocument(events).parts.flatMap((part) =>
        part.kind === 'cell' ? [[part.cell.language, part.cell.code, part.cell.outputs]] : [],
      );
    assert.deepEqual(cells(again), cells(session));
  });

  it('that is none is refused with the reason', () => {
    const refused = (text: string) => () => parseNotebook('a.ipynb', text);
    assert.throws(refused('{'), /not valid JSON/);
    assert.throws(refused('{"nbformat": 2, "worksheets": []}'), /nbformat 2.*Open and save it in Jupyter/);
    assert.throws(refused('{"a": 1}'), /not a notebook/);
  });
});
