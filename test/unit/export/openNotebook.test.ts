import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toDocument } from '../../../src/export/document.ts';
import { parseNotebook } from '../../../src/export/notebookFile.ts';
import { toNotebook } from '../../../src/export/notebook.ts';
import { openedEvents } from '../../../src/export/openNotebook.ts';
import { reportOf } from '../../../src/export/report.ts';
import { serializeNotebook } from '../../../src/export/notebookFile.ts';
import type { NewSessionEvent, SessionEvent } from '../../../src/shared/events.ts';
import { ask, logOf, NOTHING_KNOWN, printed, ran, shows } from './support.ts';

const read = (notebook: object) => parseNotebook('a.ipynb', JSON.stringify(notebook));
const opened = (notebook: object) => openedEvents('a.ipynb', read(notebook));
/** Without what is kept for the way back. */
const shown = (events: readonly NewSessionEvent[]) =>
  events
    .map((event) => ('file' in event ? { ...event, file: undefined } : event))
    .map((event) => JSON.parse(JSON.stringify(event)) as unknown);
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
    assert.deepEqual(shown(events), [
      {
        ...{ type: 'notebook_opened', name: 'a.ipynb', cells: 2, texts: 2 },
        unknown: { outputs: 1, types: ['pyout'] },
      },
      {
        ...{ type: 'text_inserted', textId: 'nb-1', format: 'markdown' },
        source: '# Title\n![p](data:image/png;base64,iVBO=)',
      },
      { type: 'cell_inserted', cellId: 'nb-2', afterCellId: null, language: 'python', code: 'print(1)' },
      {
        ...{ type: 'outputs_recorded', cellId: 'nb-2', executionCount: 3 },
        outputs: [printed('1\n2'), shows({ 'application/x-own+json': { a: [1] }, 'text/plain': 'x' })],
        unknown: [{ at: 2, output: { output_type: 'pyout', text: 'old' } }],
      },
      { type: 'cell_inserted', cellId: 'nb-3', afterCellId: null, language: 'bash', code: 'ls' },
      { type: 'text_inserted', textId: 'nb-4', format: 'raw', source: 'raw' },
    ]);
  });

  it('outputs of unknown types are counted, kept where they stood, and gone when their cell runs', () => {
    const strange = { output_type: 'hologram', data: { depth: [1, 2] }, own: null };
    const file = {
      ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
      cells: [
        code('first()', [
          strange,
          { output_type: 'stream', name: 'stdout', text: ['a'] },
          { output_type: 'hologram', data: {} },
        ]),
        code('second()', [{ output_type: 'x'.repeat(200) }]),
      ],
    };
    const events = opened(file);
    const [first] = events;
    assert.deepEqual(first?.type === 'notebook_opened' && first.unknown, {
      outputs: 3,
      types: ['hologram', 'x'.repeat(60)],
    });
    const outputs = (log: SessionEvent[], rows = true) =>
      toNotebook(reportOf(log, { ...NOTHING_KNOWN, rows })).cells.flatMap((cell) =>
        cell.cell_type === 'code' ? [cell.outputs] : [],
      );
    assert.deepEqual(outputs(logOf(events)), [
      [strange, printed('a'), { output_type: 'hologram', data: {} }],
      [{ output_type: 'x'.repeat(200) }],
    ]);
    const edited = logOf(events, { type: 'cell_edited', cellId: 'nb-1', code: 'other()' });
    assert.deepEqual(outputs(edited)[0]?.[0], strange, 'they are still those of the file');
    const run = logOf(
      events,
      { type: 'cell_running', cellId: 'nb-1', purpose: '', code: 'first()', executionCount: 1 },
      { type: 'cell_output', cellId: 'nb-1', output: printed('new') },
    );
    assert.deepEqual(outputs(run)[0], [printed('new')]);
    assert.doesNotMatch(JSON.stringify(outputs(logOf(events), false)), /hologram|depth/);
    assert.match(JSON.stringify(outputs(logOf(events), false)[0]), /\[2 outputs left out\]/);
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

  const whole = {
    ...{ nbformat: 4, nbformat_minor: 5, own_field: { kept: 1 } },
    metadata: {
      kernelspec: { display_name: 'My Python', language: 'python', name: 'mine' },
      ...{ language_info: { name: 'python', version: '3.9' }, toc: { depth: 2 }, title: 'Its own' },
    },
    cells: [
      {
        ...{
          cell_type: 'markdown',
          id: 'm1',
          metadata: { slide: 'x' },
          source: '# T <b>\n![p](attachment:p.png)',
        },
        attachments: { 'p.png': { 'image/png': 'iVBO' } },
      },
      {
        ...{ cell_type: 'code', id: 'c1', metadata: { tags: ['a'], jupyter: { collapsed: true } }, own: 3 },
        ...{ source: 'open("/workspace/a.csv")', execution_count: 7 },
        outputs: [
          { output_type: 'stream', name: 'stdout', text: '1\n2' },
          {
            output_type: 'execute_result',
            execution_count: 7,
            metadata: { a: 1 },
            data: { 'application/x-own+json': { a: [1] } },
          },
        ],
      },
      { cell_type: 'raw', id: 'r1', metadata: { format: 'text/html' }, source: '<i>raw</i>' },
      { cell_type: 'code', id: 'c2', metadata: {}, source: '%%bash\nls', execution_count: 2, outputs: [] },
      { cell_type: 'code', id: 'c3', metadata: {}, source: '', execution_count: null, outputs: [] },
      { cell_type: 'markdown', id: 'm2', metadata: {}, source: '' },
      {
        cell_type: 'code',
        id: 'c4',
        metadata: {},
        source: '%%bash -e\nls',
        execution_count: null,
        outputs: [],
      },
    ],
  };
  const KNOWN = {
    ...NOTHING_KNOWN,
    mounts: [{ target: '/workspace', source: '/home/ann' }],
    folder: '/home/ann',
  };
  const exportOf = (events: Parameters<typeof reportOf>[0]) =>
    parseNotebook('b.ipynb', serializeNotebook({ ...toNotebook(reportOf(events, KNOWN)) }));

  it('comes back as it was: cells, ids, metadata, attachments, outputs, and what nobody here knows', () => {
    const again = exportOf(logOf(opened(whole)));
    const text = (notebook: object) => serializeNotebook(read(notebook));
    assert.equal(text(again), text(whole));
  });

  it('comes back with what was edited and run, and nothing else is changed', () => {
    const events = opened(whole);
    const code = 'print(2)';
    const log = logOf([
      ...events,
      { type: 'cell_edited', cellId: 'nb-2', code },
      ...ran('nb-2', code, [printed('2\n')]).slice(1),
    ]);
    const { cells, metadata } = exportOf(log);
    const before = read(whole);
    const rest = (list: typeof cells) => list.filter(({ id }) => id !== 'c1');
    assert.equal(
      serializeNotebook({ ...before, cells: rest(cells) }),
      serializeNotebook({ ...before, cells: rest(before.cells) }),
    );
    const changed = cells.find(({ id }) => id === 'c1');
    assert.deepEqual(
      [changed?.source, changed?.['own'], changed?.metadata.jupyter, changed?.metadata.tags],
      [[code], 3, { collapsed: true }, ['a']],
    );
    assert.deepEqual(changed?.outputs, [{ output_type: 'stream', name: 'stdout', text: ['2\n'] }]);
    assert.deepEqual(metadata.toc, { depth: 2 });
    assert.equal(metadata.title, 'Its own');
  });

  it('that is none is refused with the reason', () => {
    const refused = (text: string) => () => parseNotebook('a.ipynb', text);
    assert.throws(refused('{'), /not valid JSON/);
    assert.throws(refused('{"nbformat": 2, "worksheets": []}'), /nbformat 2.*Open and save it in Jupyter/);
    assert.throws(refused('{"a": 1}'), /not a notebook/);
  });
});
