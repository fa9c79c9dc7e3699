/** What a program found wrong in a file goes to the log and to the model, in words; without rows in kinds only. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { schemaResultContent } from '../../../src/agent/schemaResult.ts';
import { toolResultContent } from '../../../src/agent/toolResult.ts';
import { fromBridgeSchema } from '../../../src/kernel/wire.ts';
import { storeArtifacts } from '../../../src/session/artifacts.ts';
import { ArtifactStore } from '../../../src/session/store.ts';
import { sessionEventSchema } from '../../../src/shared/events.ts';
import type { Artifact, CellResult } from '../../../src/shared/outputs.ts';

const findings = [
  { cell: 'Data!C2', kind: 'missing-sheet', sentence: '=Secret!A1 refers to the sheet “Secret”.' },
  { cell: 'Data!C3', kind: 'circular', sentence: 'Secret.' },
] as const;
const BYTES = Buffer.from('a workbook');
const file: Artifact = {
  name: 'a.xlsx',
  bytes: BYTES.length,
  sha256: createHash('sha256').update(BYTES).digest('hex'),
  findings: [...findings],
};
const result: CellResult = {
  ...{ status: 'ok', executionCount: 1, durationMs: 5, stateLost: false },
  ...{ truncated: [], artifacts: [file], refused: [] },
};

describe('what is wrong in a file', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'code-interpreter-findings-'))));
  after(async () => rm(folder, { recursive: true, force: true }));

  it('is told to the model cell by cell, with what to do', () => {
    const [block] = toolResultContent('python', [], result);
    assert.match(
      block?.type === 'text' ? block.text : '',
      /^wrong in "a\.xlsx", mend it before you give the file to the user: Data!C2: =Secret!A1 refers/m,
    );
  });

  it('is told in kinds where the model sees names and types only', () => {
    const knows = (name: string): boolean => name === 'a.xlsx';
    const [block] = schemaResultContent({ language: 'python', code: '', outputs: [], result, knows });
    const text = block?.type === 'text' ? block.text : '';
    assert.match(text, /^wrong in "a\.xlsx": 2 places \(missing-sheet, circular\)$/m);
    assert.doesNotMatch(text, /Secret/);
  });

  it('comes over the wire and is kept in the log', async () => {
    const done = { type: 'done', seq: 1, id: 'c', ...result };
    const read = fromBridgeSchema.parse(done);
    assert.deepEqual(read.type === 'done' ? read.artifacts : null, [file]);
    const other = { ...file, findings: [{ ...findings[0], kind: 'Ada' }] };
    assert.equal(fromBridgeSchema.safeParse({ ...done, artifacts: [other] }).success, false);
    const { stored } = await storeArtifacts(
      { readArtifact: async () => Promise.resolve(Readable.from([BYTES])) },
      await ArtifactStore.open(folder),
      [file],
      new AbortController().signal,
    );
    assert.deepEqual(stored, [file]);
    const event = { type: 'artifact_stored', seq: 1, at: 1, cellId: 'c', ...stored[0] };
    assert.deepEqual(sessionEventSchema.parse(event), event);
  });
});
