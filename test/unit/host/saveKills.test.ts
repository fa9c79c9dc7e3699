/** 10,000 saves by programs that are killed in the middle, and on a disk that is full: no file is partial, none lost. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { contentOf, TargetFolder } from '../../../src/host/targetFolder.ts';
import { isWhole, OURS, THEIRS } from '../../support/savingProcess.ts';

const ROUNDS = 40;
const SAVES = 10_000;
const LINUX = process.platform === 'linux';

describe('saving while the program is killed', { timeout: 300_000 }, () => {
  let root = '';
  let program = '';
  before(async () => {
    // In memory where it can be: thousands of saves wait for a disk otherwise.
    const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    root = await fs.mkdtemp(path.join(place, 'saves-'));
    program = path.join(root, 'saving.mjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, '../../support/savingProcess.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
  });
  after(async () => fs.rm(root, { recursive: true, force: true }));

  /** Kills it as soon as it has saved so often: it is somewhere in the next save then. */
  async function killedAfter(saves: number, folder: string, seed: number): Promise<Set<string>> {
    const child = spawn(process.execPath, [program, folder, String(seed), 'endless'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told = new Set<string>();
    const ended = new Promise((resolve) => child.once('close', resolve));
    let count = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      told.add(line);
      count += 1;
      if (count === saves) child.kill('SIGKILL');
    }
    await ended;
    assert.ok(count >= saves, `it ended by itself after ${count} saves`);
    return told;
  }

  it(`leaves whole files under their names, and what somebody else put there, in ${SAVES} saves`, async () => {
    const folder = path.join(root, 'workspace');
    await fs.mkdir(folder);
    await fs.writeFile(path.join(folder, THEIRS), 'somebody else');
    let [partial, overwritten, left] = [0, 0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const told = await killedAfter(SAVES / ROUNDS, folder, round);
      assert.deepEqual([...told], ['kept']);
      const names = await fs.readdir(folder);
      const ours = names.filter((name) => name.startsWith('ours'));
      assert.equal(ours.length, OURS);
      for (const name of ours) if (!isWhole(await fs.readFile(path.join(folder, name)))) partial += 1;
      if ((await fs.readFile(path.join(folder, THEIRS), 'utf8')) !== 'somebody else') overwritten += 1;
      left = names.filter((name) => name.endsWith('.part')).length;
      assert.equal(names.length, OURS + 1 + left, 'there is nothing else');
    }
    console.log(
      `saves: ${SAVES}, kills: ${ROUNDS}, partial: ${partial}, overwritten: ${overwritten}, left behind: ${left}`,
    );
    assert.deepEqual([partial, overwritten], [0, 0]);
    // What a kill left hidden is cleaned up by a later save, when it is old enough to be nobody's.
    const day = 24 * 60 * 60;
    const parts = (await fs.readdir(folder)).filter((name) => name.endsWith('.part'));
    for (const name of parts)
      await fs.utimes(path.join(folder, name), Date.now() / 1000 - day, Date.now() / 1000 - day);
    const foreign = [
      '.code-interpreter-notes.part',
      `.code-interpreter-${process.pid}-${'a'.repeat(36)}.part`,
    ];
    for (const name of foreign) {
      await fs.writeFile(path.join(folder, name), 'not ours to delete');
      await fs.utimes(path.join(folder, name), Date.now() / 1000 - day, Date.now() / 1000 - day);
    }
    const target = await TargetFolder.open(folder);
    await target.write('last.csv', contentOf(Buffer.from('x')), null);
    await target.close();
    const now = await fs.readdir(folder);
    assert.deepEqual(now.filter((name) => name.endsWith('.part')).sort(), foreign.sort());
  });

  it('says that the disk is full, and leaves what was there', async (context) => {
    const place = path.join(root, 'small');
    await fs.mkdir(place);
    const script = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" "$3" "$1" 7 full';
    const spaces = process.getuid?.() === 0 ? '-m' : '-Urm';
    const inside = ['sh', '-c', 'true'];
    if (!LINUX || spawnSync('unshare', [spaces, ...inside]).status !== 0) {
      context.skip('a small disk of its own cannot be mounted here');
      return;
    }
    const args = [spaces, 'sh', '-c', script, 'sh', place, process.execPath, program];
    const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
    assert.notEqual(stdout, '', stderr);
    const found = JSON.parse(stdout) as Record<string, number>;
    console.log(`on a full disk: ${stdout.trim()}`);
    assert.deepEqual([found['partial'], found['overwritten'], found['other']], [0, 0, 0]);
    assert.ok((found['saved'] ?? 0) > 50 && (found['refused'] ?? 0) > 50, stdout);
  });
});
