import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PackageHosts, packageSources } from '../../../src/host/packageHosts.ts';
import { indexesInPipConfig } from '../../../src/host/pipConfig.ts';
import { ruleText } from '../../../src/shared/networkRules.ts';

const OF_IMAGE = {
  pip: ['https://index.example.org/simple', 'https://files.example.com/'],
  npm: ['https://registry.example.net/'],
};
const ofImage = async () => Promise.resolve(OF_IMAGE);
const USUAL = ['files.example.com', 'index.example.org', 'registry.example.net'];

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** A machine of the test's own: programs in `bin`, a home folder, a workspace. */
function machine() {
  const root = mkdtempSync(join(tmpdir(), 'package-hosts-'));
  roots.push(root);
  const [bin, home, workspace] = ['bin', 'home', 'workspace'].map((name) => join(root, name));
  if (bin === undefined || home === undefined || workspace === undefined) throw new Error('no folders');
  for (const folder of [bin, home, workspace]) mkdirSync(folder);
  const program = (folder: string, name: string, script: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const says = (pip: string | null, npm: string | null): void => {
    const only = (wanted: string, text: string) =>
      `[ "$*" = "${wanted}" ] || exit 9\ncat <<'END'\n${text}\nEND`;
    if (pip !== null) program(bin, 'pip', only('config list', pip));
    if (npm !== null) program(bin, 'npm', only('config get registry --global', npm));
  };
  const ask = async (env: NodeJS.ProcessEnv = {}, path = bareTools(bin)) =>
    packageSources({
      env: { PATH: path, HOME: home, ...env },
      workspaceFolders: () => [workspace],
      ofImage,
    });
  return { bin, home, workspace, root, program, says, ask };
}
const texts = ({ rules }: { rules: Parameters<typeof ruleText>[0][] }): string[] => rules.map(ruleText);
/** A search path with the shell's own commands and neither pip nor npm. */
function bareTools(bin: string): string {
  for (const name of ['sh', 'cat', 'env', 'pwd', 'touch']) {
    for (const folder of ['/usr/bin', '/bin']) {
      try {
        symlinkSync(join(folder, name), join(bin, name));
        break;
      } catch {
        // Already there.
      }
    }
  }
  return bin;
}

describe('hosts of packages', () => {
  it('are those of pip and npm as the user set them, the mirror given to the sandbox', async () => {
    const { says, ask } = machine();
    says(
      "global.timeout='5'\nglobal.index-url='https://mirror.example.com/pypi/simple/'",
      'https://mirror.example.com:8443/npm/',
    );
    const found = await ask();
    assert.deepEqual(texts(found), ['mirror.example.com', 'mirror.example.com:8443']);
    assert.deepEqual(found.environment, {
      PIP_INDEX_URL: 'https://mirror.example.com/pypi/simple/',
      npm_config_registry: 'https://mirror.example.com:8443/npm/',
    });
    assert.deepEqual(found.problems, []);
  });

  it('are those of the image without pip and npm, and no variable is set', async () => {
    const { ask } = machine();
    const found = await ask();
    assert.deepEqual(texts(found), USUAL);
    assert.deepEqual(found.environment, {});
  });

  it('are those of the image, file host included, when the user is set to the usual ones', async () => {
    const { says, ask } = machine();
    says("install.index-url='https://index.example.org/simple/'", 'https://registry.example.net');
    const found = await ask();
    assert.deepEqual(texts(found), USUAL);
    assert.deepEqual(found.environment, {});
  });

  it('a further index comes to the usual one, and an index on a disk counts for nothing', async () => {
    const { says, ask } = machine();
    says("global.extra-index-url='file:///opt/wheels https://more.example.com/simple'", null);
    const found = await ask();
    assert.ok(texts(found).includes('more.example.com') && texts(found).includes('files.example.com'));
    assert.deepEqual(found.environment, { PIP_EXTRA_INDEX_URL: 'https://more.example.com/simple' });
  });

  it('an address with a password is refused with a sentence that does not repeat it', async () => {
    const { says, ask, bin, home } = machine();
    says("global.index-url='https://me:hunter2@mirror.example.com/simple'", 'https://registry.example.net/');
    const found = await ask();
    assert.deepEqual(texts(found), ['registry.example.net']);
    assert.deepEqual(found.environment, {});
    assert.equal(found.problems.length, 1);
    assert.match(found.problems[0]?.english ?? '', /pip .*password/);
    assert.doesNotMatch(JSON.stringify(found), /hunter2/);
    const env = { PATH: bin, HOME: home };
    await assert.rejects(new PackageHosts({ env, ofImage }).rules(), /password/);
  });

  for (const [what, url] of [
    ['an address without encryption on another port', 'http://mirror.example.com:8080/'],
    ['an IP address', 'https://10.0.0.7/simple'],
    ['a name of the local network', 'https://nexus/simple'],
    ['another protocol', 'ftp://mirror.example.com/'],
    ['no address', 'not a url'],
  ] as const) {
    it(`${what} opens nothing, and says so`, async () => {
      const { says, ask } = machine();
      says(null, url);
      const found = await ask();
      assert.ok(!texts(found).some((text) => !USUAL.includes(text)));
      assert.match(found.problems.map(({ english }) => english).join(), /npm is configured for is not used/);
    });
  }

  it('that nobody knows are a problem, not a guess; before there is an image they are not known yet', async () => {
    const { bin } = machine();
    const env = { PATH: bareTools(bin), HOME: '/nonexistent' };
    const without = await packageSources({ env, ofImage: async () => Promise.resolve({ pip: [], npm: [] }) });
    assert.deepEqual([without.rules, without.problems.length], [[], 2]);
    let image: typeof OF_IMAGE | null = null;
    const hosts = new PackageHosts({ env, ofImage: async () => Promise.resolve(image) });
    assert.deepEqual(await hosts.rules(), []);
    image = OF_IMAGE;
    assert.deepEqual(texts({ rules: await hosts.rules() }), USUAL);
  });

  it('are asked for once in a while, and again at once after a problem', async () => {
    const { bin, home, says, program } = machine();
    const env = { PATH: bareTools(bin), HOME: home };
    says(null, 'https://one.example.com/');
    let now = 0;
    const hosts = new PackageHosts({ env, ofImage }, () => now);
    const npms = async () => (await hosts.environment())['npm_config_registry'];
    assert.equal(await npms(), 'https://one.example.com/');
    says(null, 'https://two.example.com/');
    assert.equal(await npms(), 'https://one.example.com/');
    now += 300_001;
    assert.equal(await npms(), 'https://two.example.com/');
    program(bin, 'npm', 'echo nonsense');
    now += 300_001;
    await assert.rejects(hosts.rules(), /npm is configured for/);
    says(null, 'https://three.example.com/');
    assert.ok((await hosts.rules()).some(({ host }) => host === 'three.example.com'));
  });

  it('a program that fails counts as absent', async () => {
    const { bin, program, ask } = machine();
    program(bin, 'pip', 'echo "global.index-url=\'https://mirror.example.com/\'"; exit 1');
    program(bin, 'npm', 'exit 3');
    assert.deepEqual(texts(await ask()), USUAL);
  });
});

describe('the workspace has no say in where packages come from', () => {
  const EVIL = 'https://evil.example.org/';

  it("a project's .npmrc and pip.conf do not count; the user's own .npmrc does", async () => {
    const { home, workspace, root } = machine();
    writeFileSync(join(workspace, '.npmrc'), `registry=${EVIL}\n`);
    writeFileSync(join(workspace, 'package.json'), '{"name":"x"}');
    writeFileSync(join(workspace, 'pip.conf'), `[global]\nindex-url = ${EVIL}\n`);
    writeFileSync(join(root, '.npmrc'), `registry=${EVIL}\n`);
    writeFileSync(join(home, '.npmrc'), 'registry=https://mirror.example.com/npm/\n');
    const before = process.cwd();
    process.chdir(workspace);
    try {
      // The real npm, which looks for a project from the working directory upwards.
      const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
      const env = { ...process.env, PATH, HOME: home, npm_config_userconfig: undefined, INIT_CWD: workspace };
      const found = await packageSources({ env, workspaceFolders: () => [workspace], ofImage });
      assert.deepEqual(found.environment['npm_config_registry'], 'https://mirror.example.com/npm/');
      assert.doesNotMatch(JSON.stringify(found), /evil/);
    } finally {
      process.chdir(before);
    }
  });

  it('programs in it are not run, by whatever path; those outside are', async () => {
    const { bin, root, workspace, program, says, ask } = machine();
    const mark = join(root, 'ran');
    const evil = join(workspace, 'node_modules/.bin');
    for (const name of ['npm', 'pip', 'pip3', 'node']) program(evil, name, `touch ${mark}; echo ${EVIL}`);
    const detour = join(root, 'detour');
    symlinkSync(evil, detour);
    says("global.index-url='https://mirror.example.com/simple'", 'https://mirror.example.com/npm/');
    const path = `.:node_modules/.bin:${evil}:${detour}:${bareTools(bin)}`;
    const found = await ask({}, path);
    assert.deepEqual(texts(found), ['mirror.example.com']);
    assert.throws(() => chmodSync(mark, 0o644), 'a program of the workspace ran');
    // The same programs outside of it are the user's own.
    const outside = join(root, 'outside');
    program(outside, 'npm', `touch ${mark}; echo https://other.example.com/`);
    assert.ok(texts(await ask({}, `${outside}:${bin}`)).includes('other.example.com'));
    chmodSync(mark, 0o644);
  });

  it('variables of pip and npm are not handed on, nor a home folder that lies in it', async () => {
    const { bin, root, workspace, program, ask } = machine();
    const file = join(root, 'seen');
    program(bin, 'pip', `env >${file}; pwd >>${file}`);
    program(bin, 'npm', 'exit 1');
    await ask({
      PIP_INDEX_URL: EVIL,
      PIP_CONFIG_FILE: join(workspace, 'pip.conf'),
      npm_config_registry: EVIL,
      NODE_OPTIONS: '--require ./evil.js',
      PYTHONPATH: workspace,
      VIRTUAL_ENV: workspace,
      HOME: join(workspace, 'home'),
      XDG_CONFIG_HOME: workspace,
      LANG: 'C.UTF-8',
    });
    const seen = readFileSync(file, 'utf8');
    assert.match(seen, /LANG=C\.UTF-8/);
    assert.doesNotMatch(seen, /evil|PIP_|npm_|NODE_OPTIONS|PYTHONPATH|VIRTUAL_ENV|XDG_CONFIG_HOME/);
    assert.ok(!seen.includes(workspace), seen);
  });
});

describe('what pip says of its configuration', () => {
  it('is read as Python writes it', () => {
    const printed = [
      "global.extra-index-url='https://a.example.com/s\\nhttps://b.example.com/s'",
      'global.index-url="https://c.example.com/it\'s"',
      "install.index-url='https://d.example.com/simple'",
      "download.index-url='https://e.example.com/simple'",
      ":env:.index-url='https://f.example.com/simple'",
    ];
    assert.deepEqual(indexesInPipConfig(printed.join('\n')), {
      index: 'https://d.example.com/simple',
      more: ['https://a.example.com/s', 'https://b.example.com/s'],
    });
    assert.deepEqual(indexesInPipConfig(''), { index: null, more: [] });
  });
});
