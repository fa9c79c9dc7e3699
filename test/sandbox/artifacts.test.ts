/** Output files: found, hashed, fetched whole; what is no plain file, or not plainly named, is refused. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Failure } from '../../src/failures.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';

describe('artifacts', () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  const refused = async (name: string, limitBytes?: number): Promise<string> => {
    const error: unknown = await box.readArtifact(name, limitBytes).then(
      (bytes) => new Error(`${bytes.length} bytes were read.`),
      (reason: unknown) => reason,
    );
    if (error instanceof Failure && error.code === 'artifact-unreadable') return error.sentence;
    throw error;
  };

  it('are the new and changed files of a cell, with their bytes', async () => {
    const run = await box.run(
      'python',
      'import os; os.makedirs("sub/größe 名", exist_ok=True)\nopen("sub/größe 名/a b.bin", "wb").write(bytes(range(256)) * 40000)',
    );
    const [artifact] = run.artifacts;
    assert.deepEqual(
      [artifact?.name, artifact?.bytes, run.artifacts.length],
      ['sub/größe 名/a b.bin', 10_240_000, 1],
    );
    const bytes = await box.readArtifact('sub/größe 名/a b.bin');
    assert.equal(bytes.length, 10_240_000);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact?.sha256);
    assert.deepEqual((await box.run('python', '1')).artifacts, [], 'told once');
  });

  it('may be empty, and may start with a dash', async () => {
    const run = await box.run('bash', 'touch -- empty.txt && echo x > ./-rf');
    assert.deepEqual(run.artifacts.map(({ name }) => name).sort(), ['-rf', 'empty.txt']);
    assert.equal((await box.readArtifact('empty.txt')).length, 0);
    assert.equal((await box.readArtifact('-rf')).toString(), 'x\n');
  });

  it('larger than the limit are refused, not cut', async () => {
    await box.ok('bash', 'head -c 5000 /dev/zero > big.bin; truncate -s 1G sparse.bin');
    assert.match(await refused('big.bin', 4999), /larg|limit|big/i);
    assert.equal((await box.readArtifact('big.bin', 5000)).length, 5000);
    const startedAt = performance.now();
    await refused('sparse.bin', 1_000_000);
    assert.ok(performance.now() - startedAt < 5000, 'before its gigabyte of zeros was read');
  });

  it('that are links, devices, FIFOs, sockets or folders are not read, and nothing hangs', async () => {
    const run = await box.run(
      'bash',
      `ln -s /etc/passwd link.txt; ln -s /workspace linked; mkfifo pipe.txt; mkdir folder.txt
       python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock.txt")'`,
    );
    assert.deepEqual(run.artifacts, []);
    for (const name of ['link.txt', 'pipe.txt', 'sock.txt', 'folder.txt', 'linked/data.csv'])
      await refused(name);
    const names = run.refused.map(({ name }) => name);
    assert.ok(names.includes('link.txt') && names.includes('pipe.txt'), names.join());
  });

  it('outside /outputs are out of reach', async () => {
    for (const name of [
      '/etc/passwd',
      '../etc/passwd',
      'a/../../etc/passwd',
      '',
      '.',
      '..',
      'x\0y',
      'x\ny',
    ]) {
      await refused(name);
    }
  });

  it('are fetched by our own program, whatever the code put in its way', async () => {
    await box.ok(
      'bash',
      `for m in json os sys hashlib sitecustomize usercustomize; do echo 'print("planted")' > $m.py; done
       mkdir -p bin && printf '#!/bin/sh\\necho planted\\n' > bin/python3 && chmod +x bin/python3 && cp bin/python3 python3
       echo true > true.txt`,
    );
    assert.equal((await box.readArtifact('true.txt')).toString(), 'true\n');
    await box.ok('bash', 'rm -r bin python3 *.py');
  });

  it('that are gone say so', async () => {
    await box.ok('bash', 'echo x > gone.txt; sleep 0.1; rm gone.txt');
    assert.match(await refused('gone.txt'), /gone\.txt/);
  });

  it('replaced by a link while they are fetched never give what the link points to', async () => {
    const racing = box.run(
      'python',
      `
import os, time
end = time.time() + 6
while time.time() < end:
    open("race.tmp", "w").write("mine"); os.replace("race.tmp", "race.txt")
    os.symlink("/etc/passwd", "race.lnk"); os.replace("race.lnk", "race.txt")
`,
    );
    let fetched = 0;
    for (let n = 0; n < 25; n += 1) {
      const text = await box.readArtifact('race.txt').then(String, () => 'refused');
      assert.ok(['mine', '', 'refused'].includes(text), text.slice(0, 100));
      fetched += 1;
    }
    assert.equal(fetched, 25);
    await racing;
  });
});
