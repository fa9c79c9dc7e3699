import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseNotebook } from '../../../src/export/notebookFile.ts';
import { openedEvents } from '../../../src/export/openNotebook.ts';
import { printed } from './support.ts';

const fixture = readFileSync(
  new URL('../../fixtures/notebooks-old/nbformat3.ipynb', import.meta.url),
  'utf8',
);
const notebook3 = (more: object): string => JSON.stringify({ nbformat: 3, nbformat_minor: 0, ...more });
const code = (input: unknown, more: object = {}) => ({
  ...{ cell_type: 'code', input, language: 'python', metadata: {}, outputs: [] },
  ...more,
});
const read = (text: string) => parseNotebook('old.ipynb', text);

describe('a notebook of nbformat 3', () => {
  it('becomes nbformat 4: cells, counts, outputs by type, metadata', () => {
    const { cells, metadata, nbformat, nbformat_minor: minor } = read(fixture);
    assert.deepEqual([nbformat, minor], [4, 5]);
    assert.deepEqual(metadata, {
      ...{ name: 'Old sales', own: { kept: true } },
      ...{ orig_nbformat: 3, orig_nbformat_minor: 0 },
    });
    assert.deepEqual(
      cells.map(({ id, ...cell }) => {
        assert.match(String(id), /^[\w-]+$/);
        return cell;
      }),
      [
        { cell_type: 'markdown', metadata: { slide: 1 }, source: '## Sales of March' },
        { cell_type: 'markdown', metadata: {}, source: 'Some *text*,\n$x^2$' },
        {
          cell_type: 'code',
          metadata: { tags: ['a'], collapsed: false },
          source: 'import json\n6 * 7',
          execution_count: 4,
          outputs: [
            { output_type: 'stream', name: 'stderr', text: ['careful\n'] },
            { output_type: 'stream', name: 'stdout', text: ['said\n'] },
            {
              ...{ output_type: 'execute_result', execution_count: 4, metadata: {} },
              data: { 'text/plain': ['42'], 'text/html': ['<b>42</b>'] },
            },
          ],
        },
        {
          cell_type: 'code',
          metadata: { collapsed: true },
          source: 'show()',
          execution_count: null,
          outputs: [
            {
              ...{ output_type: 'display_data', metadata: { 'image/png': { width: 3 } } },
              data: { 'image/png': 'iVBORw0KGgo=', 'text/plain': ['<Figure>'] },
            },
            {
              ...{ output_type: 'display_data', metadata: {} },
              data: {
                ...{ 'application/json': { a: [1, null] }, 'text/latex': ['$y$'] },
                'image/svg+xml': ['<svg/>'],
              },
            },
            {
              ...{ output_type: 'display_data', metadata: {} },
              data: {
                ...{ 'application/javascript': ['1'], 'image/jpeg': '/9j/' },
                'application/x-own': 'kept',
              },
            },
            { output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: ['one', 'two'] },
          ],
        },
        { cell_type: 'raw', metadata: {}, source: 'as it is' },
      ],
    );
  });

  it('opens as a session, outputs included', () => {
    const events = openedEvents('old.ipynb', read(fixture));
    assert.deepEqual(
      events.map(({ type }) => type),
      [
        ...['notebook_opened', 'text_inserted', 'text_inserted', 'cell_inserted', 'outputs_recorded'],
        ...['cell_inserted', 'outputs_recorded', 'text_inserted'],
      ],
    );
    const [first] = events.flatMap((event) => (event.type === 'outputs_recorded' ? [event] : []));
    assert.equal(first?.executionCount, 4);
    assert.deepEqual(first.outputs[1], printed('said\n'));
  });

  it('keeps what nbformat 4 has no place for', () => {
    const { metadata, cells } = read(
      notebook3({
        extra: 1,
        metadata: {},
        worksheets: [
          { cells: [code('1', { own: { a: 1 } })], metadata: { name: 'one' } },
          { cells: [code('2', { language: 'ruby' }), { cell_type: 'html', source: '<b>x</b>' }] },
        ],
      }),
    );
    assert.deepEqual(metadata['worksheets'], [{ metadata: { name: 'one' }, cells: 1 }, { cells: 2 }]);
    assert.deepEqual(
      cells.map(({ cell_type: kind, source, metadata: own, own: more }) => [kind, source, own, more]),
      [
        ['code', '1', {}, { a: 1 }],
        ['code', '2', { language: 'ruby' }, undefined],
        ['markdown', '<b>x</b>', {}, undefined],
      ],
    );
  });

  it('is refused when it is damaged or in another language, with the place or its name', () => {
    const refusals: [string, RegExp][] = [
      [
        notebook3({ worksheets: [{ cells: [{ cell_type: 'code', outputs: 3 }] }] }),
        /damaged at worksheets\.0\.cells\.0\.outputs/,
      ],
      [
        notebook3({ worksheets: [{ cells: [code('1', { language: 'ruby' })] }] }),
        /for ruby, and only Python/,
      ],
      [notebook3({ metadata: { language: 'Julia' }, worksheets: [] }), /for Julia, and only Python/],
    ];
    for (const [text, words] of refusals) assert.throws(() => read(text), words);
  });

  it('has JSON that cannot be read as the text it was', () => {
    const output = { output_type: 'display_data', json: ['{', 'broken'] };
    const [cell] = read(notebook3({ worksheets: [{ cells: [code('1', { outputs: [output] })] }] })).cells;
    assert.deepEqual(cell?.outputs, [
      { output_type: 'display_data', metadata: {}, data: { 'application/json': '{broken' } },
    ]);
  });
});

describe('a notebook of another format', () => {
  it('is refused, and the remedy says how it is upgraded', () => {
    for (const nbformat of [1, 2, 5]) {
      assert.throws(
        () => read(JSON.stringify({ nbformat, nbformat_minor: 0, worksheets: [] })),
        (error: unknown) => {
          assert.ok(error instanceof Error && 'remedy' in error);
          assert.match(error.message, new RegExp(`nbformat ${nbformat}, and only nbformat 3 and 4`));
          assert.match(JSON.stringify(error.remedy), /nbconvert --to notebook/);
          return true;
        },
      );
    }
  });
});
