/** Group N, nothing open: the sandbox has no way out, and none to another sandbox. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { it } from 'node:test';
import { attacks } from '../../support/attack.ts';
import { SandboxFixture } from '../../support/dockerFixture.ts';

/** Prints for each attempt its name and `reached`, or how it failed. */
const TRY = `
import socket, ssl, sys
def attempt(name, call):
    try: call(); print(name, 'reached')
    except OSError as e: print(name, type(e).__name__)
`;

attacks('N: no network', {}, (target) => {
  it('N1 only loopback; no name, no TCP, UDP, ICMP or raw packet leaves', async () => {
    const interfaces = `awk -F: 'NR > 2 {gsub(/ /, "", $1); print $1}' /proc/net/dev`;
    assert.equal(await target.ok('bash', interfaces), 'lo');
    const code = `${TRY}
for address in ('172.17.0.1', '169.254.169.254', '10.0.0.1', '192.0.2.1'):
    attempt(f'tcp {address}', lambda: socket.create_connection((address, 80), 3))
    attempt(f'udp {address}', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (address, 53)))
attempt('tcp6', lambda: socket.create_connection(('2001:db8::1', 80), 3))
attempt('udp6', lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8::1', 53)))
attempt('icmp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).sendto(b'\\x08' + bytes(7), ('192.0.2.1', 0)))
attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
for name in ('example.com', 'host.docker.internal', 'gateway.docker.internal', 'metadata.google.internal'):
    attempt(f'name {name}', lambda: socket.getaddrinfo(name, 80))
`;
    const lines = (await target.ok('python', code)).split('\n');
    assert.equal(lines.length, 17);
    for (const line of lines) assert.match(line, /(Error|gaierror)$/);
  });

  it('N1 may still: its own loopback, over TCP and UDP', async () => {
    const code = `${TRY}
server = socket.create_server(('127.0.0.1', 0))
attempt('tcp', lambda: socket.create_connection(server.getsockname(), 3))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(('127.0.0.1', 0))
attempt('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', udp.getsockname()))
`;
    assert.equal(await target.ok('python', code), 'tcp reached\nudp reached');
  });

  it('N3 two sandboxes: neither loopback nor abstract sockets of one are there in the other', async () => {
    const listen = `
import socket
held = socket.create_server(('127.0.0.1', 45678))
print('listens')`;
    assert.equal(await target.ok('python', listen), 'listens');
    const other = await SandboxFixture.started();
    try {
      const reach = `${TRY}attempt('tcp', lambda: socket.create_connection(('127.0.0.1', 45678), 3))`;
      assert.equal(await other.ok('python', reach), 'tcp ConnectionRefusedError');
      // May still: in the one that listens.
      assert.equal(await target.ok('python', reach), 'tcp reached');
      // An abstract socket that somebody outside made in the one is not there in the other.
      const container = await target.box.containerId();
      const holder = spawn('docker', ['exec', container, 'socat', 'ABSTRACT-LISTEN:neighbour', 'EXEC:cat']);
      try {
        const count = `sleep 1; grep -c @neighbour /proc/net/unix || true`;
        assert.equal(await target.ok('bash', count), '1');
        assert.equal(await other.ok('bash', count), '0');
      } finally {
        holder.kill();
      }
    } finally {
      await other.close();
    }
  });

  it('N13 without the proxy of the environment there is no way at all', async () => {
    const code = `
import urllib.request
try: print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open('http://192.0.2.1/', timeout=5).status)
except OSError as e: print(e)`;
    assert.match(await target.ok('python', code), /Network is unreachable|No route to host/);
  });

  it('N15 nothing open: every request is refused in words, whatever it asks for', async () => {
    const code = `
import socket
for request in ('CONNECT example.com:443', 'GET http://example.com/', 'CONNECT 127.0.0.1:22', 'garbage', 'CONNECT [::1]:443'):
    s = socket.create_connection(('127.0.0.1', 3128), 5)
    s.sendall(f'{request} HTTP/1.1\\r\\nHost: example.com\\r\\n\\r\\n'.encode())
    answer = b''
    while part := s.recv(4096): answer += part
    print(answer.decode().replace('\\r\\n', ' '))`;
    const answers = (await target.ok('python', code))
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    assert.equal(answers.length, 5);
    for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 403 .*Only the user can open it/);
  });

  it('N16 nothing of ours listens beyond loopback, nor for anybody else', async () => {
    const listening = await target.ok(
      'bash',
      `awk 'NR > 1 && $4 == "0A" {print $2}' /proc/net/tcp /proc/net/tcp6`,
    );
    const lines = listening.split('\n').filter((line) => line !== '');
    assert.ok(
      lines.some((line) => line.endsWith(':0C38')),
      'the door is there',
    );
    // 127.0.0.1 as the kernel writes it.
    for (const line of lines) assert.match(line, /^0100007F:/);
  });
});
