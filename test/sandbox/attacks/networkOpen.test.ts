/**
 * Group N, with hosts open by name: what gets through the real proxy, and what does not. The world outside is the
 * test's own (networkWorld.ts), on public numbers, so that no rule is relaxed for it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { SESSION_LABEL, ROLE_LABEL } from '../../../src/container/labels.ts';
import { CLOSED } from '../../../src/kernel/sandbox.ts';
import { Failure } from '../../../src/failures.ts';
import { RUNTIMES } from '../../support/attack.ts';
import { SandboxFixture } from '../../support/dockerFixture.ts';
import { ruleOf } from '../../support/networkAttempts.ts';
import { NetworkWorld, watchAttempts } from '../../support/networkWorld.ts';

const ZONE = {
  'good.example': ['*'],
  'evil.example': ['*'],
  'plain.example': ['*'],
  '*.wild.example': ['*'],
  'wild.example': ['*'],
  'odd.example': ['*'],
  'ports.example': ['*'],
  'loopback.example': ['127.0.0.1'],
  'private.example': ['10.0.0.7'],
  'link.example': ['169.254.169.254'],
  'zero.example': ['0.0.0.0'],
  'carrier.example': ['100.64.0.1'],
  'multicast.example': ['224.0.0.1'],
  // Public when it is asked for the first time, then this machine.
  'flip.example': ['*', '127.0.0.1'],
  'gone.example': [],
};
const PRIVATE = ['loopback', 'private', 'link', 'zero', 'carrier', 'multicast'].map(
  (name) => `${name}.example`,
);
const RULES = [
  'good.example',
  'plain.example:80',
  '*.wild.example',
  'odd.example:8443',
  'flip.example',
  'gone.example',
  'ports.example:1',
  ...PRIVATE,
];

/** In the sandbox: `ask(bytes)` → first line and body of the proxy's answer; `tls(place, sni)` → what a server says. */
const CLIENT = `
import socket, ssl
def ask(data):
    s = socket.create_connection(('127.0.0.1', 3128), 20)
    s.sendall(data if isinstance(data, bytes) else data.encode('latin1'))
    answer = b''
    while part := s.recv(65536):
        answer += part
        head, _, body = answer.partition(b'\\r\\n\\r\\n')
        lengths = [int(line.split(b':')[1]) for line in head.split(b'\\r\\n') if line.lower().startswith(b'content-length')]
        if lengths and len(body) >= lengths[0] or b' 200 Connection' in head: break
    head, _, body = answer.partition(b'\\r\\n\\r\\n')
    return f"{head.decode('latin1').splitlines()[0] if head else 'nothing'} | {body.decode('latin1').strip()}"
def connect(place): return ask(f'CONNECT {place} HTTP/1.1\\r\\nHost: {place}\\r\\n\\r\\n')
def tls(place, sni):
    try: return inside(place, sni)
    except OSError as e: return type(e).__name__
def inside(place, sni):
    s = socket.create_connection(('127.0.0.1', 3128), 20)
    s.sendall(f'CONNECT {place} HTTP/1.1\\r\\nHost: {place}\\r\\n\\r\\n'.encode())
    head = s.recv(4096)
    if b' 200 ' not in head.split(b'\\r\\n')[0]: return (head.decode('latin1').splitlines() or ['nothing'])[0]
    context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
    t = context.wrap_socket(s, server_hostname=sni)
    t.sendall(f'GET / HTTP/1.1\\r\\nHost: {sni}\\r\\nConnection: close\\r\\n\\r\\n'.encode())
    answer = b''
    while part := t.recv(4096): answer += part
    return answer.partition(b'\\r\\n\\r\\n')[2].decode()
`;

/** gVisor lets nobody reach a socket that another container shares. */
const runc = RUNTIMES.filter((runtime) => runtime === 'runc');
const gvisor = RUNTIMES.filter((runtime) => runtime.startsWith('runsc'));

