/** Start, cancel, dispose: whatever happens in between, nothing of ours is left. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { removeLeftovers } from '../../src/container/dockerSandbox.ts';
import { ensureImage, imageReference, type ImageSource } from '../../src/container/image.ts';
import { OWNER_LABEL, SESSION_LABEL } from '../../src/container/labels.ts';
import { formatOwner, ownOwner } from '../../src/container/owner.ts';
import { DEFAULT_LIMITS } from '../../src/container/policy.ts';
import { Failure } from '../../src/failures.ts';
import {
  engineForTests,
  imageForTests,
  makeWorkspace,
  SandboxFixture,
  TEST_DOCKER,
} from '../support/dockerFixture.ts';

const code = (expected: string) => (error: unknown) => error instanceof Failure && error.code === expected;
const left = async (box: SandboxFixture): Promise<number> =>
  (await box.containers()).length + (await box.volumes()).length;

describe('start', () => {
  it('that several ask for happens once', async () => {
    const box = await SandboxFixture.make();
    try {
      const facts = await Promise.all([1, 2, 3].map(async () => box.sandbox.start(() => undefined)));
      assert.equal(facts[0], facts[2]);
      assert.deepEqual([(await box.containers()).length, (await box.volumes()).length], [1, 3]);
    } finally {
      await box.close();
    }
    assert.equal(await left(box), 0);
  });

  for (const moment of ['Connecting to Docker', 'Starting the sandbox', 'Starting Python']) {
    it(`cancelled at "${moment}" leaves nothing, and a new start works`, async () => {
      const box = await SandboxFixture.make();
      try {
        const cancel = new AbortController();
        const starting = box.sandbox.start(({ message }) => {
          if (message === moment) setTimeout(() => cancel.abort(), 5);
        }, cancel.signal);
        await assert.rejects(starting, code('cancelled'));
        assert.equal(await left(box), 0);
        await box.sandbox.start(() => undefined);
        assert.equal(await box.ok('python', 'print(1)'), '1');
      } finally {
        await box.close();
      }
    });
  }

  it('under way when the sandbox is disposed leaves nothing either', async () => {
    const box = await SandboxFixture.make();
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const starting = box.sandbox.start(({ message }) => {
      if (message === 'Starting the sandbox') setTimeout(begun, 150);
    });
    const settled = Promise.allSettled([starting]);
    await beginning;
    await Promise.all([box.sandbox.dispose(), box.sandbox.dispose()]);
    assert.equal((await settled)[0]?.status, 'rejected');
    assert.equal(await left(box), 0);
    await assert.rejects(
      box.sandbox.start(() => undefined),
      code('sandbox-closed'),
    );
    await box.close();
  });

  it('refuses limits and folders that it cannot honour, before it makes anything', async () => {
    for (const [options, expected] of [
      [{ limits: { ...DEFAULT_LIMITS, pids: 0 } }, 'bad-limit'],
      [{ mounts: [{ source: '/', name: null }] }, 'bad-mount'],
      [{ mounts: [{ source: '/var/run', name: 'run' }] }, 'bad-mount'],
      [{ image: { kind: 'ready', reference: 'code-interpreter-test:missing' } }, 'image-missing'],
    ] as const) {
      const box = await SandboxFixture.make(options as Parameters<typeof SandboxFixture.make>[0]);
      await assert.rejects(
        box.sandbox.start(() => undefined),
        code(expected),
      );
      assert.equal(await left(box), 0);
      await box.close();
    }
  });

  it('refuses a container whose bridge reports a missing protection, and removes it', async () => {
    const engine = await engineForTests();
    const folder = mkdtempSync(path.join(tmpdir(), 'insecure-'));
    writeFileSync(
      path.join(folder, 'bridge.py'),
      `
import json, os, socket
listener = socket.socket(socket.AF_UNIX)
listener.bind("\\0code-interpreter-bridge")
listener.listen()
peer, _ = listener.accept()
peer.recv(1000)
status = {"seccomp": 0, "noNewPrivs": 1, "capEff": "0000000000000000"}
welcome = {"type": "welcome", "seq": 0, "protocol": 3, "firstSeq": 1, "lastSeq": 0, "securityStatus": status}
peer.sendall(json.dumps(welcome).encode() + b"\\n")
peer.recv(1000)
`,
    );
    writeFileSync(
      path.join(folder, 'Dockerfile'),
      'ARG BASE\nFROM $BASE\nCOPY bridge.py /bridge.py\nENTRYPOINT []\nCMD ["python3", "-I", "/bridge.py"]\n',
    );
    const image: ImageSource = {
      kind: 'build',
      contextFolder: folder,
      base: await imageForTests(),
      caFile: null,
      office: false,
    };
    const box = await SandboxFixture.make({ image });
    try {
      await ensureImage(
        engine,
        image,
        () => undefined,
        () => undefined,
      );
      await assert.rejects(
        box.sandbox.start(() => undefined),
        (error) => code('sandbox-insecure')(error) && /no system call filter/.test(String(error)),
      );
      assert.equal(await left(box), 0);
    } finally {
      await box.close();
      await engine.removeImage(await imageReference(image));
      rmSync(folder, { recursive: true });
    }
  });

  it('says why when the container ends at once', async () => {
    const box = await SandboxFixture.make({ image: { kind: 'ready', reference: 'debian:forky-slim' } });
    await assert.rejects(
      box.sandbox.start(() => undefined),
      Failure,
    );
    assert.equal(await left(box), 0);
    await box.close();
  });
});

describe('mounts', () => {
  it('of several folders and files with odd names appear below /workspace; links do not lead out', async () => {
    const odd = 'with space, comma: "quotes" ünï';
    const workspace = makeWorkspace({
      'one/a.txt': 'A',
      [`${odd}/b.txt`]: 'B',
      'single.csv': 'S',
      'secret/s.txt': 'X',
    });
    symlinkSync(path.join(workspace, 'secret', 's.txt'), path.join(workspace, 'one', 'out.txt'));
    symlinkSync('/etc/hostname', path.join(workspace, 'one', 'host.txt'));
    mkdirSync(path.join(workspace, 'one', 'empty'));
    const mounts = [
      { source: path.join(workspace, 'one'), name: 'one' },
      { source: path.join(workspace, odd), name: odd },
      { source: path.join(workspace, 'single.csv'), name: 'single.csv' },
    ];
    const box = await SandboxFixture.started({ mounts }, workspace);
    try {
      assert.equal(await box.ok('bash', 'cat /workspace/one/a.txt'), 'A');
      assert.equal(
        await box.ok('python', `print(open("/workspace/" + ${JSON.stringify(odd)} + "/b.txt").read())`),
        'B',
      );
      assert.equal(await box.ok('bash', 'cat /workspace/single.csv'), 'S');
      assert.equal((await box.run('bash', 'cat /workspace/one/out.txt')).status, 'error');
      assert.equal(
        await box.ok('bash', 'cat /workspace/one/host.txt'),
        'sandbox',
        "the container's own file",
      );
    } finally {
      await box.close();
    }
  });
});

describe('leftovers', () => {
  it('of dead owners are removed; those of the living and of other hosts stay', async () => {
    const engine = await engineForTests();
    const own = await ownOwner();
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    const owners = {
      dead: { ...own, pid: ended.pid ?? 0 },
      reused: { ...own, startedAt: '1' },
      rebooted: { ...own, boot: 'another' },
      alive: own,
      foreign: { ...own, host: 'fedcba9876543210', pid: ended.pid ?? 0 },
    };
    const session = `leftovers-${process.pid}`;
    for (const [kind, owner] of Object.entries(owners)) {
      const labels = { [OWNER_LABEL]: formatOwner(owner), [SESSION_LABEL]: session };
      const name = `${session}-${kind}`;
      await engine.createVolume(name, labels);
      const Mounts = [{ Type: 'volume' as const, Source: name, Target: '/outputs' }];
      await engine.createContainer({
        name,
        Image: 'debian:forky-slim',
        Cmd: ['sleep', '60'],
        Labels: labels,
        HostConfig: { Mounts, NetworkMode: 'none' },
      });
      if (kind === 'dead') await engine.startContainer(name);
    }
    try {
      const log: string[] = [];
      const removed = await removeLeftovers(TEST_DOCKER, (line) => log.push(line));
      assert.ok(removed >= 6, log.join('\n'));
      const names = (await engine.listVolumes(`${SESSION_LABEL}=${session}`)).map(({ name }) => name).sort();
      assert.deepEqual(names, [`${session}-alive`, `${session}-foreign`]);
      assert.equal((await engine.listContainers(`${SESSION_LABEL}=${session}`)).length, 2);
    } finally {
      for (const kind of Object.keys(owners)) {
        await engine.removeContainer(`${session}-${kind}`);
        await engine.removeVolume(`${session}-${kind}`);
      }
    }
  });

  it('of a process that exits without disposing are removed by its last act', async () => {
    const workspace = makeWorkspace();
    const session = `exit-${process.pid}`;
    const script = path.join(workspace, 'run.mts');
    const module = fileURLToPath(new URL('../../src/container/dockerSandbox.ts', import.meta.url));
    writeFileSync(
      script,
      `
import { createDockerSandbox } from ${JSON.stringify(module)};
import { DEFAULT_LIMITS } from ${JSON.stringify(path.join(path.dirname(module), 'policy.ts'))};
const image = { kind: 'ready', reference: ${JSON.stringify(await imageForTests())} };
const box = createDockerSandbox({ sessionId: ${JSON.stringify(session)}, mounts: [], limits: DEFAULT_LIMITS,
  image, docker: { host: null }, log: () => undefined });
box.start(() => undefined).then(() => process.exit(3));
`,
    );
    const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
    const [exitCode] = (await once(child, 'exit')) as [number];
    assert.equal(exitCode, 3);
    const engine = await engineForTests();
    const label = `${SESSION_LABEL}=${session}`;
    const count = async (): Promise<number> =>
      (await engine.listContainers(label)).length + (await engine.listVolumes(label)).length;
    for (let n = 0; n < 100 && (await count()) > 0; n += 1) await pause(100);
    assert.equal(await count(), 0);
    rmSync(workspace, { recursive: true });
  });
});
