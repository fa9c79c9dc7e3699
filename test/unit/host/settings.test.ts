import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { ruleText } from '../../../src/shared/networkRules.ts';
import {
  parseBaseUrl,
  PROTECTED_FILES,
  readSettings,
  type Configuration,
} from '../../../src/host/settings.ts';

type Values = Record<string, { global?: unknown; workspace?: unknown; folder?: unknown }>;

/** What VS Code's configuration would tell, with nothing but explicit values. */
function configuration(values: Values): Configuration {
  return {
    inspect<T>(key: string) {
      const found = values[key] ?? {};
      return {
        key,
        globalValue: found.global as T,
        workspaceValue: found.workspace as T,
        workspaceFolderValue: found.folder as T,
      };
    },
  };
}

describe('settings', () => {
  it('has sound values when nothing is set', () => {
    const settings = readSettings(configuration({}));
    assert.equal(settings.model, 'claude-sonnet-5-5');
    assert.equal(settings.apiBaseUrl, '');
    assert.equal(settings.dockerHost, null);
    assert.deepEqual(settings.image, {
      kind: 'build',
      base: 'debian:forky-slim',
      caFile: null,
      office: false,
    });
    assert.equal(settings.runtime, 'auto');
    assert.equal(settings.memoryBytes, 2 * 1024 ** 3);
    assert.equal(settings.cellTimeoutMs, 120_000);
  });

  it("takes the user's own values", () => {
    const settings = readSettings(
      configuration({
        'sandbox.image': { global: ' mine:1 ' },
        'docker.host': { global: 'tcp://127.0.0.1:2375' },
        'sandbox.memoryMb': { global: 4096 },
        'turn.maxMinutes': { global: 5 },
      }),
    );
    assert.deepEqual(settings.image, { kind: 'ready', reference: 'mine:1' });
    assert.equal(settings.dockerHost, 'tcp://127.0.0.1:2375');
    assert.equal(settings.memoryBytes, 4 * 1024 ** 3);
    assert.equal(settings.turn.maxMinutes, 5);
  });

  it('takes the office layer when the user asks for it, and says what is no answer', () => {
    const office = (global: unknown, problems: string[] = []) =>
      readSettings(configuration({ 'sandbox.office': { global } }), (one) => problems.push(one)).image;
    assert.deepEqual(office(true), {
      kind: 'build',
      base: 'debian:forky-slim',
      caFile: null,
      office: true,
    });
    const problems: string[] = [];
    const image = office('yes', problems);
    assert.equal(image.kind === 'build' && image.office, false);
    assert.deepEqual(problems, [
      'The setting codeInterpreter.sandbox.office takes true or false; "yes" is not used.',
    ]);
  });

  it('S1 ignores what a workspace or folder says about key, engine, image and limits', () => {
    const keys = [
      'apiBaseUrl',
      'docker.host',
      'sandbox.image',
      'sandbox.baseImage',
      'sandbox.caFile',
      'sandbox.office',
      'sandbox.runtime',
      'sandbox.memoryMb',
      'sandbox.cpus',
      'sandbox.cellTimeoutSeconds',
      'turn.maxSteps',
      'turn.maxMinutes',
      'turn.maxTokens',
      'turn.maxDollars',
      'session.maxTokens',
      'session.maxDollars',
      'network.certificates',
      'network.proxy',
    ];
    const hostile: Values = Object.fromEntries(
      keys.map((key) => {
        const value = /memory|cpus|Seconds|max/.test(key) ? 9999 : /office/.test(key) || 'https://evil.test';
        return [key, { workspace: value, folder: value }];
      }),
    );
    const hosts = { workspace: ['evil.test'], folder: ['evil.test'] };
    hostile['network.allow'] = hosts;
    hostile['network.presets'] = { workspace: ['packages'], folder: ['packages'] };
    hostile['network.allowInFolder'] = { workspace: { '/': ['evil.test'] }, folder: { '/': ['evil.test'] } };
    assert.deepEqual(readSettings(configuration(hostile)), readSettings(configuration({})));
  });

  it('opens what the user wrote and nothing else: a rule that is none opens nothing and is told', () => {
    const sentences: string[] = [];
    const { network } = readSettings(
      configuration({
        'network.allow': { global: ['data.example.org', '127.0.0.1', '*', 'b.example.org:8443'] },
        'network.allowInFolder': { global: { '/home/user/p': ['c.example.org', '10.1'], 'p/q': ['d.org'] } },
        'network.presets': { global: ['packages'] },
        'network.certificates': { global: ' /etc/ca.pem ' },
        'network.proxy': { global: 'http://proxy.example.org:3128' },
      }),
      (sentence) => sentences.push(sentence),
    );
    assert.deepEqual(network.allow.map(ruleText), ['data.example.org', 'b.example.org:8443']);
    assert.deepEqual(
      [...network.allowInFolder].map(([folder, rules]) => [folder, rules.map(ruleText)]),
      [['/home/user/p', ['c.example.org']]],
    );
    assert.equal(network.packages, true);
    assert.equal(network.certificatesFile, '/etc/ca.pem');
    assert.equal(network.proxy, 'http://proxy.example.org:3128');
    assert.equal(sentences.length, 4);
    assert.match(sentences[0] ?? '', /network\.allow: "127\.0\.0\.1" cannot be opened/);
    assert.match(sentences[3] ?? '', /"p\/q" is not the absolute path/);
  });

  it('takes no host from a value of another form', () => {
    for (const value of ['evil.test', [1], [['a.org']], { a: 'b' }, null]) {
      const { network } = readSettings(
        configuration({ 'network.allow': { global: value }, 'network.allowInFolder': { global: value } }),
      );
      assert.deepEqual([network.allow, network.allowInFolder.size], [[], 0], JSON.stringify(value));
    }
  });

  it('takes a proxy without a password only, and does not repeat one', () => {
    for (const proxy of [
      'http://user:hunter22@p.test:1',
      'https://p.test',
      'p.test:3128',
      'http://p.test/x',
    ]) {
      const sentences: string[] = [];
      const set = readSettings(configuration({ 'network.proxy': { global: proxy } }), (sentence) =>
        sentences.push(sentence),
      );
      assert.equal(set.network.proxy, null, proxy);
      assert.match(sentences.join(), /network\.proxy takes http:/);
      assert.ok(!sentences.join().includes('hunter22'));
    }
  });

  it('lets a workspace or a folder protect more files from proposed changes, never fewer', () => {
    const set = (values: Values[string]) => {
      const sentences: string[] = [];
      const { protectedFiles } = readSettings(configuration({ 'changes.protected': values }), (sentence) =>
        sentences.push(sentence),
      );
      return { protectedFiles, sentences };
    };
    assert.deepEqual(set({}).protectedFiles, PROTECTED_FILES);
    assert.deepEqual(set({ workspace: [], folder: ['*.sql'] }).protectedFiles, [...PROTECTED_FILES, '*.sql']);
    const own = { global: ['*.md'], workspace: ['*.md', '!*.md', ' docs/ '] };
    assert.deepEqual(set(own).protectedFiles, ['*.md', 'docs/']);
    assert.match(set(own).sentences.join(), /none of which begins with !; "!\*\.md" is not used/);
    assert.deepEqual(set({ global: [] }).protectedFiles, [], 'the user can');
    assert.deepEqual(set({ global: 'all' }).protectedFiles, PROTECTED_FILES);
    assert.equal(set({ workspace: [1] }).sentences.length, 1);
  });

  it('lets a workspace or a folder hide outputs from the model, never show more', () => {
    const privacy = (values: Values[string]) => readSettings(configuration({ privacy: values })).privacy;
    assert.equal(privacy({}), 'full');
    assert.equal(privacy({ global: 'schema', workspace: 'full', folder: 'full' }), 'schema');
    assert.equal(privacy({ global: 'full', workspace: 'schema' }), 'schema');
    assert.equal(privacy({ folder: 'schema' }), 'schema');
    assert.equal(privacy({ global: { schema: true } }), 'full');
  });

  it('lets a workspace choose the model, if it is an id', () => {
    assert.equal(
      readSettings(configuration({ model: { workspace: 'claude-opus-5' } })).model,
      'claude-opus-5',
    );
    const bad = configuration({ model: { workspace: 'x\ny {"a":1}', global: 'claude-haiku-5' } });
    assert.equal(readSettings(bad).model, 'claude-haiku-5');
  });

  it('reads prices and budgets from the user alone; 0 is no limit, a price in part is none', () => {
    const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
    const set = readSettings(
      configuration({
        prices: { global: { 'claude-sonnet': price }, workspace: { claude: price } },
        'turn.maxDollars': { global: 2 },
        'session.maxTokens': { global: 1_000_000 },
        'session.maxDollars': { global: 0 },
      }),
    );
    assert.deepEqual(set.prices, { 'claude-sonnet': price });
    assert.equal(set.turn.maxDollars, 2);
    assert.deepEqual(set.session, { maxTokens: 1_000_000, maxDollars: null });
    assert.deepEqual(
      readSettings(configuration({ prices: { global: { claude: { input: 3 } } } })).prices,
      {},
    );
  });

  it('says which value is not used, naming the setting, and what it takes', () => {
    const problems = (values: Values): string[] => {
      const sentences: string[] = [];
      readSettings(configuration(values), (sentence) => sentences.push(sentence));
      return sentences;
    };
    assert.deepEqual(
      problems({ 'sandbox.memoryMb': { global: 4096 }, model: { workspace: 'claude-x' } }),
      [],
    );
    assert.deepEqual(problems({ 'sandbox.memoryMb': { global: '2 GB' } }), [
      'The setting codeInterpreter.sandbox.memoryMb takes a number above 0; "2 GB" is not used.',
    ]);
    assert.deepEqual(problems({ 'sandbox.runtime': { global: 'kata' } }), [
      'The setting codeInterpreter.sandbox.runtime takes one of auto, runc, runsc; "kata" is not used.',
    ]);
    assert.match(problems({ privacy: { global: 'none' } })[0] ?? '', /privacy takes full or schema/);
    assert.deepEqual(problems({ 'docker.host': { workspace: 'tcp://evil.test' } }), [
      'The workspace sets codeInterpreter.docker.host; that is not used, only your own settings for it count.',
    ]);
    const secret = problems({ apiBaseUrl: { global: ['https://user:hunter22@h.test'] } }).join();
    assert.match(secret, /apiBaseUrl/);
    assert.ok(!secret.includes('hunter22'));
  });

  it('treats a value of the wrong type as not set', () => {
    const settings = readSettings(
      configuration({
        'sandbox.memoryMb': { global: '2 GB' },
        'sandbox.cpus': { global: -1 },
        'docker.host': { global: { nested: true } },
      }),
    );
    assert.equal(settings.memoryBytes, 2 * 1024 ** 3);
    assert.equal(settings.cpus, 2);
    assert.equal(settings.dockerHost, null);
  });
});

describe('the API address', () => {
  const accepted: [string, string | null][] = [
    ['', null],
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/v/', 'https://api.example.com/v'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://localhost:9', 'http://localhost:9'],
    ['http://[::1]:9', 'http://[::1]:9'],
    ['http://0x7f.1:9', 'http://127.0.0.1:9'],
  ];
  for (const [typed, expected] of accepted) {
    it(`accepts ${JSON.stringify(typed)}`, () => assert.equal(parseBaseUrl(typed), expected));
  }

  const refused = [
    'http://api.example.com',
    'http://127.0.0.1.evil.test',
    'http://localhost.evil.test',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:secret@api.example.com',
    'https://api.example.com/?a=b',
    'not an address',
  ];
  for (const typed of refused) {
    it(`refuses ${typed}`, () => {
      assert.throws(
        () => parseBaseUrl(typed),
        (error) => error instanceof Failure && error.code === 'bad-base-url',
      );
    });
  }

  it('does not repeat a password in its complaint', () => {
    assert.throws(
      () => parseBaseUrl('https://user:hunter22@h.test'),
      (error: Error) => {
        return !error.message.includes('hunter22');
      },
    );
  });
});
