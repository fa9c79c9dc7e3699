/** Names are asked of each language by itself; what is too busy for one of them is asked again for all. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namesFrom } from '../../../src/session/cellNames.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

const NAMES = { uses: ['y'], sets: ['x'], imports: [] };
const CELLS = [
  { language: 'python', code: 'x = y' },
  { language: 'bash', code: 'x=$y' },
  { language: 'javascript', code: 'x = y' },
  { language: 'bash', code: 'if' },
] as const;

describe('names of code', () => {
  it('are asked of each language, and belong to the code that was asked about', async () => {
    const sandbox = fakeSandbox();
    sandbox.onQuery = async ({ language }) => {
      const cells =
        language === 'bash' ? [{ ...NAMES, sets: ['bash'] }, null] : [{ ...NAMES, sets: [language] }];
      return Promise.resolve({ ok: true, answer: { cells } });
    };
    const found = await namesFrom(() => sandbox.kernel)(CELLS);
    assert.deepEqual(
      found === 'later' ? found : found.map((names) => (names === 'unread' ? names : names?.sets)),
      [['python'], ['bash'], ['javascript'], 'unread'],
    );
    assert.deepEqual(
      sandbox.queries.map(({ language, name, params }) => [language, name, params]),
      [
        ['python', 'names', { cells: ['x = y'] }],
        ['bash', 'names', { cells: ['x=$y', 'if'] }],
        ['javascript', 'names', { cells: ['x = y'] }],
      ],
    );
  });

  it('of one language are not lost with another that has none to give', async () => {
    const sandbox = fakeSandbox();
    sandbox.onQuery = async ({ language }) =>
      Promise.resolve(
        language === 'bash'
          ? { ok: false, reason: 'unknown', problem: 'There are no queries for bash.' }
          : { ok: true, answer: { cells: [NAMES] } },
      );
    assert.deepEqual(await namesFrom(() => sandbox.kernel)(CELLS), [NAMES, null, NAMES, null]);
  });

  it('come later, all of them, when one kernel has no time', async () => {
    const sandbox = fakeSandbox();
    sandbox.onQuery = async ({ language }) =>
      Promise.resolve(
        language === 'javascript'
          ? { ok: false, reason: 'cancelled', problem: 'It was stopped.' }
          : { ok: true, answer: { cells: [NAMES, NAMES] } },
      );
    assert.equal(await namesFrom(() => sandbox.kernel)(CELLS), 'later');
  });
});
