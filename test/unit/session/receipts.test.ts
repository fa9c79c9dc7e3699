/** Edits that do nothing and are claimed all the same: each is told, and no other is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AssistantBlock } from '../../../src/models/model.ts';
import { filesOf } from '../../../src/shared/versions.ts';
import { claimOf, EDITED_FILES, editOf, fileOf, firstText, idleOf } from '../../support/editScenario.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();
const EDITS = 200;

/** What the scenario's code does, without a Python. */
function ran(code: string, files: ReadonlyMap<string, Uint8Array>): CellScript {
  if (code === 'make') {
    const names = Array.from({ length: EDITED_FILES }, (_, n) => fileOf(n));
    return { files: Object.fromEntries(names.map((name) => [name, firstText])) };
  }
  const [, name = ''] = /open\('([^']+)'/.exec(code) ?? [];
  const text = Buffer.from(files.get(name) ?? []).toString();
  const [, added] = /'a'\)\.write\('(.*)\\n'\)$/.exec(code) ?? [];
  if (added !== undefined) return { files: { [name]: `${text}${added}\n` } };
  return code.includes("'w')") ? { files: { [name]: text === '' ? 'scratch' : text } } : {};
}

describe('receipts of edits', () => {
  it(`of ${EDITS} edits of which 50 do nothing, 50 are told and none is told falsely`, async () => {
    let replies: AssistantBlock[][] = [];
    const model = scriptedModel(() => ({ content: replies.shift() ?? [say('Done.')] }));
    const sandbox = fakeSandbox(({ code }) => ran(code, sandbox.files));
    const { session, events } = await sessions.open(model, sandbox);
    const turn = async (...content: AssistantBlock[][]): Promise<void> => {
      replies = content;
      assert.deepEqual(await session.send({ intent: 'ask', text: 'Add the line.', files: [] }), {
        kind: 'finished',
      });
    };
    await turn([call('make')]);
    const flagged: number[] = [];
    for (let n = 1; n <= EDITS; n += 1) {
      const from = events.length;
      const block = editOf(n);
      await turn(...(block === null ? [[claimOf(n)]] : [[block], [claimOf(n)]]));
      const seen = events.slice(from);
      if (seen.some((event) => event.type === 'claims_checked' && event.files.includes(fileOf(n))))
        flagged.push(n);
    }
    const idle = Array.from({ length: EDITS }, (_, at) => at + 1).filter((n) => idleOf(n) !== null);
    const found = flagged.filter((n) => idleOf(n) !== null).length;
    console.log(`edits: ${EDITS}, idle: ${idle.length}, flagged: ${found}, false: ${flagged.length - found}`);
    assert.equal(idle.length, 50);
    assert.deepEqual(flagged, idle);
    // Each real edit is a version, and nothing else is one.
    const edited = filesOf(session.events()).filter(({ name }) => name.startsWith('part'));
    const versions = edited.reduce((sum, file) => sum + file.versions.length - 1, 0);
    assert.equal(versions, EDITS - idle.length);
    const same = events.filter((event) => event.type === 'artifact_stored' && event.same === true);
    assert.equal(same.length, idle.filter((n) => idleOf(n) === 'same bytes').length);
  });
});
