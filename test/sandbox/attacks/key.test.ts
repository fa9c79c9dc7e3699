/** S11, S12: where the API key must not be found, and what of the host's environment the container gets: nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, it } from 'node:test';
import { Redactor } from '../../../src/host/redact.ts';
import { Session } from '../../../src/session/session.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import { callEngine, engineAddress } from '../../setup/engineApi.mjs';
import { attacks, type Target } from '../../support/attack.ts';
import { imageForTests } from '../../support/dockerFixture.ts';
import { apiModel, sessionOptions } from '../../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';

/** Looks like no key, so that only knowing it finds it. */
const KEY = 'canary/7f3a91c2d4e85b60';
/** The user's words may be everywhere: it shows that the search finds what is there. */
const WORDS = 'marmalade-4711';

/** What people have in the environment of their editor. */
const HOST_ENVIRONMENT = {
  ANTHROPIC_API_KEY: KEY,
  AWS_SECRET_ACCESS_KEY: KEY,
  GITHUB_TOKEN: KEY,
  HTTPS_PROXY: `http://${KEY}@127.0.0.1:9`,
  NODE_OPTIONS: `--title=${KEY}`,
  PYTHONSTARTUP: `/tmp/${KEY}`,
  BASH_ENV: `/tmp/${KEY}`,
  LD_PRELOAD: '',
};

/** What the container has, whoever starts it and from where. */
const CONTAINER_NAMES = [
  'CI_OUTPUTS_LIMIT_BYTES',
  'HOME',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'LANG',
  'LOGNAME',
  'MATPLOTLIBRC',
  'MPLCONFIGDIR',
  'NODE_PATH',
  'NODE_USE_ENV_PROXY',
  'NO_PROXY',
  'PATH',
  'PYTHONPATH',
  'PYTHONUSERBASE',
  'USER',
  'http_proxy',
  'https_proxy',
  'no_proxy',
];

const inspected = async (target: Target): Promise<string> =>
  (await callEngine(engineAddress(), 'GET', `/containers/${await target.box.containerId()}/json`)).text;

function withHostEnvironment(): void {
  const saved = { ...process.env };
  before(() => void Object.assign(process.env, HOST_ENVIRONMENT));
  after(() => {
    process.env = saved;
  });
}

attacks('S12: the environment of the host', {}, (target) => {
  it('S12 is not in the container: its own is a fixed list', async () => {
    const { Config } = JSON.parse(await inspected(target)) as { Config: { Env: string[] } };
    const names = Config.Env.map((entry) => entry.slice(0, entry.indexOf('='))).sort();
    assert.deepEqual(names, CONTAINER_NAMES);
  });

  it('S12 is not in that of its first process, nor of a cell of any language', async () => {
    // Where cells are kept from tracing the bridge they may not even look.
    const look = "tr '\\0' '\\n' 2>&1 < /proc/1/environ || echo refused by the sandbox";
    const first = await target.ok('bash', look);
    const cells = [
      await target.ok('bash', 'env'),
      await target.ok('python', 'import os\nfor name in os.environ: print(name, os.environ[name])'),
      await target.ok('javascript', 'console.log(JSON.stringify(process.env))'),
    ];
    for (const text of [first, ...cells]) {
      assert.match(text, /sandbox/, 'its own environment is there');
      // Every container has a proxy variable; its value is not the host's.
      const names = Object.keys(HOST_ENVIRONMENT).filter((name) => !CONTAINER_NAMES.includes(name));
      for (const name of [...names, KEY]) assert.ok(!text.includes(name), name);
    }
  });

  it('S12 may still be set by a cell, for what it starts itself', async () => {
    assert.equal(
      await target.ok('bash', 'export GREETING=hi; python3 -c "import os; print(os.environ[\'GREETING\'])"'),
      'hi',
    );
  });

  withHostEnvironment();
});

attacks('S11: the API key', {}, (target) => {
  withHostEnvironment();
  const folder = mkdtempSync(path.join(tmpdir(), 'key-canary-'));
  const events: SessionEvent[] = [];
  const states: unknown[] = [];
  const logged: string[] = [];
  const redactor = new Redactor();
  let api: ScriptedApi;
  let session: Session;

  const log = (line: string) => logged.push(line);
  const model = (apiKey: string) => apiModel(api, { apiKey, modelId: 'claude-test', log });

  before(async () => {
    api = await startScriptedApi({ script: 'artifact', apiKey: KEY });
    let key = KEY;
    session = await Session.open(
      sessionOptions(() => model(key), {
        title: 'Canary',
        folder,
        sandbox: target.box.sandbox,
        outputLimitBytes: 1_000_000,
        onEvents: (batch) => events.push(...batch),
        onState: (state) => states.push(state),
        log,
      }),
    );
    await session.send({ intent: 'ask', text: WORDS, files: [] });
    // A turn that the API refuses, so that failures are looked at, too.
    key = `${KEY}-wrong`;
    await session.send({ intent: 'ask', text: WORDS, files: [] });
  });
  after(async () => {
    await session.dispose();
    await api.close();
    rmSync(folder, { recursive: true });
  });

  it('S11 went to the API, and a refused one failed the turn', () => {
    const sent = api.requests.map(({ headers }) => headers['authorization']);
    assert.ok(sent.includes(`Bearer ${KEY}`));
    const ends = events.flatMap((event) => (event.type === 'turn_ended' ? [event.end] : []));
    assert.equal(ends.length, 2);
    assert.match(JSON.stringify(ends), /key-rejected/);
  });

  it('S11 is in no file of the session: log, requests, artifacts, notebook', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(folder, name))
      .filter((name) => statSync(name).isFile());
    const holding = (text: string) => files.filter((name) => readFileSync(name, 'latin1').includes(text));
    assert.ok(holding(WORDS).length > 0, 'what was said is on disk');
    assert.deepEqual(holding(KEY), []);
  });

  it('S11 is in nothing the panel gets: events, states, failures', () => {
    assert.ok(JSON.stringify(events).includes(WORDS));
    assert.ok(!JSON.stringify([events, states]).includes(KEY));
  });

  it('S11 is in no line of the log, even before the redactor', () => {
    assert.ok(logged.some((line) => /API: status 401/.test(line)));
    const lines = [...logged, ...target.box.log];
    assert.deepEqual(
      lines.filter((line) => line.includes(KEY)),
      [],
    );
    redactor.add(KEY);
    assert.equal(redactor.redact(`sent ${KEY}`), 'sent [key]');
  });

  it('S11 is not in the workspace, the container, its processes or its image', async () => {
    const inContainer = await target.ok(
      'bash',
      `grep -rl --exclude-dir=proc --exclude-dir=sys '${KEY.slice(0, 8)}''${KEY.slice(8)}' /outputs /tmp /workspace 2>/dev/null; ` +
        "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'",
    );
    assert.match(inContainer, /HOME=/);
    assert.ok(!inContainer.includes(KEY));
    const image = encodeURIComponent(await imageForTests());
    const history = (await callEngine(engineAddress(), 'GET', `/images/${image}/history`)).text;
    assert.match(history, /code-interpreter/);
    const container = await inspected(target);
    assert.match(container, /code-interpreter/);
    assert.ok(!(history + container).includes(KEY));
  });
});