for (const runtime of gvisor) {
  describe(`N: open by name (${runtime})`, () => {
    it('is refused with a sentence; nothing is started, and requests are refused in words', async () => {
      const box = await SandboxFixture.make({ runtime: 'runsc' });
      try {
        const rules = [ruleOf('good.example')];
        await box.sandbox.setNetwork({ ...CLOSED, rules });
        const facts = await box.sandbox.start(() => undefined);
        assert.equal(facts.canOpenNetwork, false);
        assert.match(facts.networkProblem ?? '', /cannot be opened in a sandbox on gVisor/);
        await assert.rejects(
          box.sandbox.setNetwork({ ...CLOSED, rules: [...rules] }),
          (error: unknown) => error instanceof Failure && error.code === 'network-gvisor',
        );
        assert.equal((await box.containers()).length, 1);
        await box.ok('python', CLIENT);
        assert.match(await box.ok('python', `print(connect('good.example:443'))`), /403 The network/);
      } finally {
        await box.close();
      }
    });
  });
}

for (const runtime of runc) {
  describe(`N: open by name (${runtime})`, () => {
    let world: NetworkWorld;
    let box: SandboxFixture;
    let attempts: ReturnType<typeof watchAttempts>;

    before(async () => {
      world = await NetworkWorld.open(ZONE, [
        'good.example',
        'evil.example',
        '*.wild.example',
        'odd.example',
      ]);
      box = await SandboxFixture.make({ networkTesting: world.testing });
      attempts = watchAttempts(box);
      await box.sandbox.setNetwork(world.network(...RULES));
      const facts = await box.sandbox.start(() => undefined);
      assert.equal(facts.networkProblem, undefined);
      await box.ok('python', CLIENT);
    });
    after(async () => {
      await box.close();
      world.close();
    });

    /** One line for each expression. */
    async function lines(...expressions: string[]): Promise<string[]> {
      const code = expressions.map((expression) => `print(repr(${expression}))`).join('\n');
      return (await box.ok('python', code)).split('\n');
    }

    it('N4 a host that is open answers over TLS and plain HTTP; another is refused in words', async () => {
      const [open, plain, refused] = await lines(
        `tls('good.example:443', 'good.example')`,
        `ask('GET http://plain.example/ HTTP/1.1\\r\\nHost: plain.example\\r\\n\\r\\n')`,
        `connect('evil.example:443')`,
      );
      assert.equal(open, `'hello from good.example'`);
      assert.match(plain ?? '', /200 OK \| hello from plain\.example/);
      assert.match(
        refused ?? '',
        /403 Forbidden \| evil\.example:443 is not on the list .*Only the user can allow it/,
      );
      await attempts.find('evil.example', 'not-listed');
    });

    it('N5 plain HTTP to a host that is not open is refused as CONNECT is', async () => {
      const [refused] = await lines(
        `ask('GET http://evil.example/a?q=1 HTTP/1.1\\r\\nHost: evil.example\\r\\n\\r\\n')`,
      );
      assert.match(refused ?? '', /403 Forbidden \| evil\.example:80 is not on the list/);
      assert.ok(world.seen().every((line) => !line.includes('q=1')));
    });

    for (const address of [
      '25.99.0.2',
      '127.0.0.1',
      '2130706433',
      '017700000001',
      '0x7f000001',
      '0x7f.1',
      '127.1',
      '0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[2002:7f00:1::]',
      '[64:ff9b::a9fe:a9fe]',
      'localhost.',
      'localhost',
    ]) {
      it(`N6 an address is refused, and no name of this machine helps: ${address}`, async () => {
        const answers = await lines(
          `connect('${address}:443')`,
          `ask('GET http://${address}/ HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')`,
        );
        for (const answer of answers) assert.match(answer, /^'HTTP\/1\.1 40[03] /);
      });
    }

    for (const port of ['22', '25', '80', '8443', '0', '99999', '-1', '']) {
      it(`N7 an open host on another port is refused: ${port || 'none'}`, async () => {
        const [answer] = await lines(`connect('good.example${port === '' ? '' : `:${port}`}')`);
        assert.match(answer ?? '', /^'HTTP\/1\.1 40[03] /);
      });
    }

    it('N7 may still: the port that is open, if it is another one', async () => {
      assert.deepEqual(await lines(`tls('odd.example:8443', 'odd.example')`), [`'hello from odd.example'`]);
      const [usual] = await lines(`connect('odd.example:443')`);
      assert.match(usual ?? '', /403 /);
    });

    for (const name of [
      'good.example.evil.example',
      'evilgood.example',
      'good.example\\x00.evil.example',
      'evil.example\\x00good.example',
      '%67ood.example',
      'good.example%00.evil.example',
      'good.example\\r\\nX: y',
      'good.example\\t.evil.example',
      'good.example@evil.example',
      'evil.example@good.example',
      'good.example:443@evil.example',
      'good.example#.evil.example',
      'good.example/.evil.example',
      'g\\xf6od.example',
      'xn--god-sna.example',
      `${'a'.repeat(300)}.example`,
      'good',
      'example',
      '*.wild.example',
      'wild.example',
      '.wild.example',
      'a.wild.example.evil.example',
    ]) {
      it(`N8 a name that only looks like an open one is refused: ${name.slice(0, 40)}`, async () => {
        const [answer] = await lines(`connect("${name}:443")`);
        assert.match(answer ?? '', /^'(HTTP\/1\.1 40[03] |nothing)/);
      });
    }

    it('N8 may still: the same name in capitals and with its final dot, and names below an open star', async () => {
      assert.deepEqual(
        await lines(
          `tls('GOOD.example.:443', 'good.example')`,
          `tls('a.wild.example:443', 'a.wild.example')`,
        ),
        [`'hello from good.example'`, `'hello from a.wild.example'`],
      );
    });

    it('N9 TLS for another name than the connection, or for none, ends; the ledger says so', async () => {
      const answers = await lines(
        `tls('good.example:443', 'evil.example')`,
        `tls('good.example:443', None)`,
        `tls('a.wild.example:443', 'b.wild.example')`,
      );
      for (const answer of answers) assert.match(answer, /Error'$/);
      await attempts.find('good.example', 'other-name');
      await attempts.find('a.wild.example', 'other-name');
      assert.ok(world.seen().every((line) => !/^GET (evil|b\.wild)\.example/.test(line)));
    });

    it('N9 no TLS at all in a tunnel ends; the server sees nothing of it', async () => {
      const code = `
s = socket.create_connection(('127.0.0.1', 3128), 20)
s.sendall(b'CONNECT good.example:443 HTTP/1.1\\r\\n\\r\\n'); s.recv(4096)
s.sendall(b'GET /smuggled HTTP/1.1\\r\\nHost: good.example\\r\\n\\r\\n')
try: print('answer', s.recv(4096).partition(b'\\r\\n')[0])
except OSError as e: print(type(e).__name__)`;
      assert.doesNotMatch(await box.ok('python', code), / 200 /);
      await attempts.find('good.example', 'malformed');
      assert.ok(world.seen().every((line) => !line.includes('smuggled')));
    });

    it('N9 a Host header that differs is not believed', async () => {
      const [answer] = await lines(
        `ask('GET http://plain.example/host HTTP/1.1\\r\\nHost: evil.example\\r\\n\\r\\n')`,
      );
      assert.match(answer ?? '', /200 OK \| hello from plain\.example/);
      assert.ok(world.seen().includes('GET plain.example /host'));
    });

    for (const name of PRIVATE) {
      it(`N10 an open name that leads to a private address is refused: ${name}`, async () => {
        const [answer] = await lines(`connect('${name}:443')`);
        assert.match(answer ?? '', /403 Forbidden \| No public address was found/);
        await attempts.find(name, 'private');
      });
    }

    it('N10 a name that leads elsewhere a moment later: what is dialled was looked at, and it is public', async () => {
      const before = await lines(`tls('flip.example:443', 'flip.example')`);
      assert.deepEqual(before, [`'hello from flip.example'`]);
      const proxy = await proxyOf(box);
      const ask = (name: string): string =>
        execFileSync('docker', ['exec', proxy, 'python3', '-c', RESOLVE, name], { encoding: 'utf8' }).trim();
      // The resolver that both look-ups go through removes private addresses from every answer.
      for (const name of PRIVATE) assert.equal(ask(name), 'none');
      assert.equal(ask('good.example'), world.address);
      for (let n = 0; n < 5; n += 1) {
        const [again] = await lines(`tls('flip.example:443', 'flip.example')`);
        assert.match(again ?? '', /hello from flip\.example|403|Error/);
      }
    });

    it('N10 a name that does not exist is refused; a port nobody answers on fails', async () => {
      const [gone] = await lines(`connect('gone.example:443')`);
      assert.match(gone ?? '', /403 Forbidden \| No public address was found/);
      const [dead] = await lines(`tls('ports.example:1', 'ports.example')`);
      assert.match(dead ?? '', /Error|50\d/);
      await attempts.find('ports.example', 'unreachable');
    });

    it('N11 a redirect from an open host to another one is refused at the second request', async () => {
      const code = `
import urllib.request
for to in ('http://evil.example/stolen', 'http://plain.example/fine'):
    try: print(urllib.request.urlopen(f'http://plain.example/to/{to}', timeout=20).read().decode())
    except OSError as e: print(e)`;
      const [refused, followed] = (await box.ok('python', code)).split('\n');
      assert.match(refused ?? '', /403/);
      assert.equal(followed, 'hello from plain.example');
      assert.ok(world.seen().every((line) => !line.startsWith('GET evil.example')));
    });

    it('N12 a relay in the sandbox gets the same verdict as what it relays', async () => {
      const code = `
import threading
listener = socket.create_server(('127.0.0.1', 0))
def relay():
    for _ in range(2):
        inner, _ = listener.accept()
        outer = socket.create_connection(('127.0.0.1', 3128))
        def pump(a, b):
            try:
                while part := a.recv(4096): b.sendall(part)
            except OSError: pass
            b.close()
        for pair in ((inner, outer), (outer, inner)): threading.Thread(target=pump, args=pair, daemon=True).start()
threading.Thread(target=relay, daemon=True).start()
for host in ('evil.example', 'good.example'):
    s = socket.create_connection(listener.getsockname()); s.sendall(f'CONNECT {host}:443 HTTP/1.1\\r\\n\\r\\n'.encode())
    print(s.recv(4096).split(b'\\r\\n')[0].decode())`;
      assert.equal(
        await box.ok('python', code),
        'HTTP/1.1 403 Forbidden\nHTTP/1.1 200 Connection established',
      );
    });

    it('N2 N13 past the proxy there is no way: not to an open host, nor to the machine itself', async () => {
      // The first address of a network is the machine's own.
      const machine = world.address.replace(/\.2$/, '.1');
      const code = `
for place in (('${world.address}', 443), ('good.example', 443), ('${machine}', 22), ('host.docker.internal', 22)):
    try: socket.create_connection(place, 5); print('reached')
    except OSError as e: print(type(e).__name__)`;
      assert.equal(await box.ok('python', code), 'OSError\ngaierror\nOSError\ngaierror');
      const answers = await lines(`connect('${machine}:443')`, `connect('host.docker.internal:443')`);
      for (const answer of answers) assert.match(answer, /^'HTTP\/1\.1 403 /);
    });

    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'PURGE']) {
      it(`N14 without encryption only reading: ${method} is refused`, async () => {
        const [answer] = await lines(
          `ask('${method} http://plain.example/written HTTP/1.1\\r\\nHost: plain.example\\r\\nContent-Length: 2\\r\\n\\r\\nhi')`,
        );
        assert.match(answer ?? '', /^'HTTP\/1\.1 40[035] |Only reading|reading is open/);
        assert.ok(world.seen().every((line) => !line.includes('/written')));
      });
    }

    it('N14 may still: HEAD and OPTIONS, and 50 MB, counted', async () => {
      const [head] = await lines(
        `ask('OPTIONS http://plain.example/ HTTP/1.1\\r\\nHost: plain.example\\r\\n\\r\\n')`,
      );
      assert.match(head ?? '', /200 OK/);
      const bytes = 50_000_000;
      const code = `import urllib.request; print(len(urllib.request.urlopen('http://plain.example/bytes/${bytes}', timeout=60).read()))`;
      assert.equal(await box.ok('python', code), String(bytes));
      const isLarge = (): boolean => attempts.all.some((attempt) => attempt.bytes > bytes);
      for (let triesLeft = 60; triesLeft > 0 && !isLarge(); triesLeft -= 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.ok(isLarge());
    });

    it('N14 a thousand connections at once, and slow ones, take nothing from the next', async () => {
      const code = `
held = []
for n in range(1000):
    try:
        s = socket.socket(); s.setblocking(False); s.connect_ex(('127.0.0.1', 3128)); held.append(s)
    except OSError: break
print(len(held) > 100)
for s in held: s.close()
held.clear()`;
      assert.equal(await box.ok('python', code), 'True');
      let answer = '';
      for (let triesLeft = 20; triesLeft > 0 && !answer.includes('hello'); triesLeft -= 1) {
        [answer = ''] = await lines(`tls('good.example:443', 'good.example')`);
      }
      assert.equal(answer, `'hello from good.example'`);
    });

    it('N14 the proxy killed in the middle of a download: it fails, and nothing else is let out', async () => {
      const code = `
import threading, urllib.request
def load():
    try: outcome.append(len(urllib.request.urlopen('http://plain.example/slow', timeout=60).read()))
    except Exception as e: outcome.append(type(e).__name__)
outcome = []
thread = threading.Thread(target=load); thread.start()`;
      await box.ok('python', code);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await box.engine.removeContainer(await proxyOf(box));
      assert.match(await box.ok('python', 'thread.join(50); print(outcome[0])'), /IncompleteRead|Error/);
      for (let triesLeft = 100; triesLeft > 0; triesLeft -= 1) {
        const [again] = await lines(`tls('good.example:443', 'good.example')`);
        if (again === `'hello from good.example'`) break;
        assert.notEqual(triesLeft, 1, 'it came back');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      assert.match((await lines(`connect('evil.example:443')`))[0] ?? '', /403/);
    });

    it('N14 the ledger has host, port, verdict and bytes of each attempt, and neither paths nor queries', () => {
      assert.ok(attempts.all.length > 60);
      assert.doesNotMatch(JSON.stringify(attempts.all), /q=1|\/bytes|stolen|smuggled|written/);
      for (const { verdict, reason } of attempts.all) assert.equal(verdict === 'allowed', reason === null);
    });

    it('N16 the proxy listens on its own loopback only, and runs without privileges', async () => {
      const proxy = await proxyOf(box);
      const script = `cat /proc/net/tcp /proc/net/udp; grep -E '^(Cap(Eff|Prm|Bnd)|NoNewPrivs|Seccomp|Uid):' /proc/1/status`;
      const text = execFileSync('docker', ['exec', proxy, 'sh', '-c', script], { encoding: 'utf8' });
      const listening = [...text.matchAll(/^ *\d+: ([0-9A-F]{8}):[0-9A-F]{4} 00000000:0000 (0A|07)/gm)];
      assert.ok(listening.length >= 3);
      // Unbound asks from ports of its own; those are not bound to an answer of anybody else.
      for (const [, address, state] of listening) if (state === '0A') assert.match(address ?? '', /7F$/);
      assert.match(text, /CapEff:\t0+\n/);
      assert.match(text, /NoNewPrivs:\t1\nSeccomp:\t2/);
      assert.match(text, /Uid:\t1000\t/);
    });
  });
}

const RESOLVE = `
import socket, struct, sys
query = b'\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0' + b''.join(bytes([len(p)]) + p.encode() for p in sys.argv[1].split('.')) + b'\\0\\0\\1\\0\\1'
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.sendto(query, ('127.0.0.1', 53))
answer = s.recv(512)
print(socket.inet_ntoa(answer[-4:]) if struct.unpack('>H', answer[6:8])[0] else 'none')`;

async function proxyOf(box: SandboxFixture): Promise<string> {
  const all = await box.engine.listContainers(`${SESSION_LABEL}=${box.sessionId}`);
  const proxy = all.find(({ labels }) => ROLE_LABEL in labels);
  if (proxy === undefined) throw new Error('There is no proxy.');
  return proxy.id;
}
