/** What the settings of the network open for one session. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { attemptedRule } from '../../../src/host/networkAttempts.ts';
import { networkFor, type NetworkChoice } from '../../../src/host/networkSettings.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import type { DenyReason, NetworkRule } from '../../../src/shared/network.ts';
import { parseRule, ruleText } from '../../../src/shared/networkRules.ts';

function rule(text: string): NetworkRule {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.rule;
}
const choice = (change: Partial<NetworkChoice> = {}): NetworkChoice => ({
  allow: [],
  allowInFolder: new Map(),
  packages: false,
  certificatesFile: null,
  proxy: null,
  ...change,
});
const isCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;
const rules = async (wanted: NetworkChoice, sources: string[]): Promise<string[]> =>
  (await networkFor(wanted, sources, null)).rules.map(ruleText);

describe('the network by the settings', () => {
  it('is closed when nothing is set', async () => {
    assert.deepEqual(await networkFor(choice(), ['/a'], null), {
      rules: [],
      certificates: null,
      parentProxy: null,
    });
  });

  it('opens what a folder allows for sessions that see nothing beyond it', async () => {
    const wanted = choice({
      allow: [rule('always.org')],
      allowInFolder: new Map([
        ['/home/u/a', [rule('a.org'), rule('both.org')]],
        ['/home/u/b', [rule('both.org')]],
      ]),
    });
    assert.deepEqual(await rules(wanted, ['/home/u/a']), ['a.org', 'always.org', 'both.org']);
    assert.deepEqual(await rules(wanted, ['/home/u/a/', '/home/u/a/deep/x.csv']), [
      'a.org',
      'always.org',
      'both.org',
    ]);
    assert.deepEqual(await rules(wanted, ['/home/u/a', '/home/u/b']), ['always.org', 'both.org']);
    assert.deepEqual(await rules(wanted, ['/home/u/a', '/home/u/secret.csv']), ['always.org']);
    for (const other of ['/home/u', '/home/u/ab', '/home/u/a/../b2', '/']) {
      assert.deepEqual(await rules(wanted, [other]), ['always.org'], other);
    }
    assert.deepEqual(await rules(wanted, []), ['always.org']);
  });

  it('takes the hosts of packages from who knows them, and opens nothing when nobody does', async () => {
    const wanted = choice({ packages: true, allow: [rule('a.org')] });
    const known = await networkFor(wanted, [], async () =>
      Promise.resolve([rule('mirror.example.org:8443')]),
    );
    assert.deepEqual(known.rules.map(ruleText), ['a.org', 'mirror.example.org:8443']);
    await assert.rejects(async () => networkFor(wanted, [], null), isCode('network-packages'));
    await assert.rejects(
      async () => networkFor(wanted, [], async () => Promise.reject(new Error('pip is broken'))),
      /pip is broken/,
    );
    let asked = false;
    await networkFor(choice(), [], async () => {
      asked = true;
      return Promise.resolve([]);
    });
    assert.equal(asked, false);
  });
});

describe('the certificates of the network', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'certificates-'));
    const to = ['-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'ca.pem')];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=Company', ...to], { stdio: 'ignore' });
  });
  after(async () => rm(folder, { recursive: true, force: true }));
  const of = async (file: string) => networkFor(choice({ certificatesFile: file }), [], null);

  it('are those of the file and nothing else of it: a key that lies beside them stays here', async () => {
    const [ca, key] = await Promise.all(
      ['ca.pem', 'key.pem'].map(async (name) => readFile(path.join(folder, name), 'utf8')),
    );
    const both = path.join(folder, 'both.pem');
    await writeFile(both, `# our authority\n${key}\n${ca}\n${ca}`);
    const { certificates } = await of(both);
    assert.equal(certificates, `${ca?.trim()}\n${ca?.trim()}\n`);
  });

  it('that cannot be used open nothing, and say why', async () => {
    const broken = path.join(folder, 'broken.pem');
    await writeFile(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    for (const file of [
      broken,
      path.join(folder, 'key.pem'),
      path.join(folder, 'none.pem'),
      'ca.pem',
      folder,
    ]) {
      await assert.rejects(async () => of(file), isCode('network-certificates'), file);
    }
  });
});

describe('what the panel asks to open', () => {
  const event = (host: string, port: number | null, reason: DenyReason | null): SessionEvent => ({
    seq: 1,
    at: 1,
    type: 'network_attempt',
    cellId: null,
    attempt: {
      time: '2026-01-02T03:04:05.000Z',
      host,
      port,
      method: 'CONNECT',
      verdict: reason === null ? 'allowed' : 'denied',
      reason,
      bytes: 0,
    },
  });

  it('is a host that code tried to reach and did not get', () => {
    const events = [event('Data.Example.ORG', 443, 'closed'), event('b.org', 8080, 'port')];
    assert.equal(
      ruleText(attemptedRule(events, { host: 'Data.Example.ORG', port: 443 })),
      'data.example.org',
    );
    assert.equal(ruleText(attemptedRule(events, { host: 'b.org', port: 8080 })), 'b.org:8080');
  });

  it('is nothing else: no other host or port, no wildcard, no address, nothing that no rule can open', () => {
    const events = [
      event('a.org', 443, 'closed'),
      event('10.0.0.1', 443, 'closed'),
      event('*.example.org', 443, 'closed'),
      event('router.example.org', 443, 'private'),
      event('open.org', 443, null),
    ];
    for (const [host, port] of [
      ['b.org', 443],
      ['a.org', 80],
      ['*.a.org', 443],
      ['*.example.org', 443],
      ['10.0.0.1', 443],
      ['router.example.org', 443],
      ['open.org', 443],
    ] as const) {
      assert.throws(() => attemptedRule(events, { host, port }), isCode('cannot-open-host'), host);
    }
  });
});
