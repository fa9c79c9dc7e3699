/**
 * Receipts of edits in a real sandbox: edits in the words of a scripted model, of which every fourth does nothing.
 * Each that does nothing is told, and no other (200 of them: `test/unit/session/receipts.test.ts`); versions, deletions and restored bytes are those of the files themselves.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AssistantBlock } from '../../src/models/model.ts';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { filesOf } from '../../src/shared/versions.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { claimOf, editOf, EDITED_FILES, fileOf, idleOf } from '../support/editScenario.ts';
import { sessionOptions } from '../support/openSession.ts';
import { call, say, scriptedModel } from '../support/scriptedModel.ts';

const EDITS = 40;

describe('receipts of edits', { timeout: 600_000 }, () => {
  let fixture: SandboxFixture;
  let session: Session;
  let replies: AssistantBlock[][] = [];
  const events: SessionEvent[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'session-'));
  const model = scriptedModel(() => ({ content: replies.shift() ?? [say('Done.')] }));

  before(async () => {
    fixture = await SandboxFixture.make();
    session = await Session.open(
      sessionOptions(model, { folder, sandbox: fixture.sandbox, onEvents: (batch) => events.push(...batch) }),
    );
  });
  after(async () => {
    await session.dispose();
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const turn = async (text: string, ...content: AssistantBlock[][]): Promise<SessionEvent[]> => {
    const from = events.length;
    replies = content;
    assert.equal((await session.send({ intent: 'ask', text, files: [] })).kind, 'finished');
    return events.slice(from);
  };
  const bytesOf = async (file: string, number: number): Promise<string> => {
    const version = filesOf(session.events()).find((one) => one.name === file)?.versions[number - 1];
    return readFile(session.artifactPath(version?.sha256 ?? '') ?? '', 'utf8');
  };
  const inSandbox = async (file: string): Promise<string> => (await fixture.readArtifact(file)).toString();

  it(`of ${EDITS}, those that do nothing are told, all of them and no other`, async () => {
    await turn('Make them.', [
      call(`for n in range(${EDITED_FILES}): open(f'part{n}.csv', 'w').write('n,what\\n0,made\\n')`),
    ]);
    const flagged: number[] = [];
    for (let n = 1; n <= EDITS; n += 1) {
      const block = editOf(n);
      const claim = claimOf(n);
      const seen = await turn('Add the line.', ...(block === null ? [[claim]] : [[block], [claim]]));
      if (seen.some((event) => event.type === 'claims_checked' && event.files.includes(fileOf(n))))
        flagged.push(n);
    }
    const idle = Array.from({ length: EDITS }, (_, at) => at + 1).filter((n) => idleOf(n) !== null);
    const found = flagged.filter((n) => idleOf(n) !== null).length;
    console.log(`edits: ${EDITS}, idle: ${idle.length}, flagged: ${found}, false: ${flagged.length - found}`);
    assert.deepEqual(flagged, idle);
    // Each real edit is one version with the lines that it changed, and no other is.
    const versions = filesOf(session.events()).filter((file) => file.name.startsWith('part'));
    assert.equal(
      versions.reduce((sum, file) => sum + file.versions.length - 1, 0),
      EDITS - idle.length,
    );
    const changes = events.flatMap((event) =>
      event.type === 'artifact_stored' && event.version !== undefined && event.same !== true
        ? [event.change]
        : [],
    );
    assert.ok(changes.length > 0 && changes.every((change) => change?.added === 1 && change.removed === 0));
    const same = events.filter((event) => event.type === 'artifact_stored' && event.same === true);
    assert.equal(same.length, idle.filter((n) => idleOf(n) === 'same bytes').length);
  });

  it('a version comes back byte for byte, also binary, deleted, or into a new sandbox', async () => {
    await turn('Write.', [
      call(
        "import os; os.makedirs('d', exist_ok=True); open('d/ä b.bin', 'wb').write(bytes(range(256)) * 4000)",
      ),
    ]);
    await turn('Write.', [call("open('d/ä b.bin', 'wb').write(b'two')")]);
    const gone = await turn('Delete.', [call("import shutil; shutil.rmtree('d')")]);
    const done = gone.find((event) => event.type === 'cell_done');
    assert.deepEqual(done?.type === 'cell_done' ? done.result.removed : null, ['d/ä b.bin']);
    assert.equal(await session.versions.restore('d/ä b.bin', 1), true);
    assert.deepEqual(
      await fixture.readArtifact('d/ä b.bin'),
      Buffer.from(Array.from({ length: 1_024_000 }, (_, n) => n % 256)),
    );
    const next = await turn('Look.', [call("print(len(open('d/ä b.bin', 'rb').read()))")]);
    assert.equal(
      next.some(({ type }) => type === 'artifact_stored'),
      false,
      'it is no file of the next cell',
    );
    await session.restartSandbox();
    assert.equal(await session.versions.restore('part1.csv', 1), true);
    assert.equal(await inSandbox('part1.csv'), await bytesOf('part1.csv', 1));
    assert.equal(await session.versions.restore('part1.csv', 1), false);
  });

  it('tables are compared cell by cell, by the sandbox', async () => {
    const make = (value: number) =>
      call(
        `import openpyxl; b = openpyxl.Workbook(); b.active.append(['m', 'n']); b.active.append(['a', ${value}]); b.active['B3'] = '=SUM(B2:B2)'; b.save('book.xlsx'); open('t.csv', 'w').write('id,v\\n1,${value}\\n2,7\\n')`,
      );
    await turn('Make.', [make(1)]);
    await turn('Change.', [make(5)]);
    const book = await session.versions.compareTables('book.xlsx', 1, 2);
    assert.deepEqual(book.changes, [
      { sheet: 'Sheet', kind: 'changed', what: 'cell', place: 'B2', before: '1', after: '5' },
    ]);
    const table = await session.versions.compareTables('t.csv', 1, 2);
    assert.deepEqual([table.cells, table.changes[0]?.place], [1, 'B2']);
    await assert.rejects(session.versions.compareTables('t.csv', 1, 9), { code: 'artifact-not-stored' });
  });
});
