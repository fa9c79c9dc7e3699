/**
 * Group R of the threat model: more than there is of memory, processes, disk and output. Each ends at its limit, says
 * which, and the next cell runs; beside it stands what people need. Time and Stop: resourcesStop.test.ts.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LimitHit } from '../../../src/shared/outputs.ts';
import { attacks, type Target } from '../../support/attack.ts';
import type { Run } from '../../support/dockerFixture.ts';
import { MIB, TIGHT_LIMITS } from '../../support/tightLimits.ts';

function told(run: Run, hit: LimitHit): void {
  assert.ok(
    run.limits?.some((one) => JSON.stringify({ ...one }) === JSON.stringify(hit)),
    `${JSON.stringify(hit)} is not among ${JSON.stringify(run.limits ?? [])}; it ended with ${run.status}: ${run.error ?? ''}`,
  );
}

const nothingTold = (run: Run): void => {
  assert.deepEqual([run.status, run.limits ?? []], ['ok', []], run.error ?? run.stderr);
};

async function nextCellRuns(target: Target): Promise<void> {
  assert.equal(await target.ok('python', 'print(6 * 7)'), '42');
}

/** Bytes on disk below a folder. */
const sizeOf = async (target: Target, folder: string): Promise<number> =>
  Number(await target.ok('bash', `du -s --block-size=1 ${folder} 2>/dev/null | cut -f1`));

