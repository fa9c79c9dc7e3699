import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isTable, previewOf, tableKind } from '../../../src/shared/filePreview.ts';

describe('the preview of a file', () => {
  it('is of its kind by its ending, and each kind of table has its reader', () => {
    const kinds = ['a.csv', 'a.TSV', 'b.xlsx', 'b.xlsm', 'c.ods', 'd.XLS', 'e.parquet', 'e.parq'].map(
      tableKind,
    );
    assert.deepEqual(kinds, [
      ...['text', 'text', 'workbook', 'workbook'],
      ...['opendocument', 'old-workbook', 'parquet', 'parquet'],
    ]);
    for (const name of ['a.csv', 'c.ods', 'd.xls', 'e.parquet']) {
      assert.equal(previewOf(name), 'table', name);
      assert.ok(isTable(name), name);
    }
    // No reader in the sandbox.
    for (const name of ['f.xlsb', 'g.docx', 'xls', 'h.parquet.zip'])
      assert.equal(previewOf(name), null, name);
    assert.equal(previewOf('notes.md'), 'text');
  });
});
