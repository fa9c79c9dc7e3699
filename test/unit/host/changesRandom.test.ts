/** Whatever hunks are accepted, rejected and taken back in whatever order: the file is what the model of it says. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { ProposedChange } from '../../../src/shared/changes.ts';
import { changesForTests, type ChangesWorld } from '../../support/changesWorld.ts';
import { randomFrom } from '../../support/random.ts';

const RUNS = 500;
const world = changesForTests();

type Random = () => number;
const upTo = (random: Random, limit: number): number => Math.floor(random() * limit);
const oneOf = <T>(random: Random, from: readonly T[]): T => from[upTo(random, from.length)] as T;

/** Bytes of any encoding but those with NULs. */
const WORDS = ['', 'a', 'b', '}', '  x = 1', 'größe', '日本語', '\t', 'a b ', '# ½'].map((word) =>
  Buffer.from(word),
);
const RAW = [[0xff], [0xe4, 0xf6], [0xc3], [0xef, 0xbb, 0xbf, 0x61], [0x0d], [0x93, 0x94]].map((bytes) =>
  Buffer.from(bytes),
);

function randomLine(random: Random, ending: string): Buffer {
  return Buffer.concat([oneOf(random, random() < 0.8 ? WORDS : RAW), Buffer.from(ending)]);
}

function randomTexts(random: Random): { base: Buffer; fresh: Buffer } {
  const style = oneOf(random, [['\n'], ['\r\n'], ['\n', '\r\n']]);
  const line = (): Buffer => randomLine(random, oneOf(random, style));
  const base = Array.from({ length: upTo(random, 40) }, line);
  const fresh = base.flatMap((old) => {
    const what = random();
    if (what < 0.75) return [old];
    if (what < 0.83) return [];
    return what < 0.92 ? [line()] : [old, line(), line()];
  });
  if (random() < 0.2) fresh.unshift(line());
  return { base: joined(base, random), fresh: joined(fresh, random) };
}

/** One in three does not end with a line end; one in six begins with a byte order mark. */
function joined(lines: Buffer[], random: Random): Buffer {
  const bytes = Buffer.concat(lines);
  const ended = random() < 0.3 && bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
  return random() < 0.17 ? Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), ended]) : ended;
}

/** By the numbers that the panel is told: independent of how the host makes the text. */
function expected(
  base: string,
  fresh: string,
  { hunks }: ProposedChange,
  accepted: ReadonlySet<number>,
): string {
  const [old, lines] = [split(base), split(fresh)];
  for (const hunk of [...hunks].reverse()) {
    if (!accepted.has(hunk.index)) continue;
    const from = (start: number, count: number): number => (count === 0 ? start : start - 1);
    const [oldAt, newAt] = [from(hunk.oldStart, hunk.oldLines), from(hunk.newStart, hunk.newLines)];
    // What stands around the change is shown, and is the same in both.
    const lead = hunk.lines.findIndex((shown) => /^[+-]/.test(shown));
    old.splice(oldAt + lead, hunk.oldLines - lead, ...lines.slice(newAt + lead, newAt + hunk.newLines));
  }
  return old.join('');
}
const split = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

async function walk(on: ChangesWorld, random: Random, base: string, fresh: string): Promise<void> {
  const name = 'a.txt';
  const first = await on.change(name);
  let now = first;
  const asked = { containerPath: first.containerPath, sha256: first.sha256 };
  const accepted = new Set<number>();
  const rejected = new Set<number>();
  const stack: number[][] = [];
  for (let step = 0; step < 4; step += 1) {
    const open = now.hunks.filter(({ decision }) => decision === 'open').map(({ index }) => index);
    const some = open.filter(() => random() < 0.4);
    const what = random();
    if (what < 0.3 && stack.length > 0) {
      assert.equal(await on.undo(name), true);
      for (const hunk of stack.pop() ?? []) accepted.delete(hunk);
    } else if (what < 0.75 && some.length > 0) {
      assert.equal(await on.changes.decide({ ...asked, hunks: some, accept: true }), true);
      stack.push(some);
      for (const hunk of some) accepted.add(hunk);
    } else if (some.length > 0) {
      await on.changes.decide({ ...asked, hunks: some, accept: false });
      for (const hunk of some) rejected.add(hunk);
    }
    const view = await on.change(name);
    now = view;
    assert.equal(await on.get(name), expected(base, fresh, first, accepted));
    assert.deepEqual(
      view.hunks.map(({ decision }) => decision),
      view.hunks.map(({ index }) =>
        accepted.has(index) ? 'accepted' : rejected.has(index) ? 'rejected' : 'open',
      ),
    );
    assert.equal(view.canUndo, stack.length > 0);
    assert.equal(view.changedMeanwhile, false);
  }
  while (stack.pop() !== undefined) await on.undo(name);
  assert.equal(await on.get(name), base, 'all taken back');
}

describe('random proposals', () => {
  it(`${RUNS} of them, of any encoding and line ends`, async () => {
    let hunks = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const random = randomFrom(seed);
      const { base, fresh } = randomTexts(random);
      const [old, wanted] = [base.toString('latin1'), fresh.toString('latin1')];
      const on = world();
      const fail = `seed ${seed}`;
      const begin = async (): Promise<void> => {
        on.events = [];
        await on.put('a.txt', base);
        await on.propose('a.txt', fresh);
      };
      await begin();
      const view = await on.change('a.txt');
      hunks += view.hunks.length;
      assert.equal(view.state.kind, base.equals(fresh) ? 'same' : 'open', fail);
      await walk(on, random, old, wanted).catch((error: unknown) => {
        throw new Error(fail, { cause: error });
      });
      await begin();
      await on.decide('a.txt', null);
      assert.equal(await on.get('a.txt'), wanted, `${fail}: all accepted`);
      await begin();
      await on.decide('a.txt', null, false);
      assert.equal(await on.get('a.txt'), old, `${fail}: all rejected`);
    }
    assert.ok(hunks > RUNS, `${hunks} hunks`);
  });

  it('a file that is new, or no text, is there or as it was', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = randomFrom(seed);
      const on = world();
      on.events = [];
      const bytes = Buffer.from(Array.from({ length: upTo(random, 300) }, () => upTo(random, 256)));
      const name = `made/${seed}.bin`;
      await on.propose(name, bytes);
      assert.equal((await on.change(name)).kind, 'new');
      await on.decide(name, null);
      assert.equal(await on.get(name), bytes.toString('latin1'));
      await on.undo(name);
      assert.equal(existsSync(on.at(name)), false);
      const other = Buffer.concat([bytes, Buffer.from([0, upTo(random, 256)])]);
      await on.put('b.bin', Buffer.concat([bytes, Buffer.from([0])]));
      await on.propose('b.bin', other);
      assert.equal((await on.change('b.bin')).kind, 'whole');
      await on.decide('b.bin', [0]);
      assert.equal(await on.get('b.bin'), other.toString('latin1'));
      await on.undo('b.bin');
      assert.equal((await on.get('b.bin')).length, bytes.length + 1);
    }
  });
});
