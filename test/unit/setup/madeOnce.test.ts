/** What test files share is made once for the same sources, anew for others, and never half. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { madeOnce } from '../../support/madeOnce.ts';

describe('what is made once', () => {
  let sources = '';
  let times = 0;
  const made = new Set<string>();

  beforeEach(async () => {
    sources = await mkdtemp(join(tmpdir(), 'sources-'));
    await mkdir(join(sources, 'deep'));
    // Nobody else has the same.
    await writeFile(join(sources, 'deep/a.txt'), sources);
    times = 0;
  });
  afterEach(async () => {
    for (const folder of [sources, ...made]) await rm(folder, { recursive: true, force: true });
  });

  const make = async (): Promise<string> => {
    const folder = await madeOnce('test', [sources], async (empty) => {
      times += 1;
      await writeFile(join(empty, 'result'), await readFile(join(sources, 'deep/a.txt')));
    });
    made.add(folder);
    return folder;
  };

  it('is the same folder for the same sources, also for two at once', async () => {
    const [one, other] = await Promise.all([make(), make()]);
    assert.equal(one, other);
    const before = times;
    assert.equal(await make(), one);
    assert.equal(times, before);
    assert.equal(await readFile(join(one, 'result'), 'utf8'), sources);
  });

  it('is another one when a byte or a name is another', async () => {
    const first = await make();
    await writeFile(join(sources, 'deep/a.txt'), 'changed');
    const second = await make();
    await writeFile(join(sources, 'deep/b.txt'), '');
    const third = await make();
    assert.equal(new Set([first, second, third]).size, 3);
    assert.equal(await readFile(join(second, 'result'), 'utf8'), 'changed');
  });

  it('leaves nothing when it fails, and says why', async () => {
    let half = '';
    const failing = madeOnce('test', [sources], async (empty) => {
      half = empty;
      await writeFile(join(empty, 'result'), 'half');
      throw new Error('no space');
    });
    await assert.rejects(failing, /no space/);
    assert.ok(!existsSync(half));
    assert.equal(await readFile(join(await make(), 'result'), 'utf8'), sources);
  });
});
