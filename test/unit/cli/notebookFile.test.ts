import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNotebook, serializeNotebook, sourceOf, tagsOf } from '../../../src/export/notebookFile.ts';
import { Failure } from '../../../src/failures.ts';

const file = (value: object): string => JSON.stringify(value);
const minimal = (cells: object[], more: object = {}): string =>
  file({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells, ...more });

const REFUSED: [what: string, text: string, says: RegExp][] = [
  ['an empty file', ' \n', /empty/],
  ['broken JSON', '{"nbformat": 4,', /not valid JSON/],
  ['JSON of something else', '{"name": "x"}', /not a notebook/],
  ['a list', '[]', /not a notebook/],
  ['nbformat 2', file({ nbformat: 2, worksheets: [] }), /nbformat 2.*nbconvert/s],
  [
    'cells that are none',
    file({ nbformat: 4, metadata: {}, cells: [{ source: '' }] }),
    /damaged at cells\.0/,
  ],
  ['no cells', file({ nbformat: 4, metadata: {} }), /damaged/],
  ['an R notebook', minimal([], { metadata: { kernelspec: { name: 'ir', language: 'R' } } }), /is for R/],
  ['a Julia notebook', minimal([], { metadata: { language_info: { name: 'julia' } } }), /is for julia/],
];

describe('reading a notebook', () => {
  for (const [what, text, says] of REFUSED) {
    it(`${what} is refused with a sentence`, () => {
      assert.throws(
        () => parseNotebook('x.ipynb', text),
        (error) => error instanceof Failure && error.area === 'usage' && says.test(error.message),
      );
    });
  }

  it('takes a byte order mark, sources as text or lines, and tags', () => {
    const notebook = parseNotebook(
      'x.ipynb',
      '\uFEFF' +
        minimal([
          { cell_type: 'code', source: ['a\n', 'b'], metadata: { tags: ['raises-exception'] }, outputs: [] },
          { cell_type: 'markdown', source: 'text' },
        ]),
    );
    assert.deepEqual(notebook.cells.map(sourceOf), ['a\nb', 'text']);
    assert.deepEqual(notebook.cells.map(tagsOf), [['raises-exception'], []]);
  });

  it('is nbformat 4.5 afterwards: each cell has a valid id of its own, good ids stay', () => {
    const cells = ['keep', 'keep', 'not valid!', undefined].map((id) => ({
      cell_type: 'raw',
      source: '',
      id,
    }));
    const notebook = parseNotebook('x.ipynb', minimal(cells));
    assert.equal(notebook.nbformat_minor, 5);
    const ids = notebook.cells.map(({ id }) => String(id));
    assert.equal(ids[0], 'keep');
    assert.equal(new Set(ids).size, 4);
    for (const id of ids) assert.match(id, /^[\w-]{1,64}$/);
  });
});

describe('writing a notebook', () => {
  it('keeps what it does not know, sorts keys, splits texts into lines, ends in a newline', () => {
    const outputs = [
      { output_type: 'stream', name: 'stdout', text: 'a\nb' },
      {
        output_type: 'display_data',
        metadata: {},
        data: {
          'text/plain': 'x\r\ny\n',
          'application/json': 'one\ntwo',
          'application/x+json': { b: 1, a: 2 },
        },
      },
      { output_type: 'future', thing: [1] },
    ];
    const cell = { cell_type: 'code', id: 'c1', source: 'x\n\ny', metadata: {}, execution_count: 1, outputs };
    const text = serializeNotebook(
      parseNotebook('x.ipynb', minimal([cell], { extra: { z: 1, a: [] }, metadata: { mine: true } })),
    );
    assert.ok(text.endsWith('}\n'));
    assert.deepEqual(JSON.parse(text), {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { mine: true },
      extra: { z: 1, a: [] },
      cells: [
        {
          ...cell,
          source: ['x\n', '\n', 'y'],
          outputs: [
            { output_type: 'stream', name: 'stdout', text: ['a\n', 'b'] },
            {
              output_type: 'display_data',
              metadata: {},
              data: {
                'text/plain': ['x\r\n', 'y\n'],
                'application/json': 'one\ntwo',
                'application/x+json': { a: 2, b: 1 },
              },
            },
            { output_type: 'future', thing: [1] },
          ],
        },
      ],
    });
    const keys = [...text.matchAll(/^ "(\w+)"/gm)].map(([, key]) => key);
    assert.deepEqual(keys, ['cells', 'extra', 'metadata', 'nbformat', 'nbformat_minor']);
  });

  it('is stable: written, read and written again it is the same', () => {
    const once = serializeNotebook(
      parseNotebook('x.ipynb', minimal([{ cell_type: 'code', source: 'a\nb', outputs: [], metadata: {} }])),
    );
    assert.equal(serializeNotebook(parseNotebook('x.ipynb', once)), once);
  });
});
