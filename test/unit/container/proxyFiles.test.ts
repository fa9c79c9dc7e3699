/** The proxy's configuration, line by line, and what no rule may do to it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyFiles } from '../../../src/container/egress/proxyFiles.ts';
import { proxySpec } from '../../../src/container/egress/proxySpec.ts';
import { CLOSED, type Network } from '../../../src/kernel/sandbox.ts';
import { CONTAINER_IDS } from '../../support/containerIds.ts';
import { ruleOf } from '../../support/networkAttempts.ts';
import { assertGolden } from '../../support/golden.ts';

const network = (texts: readonly string[], more: Partial<Network> = {}): Network => ({
  ...CLOSED,
  rules: texts.map(ruleOf),
  ...more,
});
const RULES = ['data.example.org', '*.example.net', 'plain.example.org:80', 'api.example.org:8443'];

describe('files of the proxy', () => {
  it('are exactly the golden ones', () => {
    const { files } = proxyFiles(network(RULES));
    for (const name of ['front.conf', 'back.conf', 'unbound.conf']) {
      assertGolden(`proxy/${name}`, files[name] ?? '');
    }
  });

  it('are the same whatever the order of the rules', () => {
    assert.deepEqual(proxyFiles(network(RULES)), proxyFiles(network(RULES.toReversed())));
  });

  it('N15 no rule: everything is denied, by both', () => {
    const { files } = proxyFiles(network([]));
    for (const name of ['front.conf', 'back.conf']) {
      const lines = (files[name] ?? '').split('\n').filter((line) => line.startsWith('http_access'));
      assert.deepEqual(
        lines.filter((line) => line.includes('allow')),
        [],
      );
      assert.match(lines.at(-1) ?? '', /^http_access deny all/);
    }
  });

  it('each rule adds lines of its own and changes no other', () => {
    const without = new Set((proxyFiles(network([])).files['front.conf'] ?? '').split('\n'));
    const lines = (proxyFiles(network(['one.example.org'])).files['front.conf'] ?? '').split('\n');
    const added = lines.filter((line) => !without.has(line));
    assert.deepEqual(added, [
      '# one.example.org',
      'acl r1_host dstdomain -n one.example.org',
      'acl r1_port port 443',
      'http_access deny r1_port r1_host !public why_private',
      'http_access allow CONNECT r1_port r1_host',
      'http_access deny r1_host why_port',
    ]);
  });

  it('a company proxy: everything goes through it, and it resolves the names', () => {
    const { files } = proxyFiles(network(RULES, { parentProxy: 'http://proxy.example.com:8080' }));
    assert.match(
      files['back.conf'] ?? '',
      /^cache_peer proxy\.example\.com parent 8080 .*\nnever_direct allow all/m,
    );
    assert.doesNotMatch(files['front.conf'] ?? '', /!public/);
    assert.match(files['unbound.conf'] ?? '', /^ {2}private-domain: "proxy\.example\.com"$/m);
  });

  it('every page that Squid looks for is there, and short', () => {
    const { files } = proxyFiles(network(RULES));
    const pages = Object.entries(files).filter(([name]) => name.startsWith('errors/'));
    assert.ok(pages.length > 40);
    for (const [name, text] of pages) assert.ok(text.length < 250, name);
    for (const [, page] of (files['front.conf'] ?? '').matchAll(/deny_info 403:(\w+)/g)) {
      assert.ok(`errors/${page ?? ''}` in files, page);
    }
  });
});

describe('create request of the proxy', () => {
  it('is exactly the golden one', () => {
    const spec = proxySpec(CONTAINER_IDS, { files: { 'front.conf': '…' }, resolvers: null }, 'bridge');
    assertGolden('proxySpec.json', `${JSON.stringify(spec, null, 2)}\n`);
  });

  it('sees no file of the user, and has no privilege', () => {
    const { HostConfig: host } = proxySpec(CONTAINER_IDS, proxyFiles(network(RULES)), 'bridge');
    assert.deepEqual(
      host?.Mounts?.map(({ Type, Source, Target }) => [Type, Source, Target]),
      [['volume', CONTAINER_IDS.doorName, '/run/egress']],
    );
    assert.equal(host?.Binds, undefined);
    assert.deepEqual([host?.CapDrop, host?.ReadonlyRootfs, host?.Privileged], [['ALL'], true, false]);
  });
});
