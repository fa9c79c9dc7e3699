import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileSchema, SchemasRequest } from '../../../src/kernel/kernel.ts';
import { schemaNote } from '../../../src/session/dataSchemas.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

async function noteOf(files: FileSchema[]) {
  const sandbox = fakeSandbox();
  const asked: SchemasRequest[] = [];
  const kernel = {
    ...sandbox.kernel,
    schemas: async (request: SchemasRequest) => {
      asked.push(request);
      return Promise.resolve(files);
    },
  };
  const note = await schemaNote(kernel, { paths: [], roots: ['/workspace'] }, new AbortController().signal);
  assert.equal(sandbox.executed.length, 0, 'no cell');
  assert.deepEqual(asked[0]?.roots, ['/workspace']);
  return note?.text ?? null;
}

const column = (name: string | null, dtype = 'int64') => ({ name, dtype, missing: 1 });

describe('names and types for a model that sees nothing else', () => {
  it('has names, types and gaps; a file that is no table only its path', async () => {
    const text = await noteOf([
      {
        path: '/workspace/a.csv',
        rows: 2,
        columns: [column('amount'), column('when', 'struct<Ada: int64>')],
      },
      { path: '/workspace/b.csv', rows: null, columns: [] },
    ]);
    assert.ok(text?.includes('{"name":"amount","type":"int64","missing":1}'));
    assert.ok(text?.includes('{"path":"/workspace/b.csv"}'));
    assert.doesNotMatch(text ?? '', /Ada/);
  });

  it('counts columns without a name, and long names are none', async () => {
    const text = await noteOf([{ path: 'a', rows: 2, columns: [column(null), column('x'.repeat(121))] }]);
    assert.ok(text?.includes('"columns":[],"withheld":"2 columns whose names may be values: 2 × int64"'));
    assert.doesNotMatch(text ?? '', /xxx/);
  });

  it('is bounded: a file that does not fit is told by its counts', async () => {
    const wide = Array.from({ length: 200 }, (_, at) => column(`${at}`.padEnd(119, 'n')));
    const text = await noteOf([
      { path: 'wide', rows: 7, columns: wide },
      { path: 'small', rows: 1, columns: [column('a')] },
    ]);
    assert.ok((text?.length ?? 0) < 30_000);
    assert.ok(text?.includes('{"path":"wide","rows":7,"columns":200}'));
    assert.ok(text?.includes('{"path":"small"'));
  });

  it('is nothing when there is nothing', async () => {
    assert.equal(await noteOf([]), null);
  });
});
