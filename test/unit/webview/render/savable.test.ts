import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endingOf, fileOf } from '../../../../webview/render/savable.ts';

const saved = (mime: string, value: unknown) => Buffer.from(fileOf(mime, value), 'base64').toString('latin1');

describe('an output that is saved', () => {
  it('has the ending of its type, never one that a system would run', () => {
    assert.equal(endingOf('application/pdf'), 'pdf');
    assert.equal(endingOf('application/vnd.example+json'), 'json');
    assert.equal(endingOf('audio/x-wav'), 'wav');
    assert.equal(endingOf('text/x-own'), 'txt');
    for (const mime of ['application/x-sh', 'application/exe', '../../x', 'application/bat', ''])
      assert.equal(endingOf(mime), 'bin');
  });

  it('is the bytes of a binary type, the text of a text, JSON of data', () => {
    assert.equal(saved('application/octet-stream', 'AAEC\n'), '\x00\x01\x02');
    assert.equal(saved('application/octet-stream', 'not base64!'), 'not base64!');
    assert.equal(saved('text/x-own', ['a\n', 'b']), 'a\nb');
    // Would be base64, too.
    assert.equal(saved('text/x-own', 'AAEC'), 'AAEC');
    assert.deepEqual(JSON.parse(saved('application/x-own+json', { a: [1] })), { a: [1] });
  });
});
