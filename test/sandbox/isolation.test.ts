/** What the container is, seen from inside and from the engine: read-only workspace, no network, no privileges. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { SandboxFixture } from '../support/dockerFixture.ts';

describe('isolation', () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  it('no capabilities, no new privileges, a system call filter, no root: in every language', async () => {
    const pattern = '^(CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp|Uid):';
    const expected = [
      /^Uid:\t([1-9]\d*)\t\1\t\1\t\1$/,
      /^CapPrm:\t0+$/,
      /^CapEff:\t0+$/,
      /^CapBnd:\t0+$/,
      /^NoNewPrivs:\t1$/,
      /^Seccomp:\t2$/,
    ];
    const command = `grep -E '${pattern}' /proc/self/status`;
    for (const [language, code] of [
      ['bash', command],
      [
        'python',
        `import subprocess; print(subprocess.check_output(${JSON.stringify(command)}, shell=True, text=True))`,
      ],
      ['javascript', `console.log(require('child_process').execSync(${JSON.stringify(command)}).toString())`],
    ] as const) {
      const lines = (await box.ok(language, code)).trim().split('\n');
      assert.equal(lines.length, expected.length, lines.join('|'));
      expected.forEach((line, n) => assert.match(lines[n] ?? '', line, language));
    }
  });

  it('only a loopback interface, and no name is resolved', async () => {
    assert.equal(await box.ok('bash', 'ls /sys/class/net'), 'lo');
    const code = `
import socket
for call in (lambda: socket.create_connection(("192.0.2.1", 80), 3), lambda: socket.getaddrinfo("example.com", 80)):
    try: call(); print("reached")
    except OSError as e: print("refused")
`;
    assert.equal(await box.ok('python', code), 'refused\nrefused');
  });

  it('its own loopback works, for tools that need one', async () => {
    const code = `
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=lambda: server.accept()[0].sendall(b"hello")).start()
print(socket.create_connection(server.getsockname(), 3).recv(5).decode())
`;
    assert.equal(await box.ok('python', code), 'hello');
  });

  it('writable are /outputs, /packages, /tmp and /dev/shm; nothing else', async () => {
    // On the root file system: the two places where the writable ones are mounted.
    const find = `find / -xdev -writable \\( -type d -o -type f \\) 2>/dev/null | sort; true`;
    assert.equal(await box.ok('bash', find), '/outputs\n/packages\n/tmp');
    const mounts = await box.ok('bash', `awk '$4 ~ /^rw/ {print $2}' /proc/mounts | sort`);
    const usable: string[] = [];
    for (const mount of mounts.split('\n')) {
      const made = await box.run('bash', `mkdir '${mount}/made' 2>/dev/null && rmdir '${mount}/made'`);
      if (made.status === 'ok') usable.push(mount);
    }
    assert.deepEqual(
      usable.sort(),
      ['/dev/mqueue', '/dev/shm', '/outputs', '/packages', '/tmp'].filter((m) => usable.includes(m)),
    );
    assert.ok(usable.includes('/outputs') && usable.includes('/tmp'));
  });

  it('programs do not run from /tmp', async () => {
    const run = await box.run('bash', 'cp /usr/bin/id /tmp/own && /tmp/own');
    assert.equal(run.status, 'error');
    assert.match(run.stderr + (run.error ?? ''), /Permission denied|126/);
  });

  it('the sandbox has no log on the host that it could fill', async () => {
    const format = '{{.HostConfig.LogConfig.Type}} {{.LogPath}}';
    assert.equal(
      execFileSync('docker', ['inspect', '-f', format, await box.containerId()])
        .toString()
        .trim(),
      'none',
    );
  });
});