attacks('R: resources', { options: { limits: TIGHT_LIMITS }, runtimes: ['runc'] }, (target) => {
  it('R1 a fork bomb ends at the limit of processes, and says so; the next cell runs', async () => {
    const run = await target.run('bash', 'bomb() { bomb | bomb & }; bomb; sleep 60', 3000);
    assert.equal(run.status, 'timeout');
    told(run, { kind: 'processes', figure: 128 });
    assert.equal(run.stateLost, true);
    await nextCellRuns(target);
    assert.ok(Number(await target.ok('bash', 'ls /proc | grep -c "^[0-9]*$"')) < 20, 'the bomb is gone');
  });

  it('R1 may still: 20 processes at once', async () => {
    nothingTold(await target.run('bash', 'for n in $(seq 20); do sleep 1 & done; wait'));
  });

  it('R2 memory beyond the limit ends the kernel, named and with the figure', async () => {
    const run = await target.run('python', 'x = [bytearray(b"x") * (16 << 20) for _ in range(256)]');
    assert.deepEqual([run.status, run.stateLost], ['killed', true]);
    told(run, { kind: 'memory', figure: 768 * MIB, ended: 'kernel' });
    assert.deepEqual(target.box.lost, [], 'the container survives');
    await nextCellRuns(target);
  });

  it('R2 memory that cannot be had at all is an error, and variables stay', async () => {
    await target.ok('python', 'kept = 1');
    const run = await target.run('python', 'x = bytearray(1 << 50)');
    assert.deepEqual([run.status, run.stateLost], ['error', false]);
    assert.match(run.error ?? '', /^MemoryError/);
    told(run, { kind: 'memory', figure: 768 * MIB, ended: 'nothing' });
    assert.equal(await target.ok('python', 'print(kept)'), '1');
  });

  it('R2 may still: 200 MB of memory', async () => {
    nothingTold(await target.run('python', 'x = bytearray(b"x") * 200_000_000; del x'));
  });

  it('R3 when memory ends a process that the cell started, the kernel is not said to be dead', async () => {
    await target.ok('python', 'kept = 3');
    const grow = 'x = [bytearray(b"x") * (16 << 20) for _ in range(256)]';
    const code = `import subprocess; print(subprocess.run(["sh", "-c", "python3 -c '${grow.replaceAll('"', '\\"')}'; true"]).returncode)`;
    const run = await target.run('python', code);
    assert.deepEqual([run.status, run.stateLost], ['ok', false], run.error ?? '');
    told(run, { kind: 'memory', figure: 768 * MIB, ended: 'process' });
    assert.equal(await target.ok('python', 'print(kept)'), '3');
  });

  it('R4 /tmp and the home folder in it are full at their limit', async () => {
    for (const folder of ['/tmp', '$HOME']) {
      const run = await target.run('bash', `dd if=/dev/zero of=${folder}/fill bs=1M count=1000`);
      assert.equal(run.status, 'error');
      assert.match(run.stderr, /No space left on device/);
      told(run, { kind: 'disk', figure: 64 * MIB, place: '/tmp' });
      assert.ok((await sizeOf(target, '/tmp')) <= 65 * MIB);
      await target.ok('bash', `rm ${folder}/fill`);
    }
  });

  it('R4 shared memory is full at its limit, also when the code tidies up', async () => {
    const code =
      'for n in 1 2 3; do head -c 80000000 /dev/zero >/dev/shm/fill$n; done; sleep 0.5; rm /dev/shm/fill*; false';
    const run = await target.run('bash', code);
    assert.match(run.stderr, /No space left on device/);
    told(run, { kind: 'disk', figure: 192 * MIB, place: '/dev/shm' });
  });

  it('R4 /outputs is full at its limit: the cell is stopped at once, and what tidies up is not', async () => {
    const code = 'cd /outputs; for n in $(seq 1000); do head -c 20000000 /dev/zero >part$n; done';
    const run = await target.run('bash', code);
    assert.notEqual(run.status, 'ok');
    assert.match(run.error ?? '', /OutputsFull/);
    told(run, { kind: 'disk', figure: 96 * MIB, place: '/outputs' });
    assert.ok((await sizeOf(target, '/outputs')) < 4096 * MIB, 'the disk of the machine is not filled');
    nothingTold(await target.run('bash', 'cd /outputs; sleep 2; rm part1; sleep 2; rm part*'));
  });

  it('R4 a file in /outputs has a largest size', async () => {
    const run = await target.run('python', 'open("/outputs/big", "wb").truncate(1 << 40)');
    assert.match(run.error ?? '', /File too large/);
    told(run, { kind: 'fileSize', figure: 96 * MIB });
    const bash = await target.run('bash', 'dd if=/dev/zero of=/outputs/big bs=1M count=200');
    assert.notEqual(bash.status, 'ok');
    told(bash, { kind: 'fileSize', figure: 96 * MIB });
    await target.ok('bash', 'rm -f /outputs/big');
  });

  it('R4 may still: a file of 80 MB in /outputs, one of 40 MB in /tmp', async () => {
    const code =
      'head -c 80000000 /dev/zero >/outputs/fine; head -c 40000000 /dev/zero >/tmp/fine; rm /outputs/fine /tmp/fine';
    nothingTold(await target.run('bash', code));
  });

  it('R5 a million empty files end at the limit of files', async () => {
    const many = (folder: string): string =>
      `import os\nos.makedirs("${folder}/many", exist_ok=True)\nfor n in range(1_000_000): open(f"${folder}/many/{n}", "w").close()`;
    const inTmp = await target.run('python', many('/tmp'));
    assert.match(inTmp.error ?? '', /No space left on device/);
    told(inTmp, { kind: 'files', figure: 5000, place: '/tmp' });
    await target.ok('bash', 'rm -r /tmp/many');
    const inOutputs = await target.run('python', many('/outputs'));
    assert.match(inOutputs.error ?? '', /OutputsFull/);
    told(inOutputs, { kind: 'files', figure: 20_000, place: '/outputs' });
    await target.ok('bash', 'find /outputs -mindepth 1 -delete');
    await nextCellRuns(target);
  });

  it('R5 may still: 2,000 files in /tmp and in /outputs', async () => {
    const code = 'for d in /tmp /outputs; do mkdir $d/m; touch $(seq -f $d/m/%g 2000); rm -r $d/m; done';
    nothingTold(await target.run('bash', code));
  });

  it('R6 endless output is cut, counted, and costs the host no memory', async () => {
    const before = process.memoryUsage().rss;
    const run = await target.run('python', 'while True: print("x" * 1000)', 2000);
    assert.equal(run.status, 'timeout');
    told(run, { kind: 'output', figure: 1_000_000 });
    assert.ok((run.truncated[0]?.droppedBytes ?? 0) > 1e6);
    assert.ok(run.stdout.length < 1_100_000, `${run.stdout.length} characters`);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 50 * MIB, `${grown} bytes more`);
  });

  it('R7 one line of 100 MB keeps its beginning and its end', async () => {
    const code = 'import sys; sys.stdout.write("begin" + "x" * 100_000_000 + "end"); print()';
    const run = await target.run('python', code);
    assert.equal(run.status, 'ok');
    assert.deepEqual([run.stdout.slice(0, 6), run.stdout.slice(-5)], ['beginx', 'xend\n'], run.stderr);
    assert.ok(run.stdout.length < 1_100_000);
    told(run, { kind: 'output', figure: 1_000_000 });
  });

  it('R7 may still: 200 kB of output, whole', async () => {
    const run = await target.run('python', 'print("x" * 200_000)');
    nothingTold(run);
    assert.equal(run.stdout.length, 200_001);
  });

  it('R11 open files, threads and mapped memory have limits that are named', async () => {
    const files = await target.run('python', 'all = [open("/dev/null") for _ in range(100_000)]');
    assert.match(files.error ?? '', /Too many open files/);
    told(files, { kind: 'openFiles', figure: 4096 });
    await target.ok('python', 'all = None');
    const threads = `
import threading
go = threading.Event(); started = 0
try:
    for _ in range(1_000_000): threading.Thread(target=go.wait).start(); started += 1
except RuntimeError as e: print(e)
go.set()`;
    const run = await target.run('python', threads);
    assert.match(run.stdout, /can't start new thread/);
    told(run, { kind: 'processes', figure: 128 });
    const sparse = `
import mmap
with open("/outputs/sparse", "wb") as f:
    try: f.truncate(4 << 30)
    except OSError as e: print(e.strerror)`;
    assert.equal(await target.ok('python', sparse), 'File too large');
    await nextCellRuns(target);
  });

  it('R11 a crash writes no core dump', async () => {
    assert.equal(await target.ok('bash', 'ulimit -c'), '0');
  });

  it('R11 may still: 1,000 open files, 50 threads, 64 MB mapped', async () => {
    const code = `
import mmap, threading
files = [open("/dev/null") for _ in range(1000)]
go = threading.Event()
threads = [threading.Thread(target=go.wait) for _ in range(50)]
for t in threads: t.start()
go.set()
for t in threads: t.join()
for f in files: f.close()
mmap.mmap(-1, 64 << 20).close()`;
    nothingTold(await target.run('python', code));
  });
});
