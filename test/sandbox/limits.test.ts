/** Too much of anything ends in an error the code can read, or in a truthful status; the session goes on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../../src/container/policy.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';

const MIB = 1024 * 1024;

describe('limits', () => {
  let box: SandboxFixture;
  before(async () => {
    const limits = {
      ...DEFAULT_LIMITS,
      memoryBytes: 768 * MIB,
      tmpBytes: 64 * MIB,
      outputsBytes: 96 * MIB,
      cpus: 1,
    };
    box = await SandboxFixture.started({ limits });
  });
  after(async () => box.close());

  it('of processes: a fork fails, and the next cell works', async () => {
    const code = `
import subprocess
children = []
try:
    for n in range(1000): children.append(subprocess.Popen(["sleep", "60"]))
except OSError as e: print(type(e).__name__, 100 < len(children) < 256)
for child in children: child.kill()
for child in children: child.wait()
`;
    assert.equal(await box.ok('python', code), 'BlockingIOError True');
    assert.equal(await box.ok('python', 'print(1)'), '1');
  });

  it('of memory: the kernel is killed, the status says so, the reason is told', async () => {
    const run = await box.run('python', 'x = [bytearray(b"x") * (32 << 20) for _ in range(100)]');
    assert.deepEqual([run.status, run.stateLost], ['killed', true]);
    assert.match(run.error ?? '', /memory/i);
    assert.deepEqual(box.lost, [], 'the container survives');
    assert.equal(await box.ok('python', 'print(1)'), '1');
  });

  it('of memory: a killed child is an error of the cell, not of the kernel', async () => {
    await box.ok('python', 'kept = 4');
    const run = await box.run('bash', `python3 -c 'x = [bytearray(b"x") * (32 << 20) for _ in range(100)]'`);
    assert.equal(run.status, 'error');
    assert.equal(await box.ok('python', 'print(kept)'), '4');
  });

  it('of /tmp: no space left, in bytes and in files', async () => {
    const code = `
import os
try: open("/tmp/big", "wb").write(b"x" * (200 << 20))
except OSError as e: print(os.strerror(e.errno))
os.remove("/tmp/big")
os.mkdir("/tmp/many")
try:
    for n in range(50000): open(f"/tmp/many/{n}", "w").close()
except OSError as e: print(os.strerror(e.errno), n > 10000)
import shutil; shutil.rmtree("/tmp/many")
`;
    assert.equal(await box.ok('python', code), 'No space left on device\nNo space left on device True');
  });

  it('of one file in /outputs', async () => {
    const code = `
import os
try: open("/outputs/big", "wb").write(b"x" * (200 << 20))
except OSError as e: print(os.strerror(e.errno))
os.remove("/outputs/big")
`;
    assert.equal(await box.ok('python', code), 'File too large');
  });

  it('of /outputs together: the cell is stopped and says why', async () => {
    const run = await box.run(
      'python',
      `
import time
for n in range(100):
    open(f"/outputs/part{n}", "wb").write(b"x" * (8 << 20)); time.sleep(0.3)
`,
    );
    assert.notEqual(run.status, 'ok');
    assert.match(JSON.stringify(run.outputs), /outputs/);
    await box.ok('bash', 'rm -f /outputs/part*');
    assert.equal(await box.ok('python', 'print(1)'), '1');
  });

  it('of open files and core dumps', async () => {
    assert.equal(await box.ok('bash', 'ulimit -Hn; ulimit -Hc'), '4096\n0');
  });

  it('of output: head and tail are kept, what was dropped is counted, memory does not grow', async () => {
    const before = process.memoryUsage().rss;
    const code = `
print("first line")
line = "x" * 99 + "\\n"
import sys
for n in range(1_000_000): sys.stdout.write(line)
print("last line")
`;
    const run = await box.run('python', code, { outputLimitBytes: 200_000 });
    assert.equal(run.status, 'ok');
    assert.ok(run.stdout.startsWith('first line\n'));
    assert.ok(run.stdout.endsWith('last line\n'));
    assert.ok(run.stdout.length < 300_000, `${run.stdout.length} characters`);
    const droppedBytes = run.truncated.reduce((sum, one) => sum + one.droppedBytes, 0);
    assert.ok(droppedBytes > 99_000_000 && droppedBytes < 100_100_000, `${droppedBytes} bytes dropped`);
    const grownBytes = process.memoryUsage().rss - before;
    assert.ok(grownBytes < 60 * MIB, `${grownBytes} bytes more`);
  });

  it('of CPU: a busy cell gets what it may, and no more', async () => {
    const code = `
import multiprocessing, time
def burn(seconds, out):
    end = time.time() + seconds
    while time.time() < end: pass
    out.put(time.process_time())
context = multiprocessing.get_context("fork")
out = context.Queue()
children = [context.Process(target=burn, args=(4, out)) for _ in range(3)]
for c in children: c.start()
used = sum(out.get() for _ in children)
print(round(used, 2))
`;
    const usedSeconds = Number(await box.ok('python', code));
    assert.ok(usedSeconds < 4 * 1.3, `${usedSeconds} s of CPU in 4 s with one CPU`);
  });
});
