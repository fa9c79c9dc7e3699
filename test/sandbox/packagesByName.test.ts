/** The preset for packages, whole: pip and npm by TLS through the real proxy, in a session, and again after a restart. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { CLOSED } from '../../src/kernel/sandbox.ts';
import type { NetworkSettings } from '../../src/session/network.ts';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { NetworkWorld, watchAttempts } from '../support/networkWorld.ts';
import { sessionOptions } from '../support/openSession.ts';
import { call, say, scriptedModel } from '../support/scriptedModel.ts';

const HOSTS = ['index.example', 'files.example', 'registry.example'];
const maker = fileURLToPath(new URL('../../sandbox/tests/package_index.py', import.meta.url));

/** Each question runs the next of these cells. */
const cells = (...codes: [language: string, code: string][]) =>
  scriptedModel((n) => {
    const [language = 'bash', code = 'true'] = codes[(n - 1) / 2] ?? [];
    return { content: [n % 2 === 1 ? call(code, language) : say('Done.')] };
  });

describe('pip and npm by the preset for packages', () => {
  let folder: string;
  let world: NetworkWorld;
  let box: SandboxFixture;
  let settings: NetworkSettings;
  let session: Session | null = null;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'packages-'));
    const pages = join(folder, 'pages');
    execFileSync('python3', [maker, pages, 'https://registry.example', 'https://files.example']);
    chmodSync(folder, 0o755);
    world = await NetworkWorld.open(Object.fromEntries(HOSTS.map((host) => [host, ['*']])), HOSTS, pages);
    box = await SandboxFixture.make({
      networkTesting: world.testing,
      environment: async () =>
        Promise.resolve({
          PIP_INDEX_URL: 'https://index.example/simple',
          npm_config_registry: 'https://registry.example/',
        }),
    });
    settings = { ...world.network(...HOSTS), packages: true };
  });
  after(async () => {
    await session?.dispose();
    await box.close();
    world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a session installs through the proxy, restarts, and has the same versions again without a cell', async () => {
    const model = cells(
      ['bash', 'pip install tiny-wheel==1.0 && npm install tiny-js@3.0.0'],
      ['python', 'import tiny_wheel; print("python has", tiny_wheel.version)'],
      ['javascript', 'console.log("javascript has", require("tiny-js").version)'],
    );
    const events: SessionEvent[] = [];
    const log: string[] = [];
    const opened = await Session.open(
      sessionOptions(model, {
        folder: join(folder, 'session'),
        sandbox: box.sandbox,
        network: async () => Promise.resolve(settings),
        onEvents: (batch) => events.push(...batch),
        log: (line) => log.push(line),
      }),
    );
    session = opened;
    const ask = async () => opened.send({ intent: 'ask', text: 'go', files: [] });
    const printed = () =>
      events
        .flatMap((event) =>
          event.type === 'cell_output' && event.output.output_type === 'stream' ? [event.output.text] : [],
        )
        .join('');
    assert.deepEqual(await ask(), { kind: 'finished' });
    assert.match(printed(), /Successfully installed tiny-wheel-1\.0/);
    assert.match(printed(), /added 1 package/);
    await opened.restartSandbox();
    await ask();
    await ask();
    assert.match(printed(), /python has 1\.0[^]*javascript has 3\.0\.0/, log.join('\n'));
    const hosts = events.flatMap((event) =>
      event.type === 'network_attempt' ? [`${event.attempt.verdict} ${event.attempt.host}`] : [],
    );
    for (const host of HOSTS) assert.ok(hosts.includes(`allowed ${host}`), hosts.join());
    assert.ok(!hosts.some((line) => line.startsWith('denied')), hosts.join());
    assert.ok(world.seen().some((line) => line.includes('index.example /simple/tiny-wheel/')));
  });

  it('a host of files that is not open stops pip, and is told by its name', async () => {
    const attempts = watchAttempts(box);
    await box.sandbox.setNetwork({ ...CLOSED, ...world.network('index.example') });
    const run = await box.run('bash', 'pip install --force-reinstall --no-deps tiny-wheel==1.0');
    assert.equal(run.status, 'error');
    const denied = await attempts.find('files.example', 'not-listed');
    assert.equal(denied.verdict, 'denied');
    await box.sandbox.setNetwork(world.network('index.example', 'files.example'));
    const again = await box.run('bash', 'pip install --force-reinstall --no-deps tiny-wheel==1.0');
    assert.equal(again.status, 'ok', again.stdout + again.stderr);
  });
});
