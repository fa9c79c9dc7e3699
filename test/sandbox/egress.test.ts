/** The way out by name, on the real engine: open, change, close, lose and remove it, with variables kept. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CLOSED } from '../../src/kernel/sandbox.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { NetworkWorld, watchAttempts } from '../support/networkWorld.ts';

const get = (url: string): string => `
import urllib.request, urllib.error
try: print(urllib.request.urlopen(${JSON.stringify(url)}, timeout=20).read().decode())
except Exception as e: print(type(e).__name__, e, e.read().decode() if hasattr(e, 'read') else '')
`;

describe('network by name', () => {
  let world: NetworkWorld;
  let box: SandboxFixture;
  let attempts: ReturnType<typeof watchAttempts>;
  before(async () => {
    world = await NetworkWorld.open(
      { 'good.example': ['*'], 'other.example': ['*'], 'company.example': ['*'] },
      ['good.example', 'other.example'],
    );
    box = await SandboxFixture.make({ networkTesting: world.testing });
    attempts = watchAttempts(box);
    await box.sandbox.setNetwork({ ...CLOSED, certificates: world.authority });
    await box.sandbox.start(() => undefined);
    await box.ok('python', 'kept = 41');
  });
  after(async () => {
    await box.close();
    world.close();
  });

  /** Until then each attempt fails. */
  async function untilReached(): Promise<void> {
    for (let triesLeft = 100; triesLeft > 0; triesLeft -= 1) {
      const text = await box.ok('python', get('https://good.example/'));
      if (text === 'hello from good.example') return;
      assert.match(text, /Error/);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.fail(`it did not come back: ${box.log.join('\n')}`);
  }

  it('closed at first: refused with a sentence, and told; no proxy runs', async () => {
    assert.match(await box.ok('python', get('http://good.example/')), /403.*Only the user can open it/s);
    assert.match(
      await box.ok('python', get('https://good.example/')),
      /403 The network of this sandbox is closed/,
    );
    const attempt = await attempts.find('good.example', 'closed');
    assert.equal(attempt.verdict, 'denied');
    assert.equal((await box.containers()).length, 1);
  });

  it('opened while it runs: variables stay; one host answers in every language, others do not', async () => {
    await box.sandbox.setNetwork(world.network('good.example'));
    assert.equal(await box.ok('python', 'print(kept)'), '41');
    assert.equal(await box.ok('python', get('https://good.example/')), 'hello from good.example');
    assert.match(await box.ok('python', get('https://other.example/')), /403/);
    assert.equal(
      await box.ok('javascript', `console.log(await (await fetch('https://good.example/')).text())`),
      'hello from good.example',
    );
    const allowed = await attempts.find('good.example', null);
    assert.equal(allowed.method, 'CONNECT');
    assert.equal(allowed.port, 443);
    assert.ok(allowed.bytes > 100);
    await attempts.find('other.example', 'not-listed');
  });

  it('the proxy is killed: nothing gets out until it is back, and it comes back', async () => {
    const proxy = await proxyOf(box);
    await box.engine.removeContainer(proxy);
    await untilReached();
  });

  it('a cell that ends the door has it again', async () => {
    await box.run('bash', 'pkill -f TCP4-LISTEN:3128');
    await untilReached();
  });

  it('closed again: refused with the sentence, and no proxy runs', async () => {
    await box.sandbox.setNetwork(CLOSED);
    assert.match(await box.ok('python', get('https://good.example/')), /network of this sandbox is closed/);
    assert.equal((await box.containers()).length, 1);
    assert.equal(await box.ok('python', 'print(kept)'), '41');
  });

  it('a company proxy: everything goes through it, and the rules still hold', async () => {
    await box.sandbox.setNetwork({
      ...world.network('good.example'),
      parentProxy: 'http://company.example:8080',
    });
    const before = world.seen().length;
    assert.equal(await box.ok('python', get('https://good.example/')), 'hello from good.example');
    const seen = world.seen().slice(before);
    assert.deepEqual(
      seen.filter((line) => !line.endsWith(' /seen')),
      ['CONNECT good.example:443', 'GET good.example /'],
    );
    assert.match(await box.ok('python', get('https://other.example/')), /403/);
  });

  it('what is open is open in the next container, too, and all is removed at the end', async () => {
    await box.sandbox.setNetwork(world.network('good.example'));
    const facts = await box.sandbox.reset(() => undefined);
    assert.equal(facts.networkProblem, undefined);
    assert.equal(await box.ok('python', get('https://good.example/')), 'hello from good.example');
    assert.equal((await box.containers()).length, 2);
    await box.sandbox.dispose();
    assert.deepEqual(await box.containers(), []);
    assert.deepEqual(await box.volumes(), []);
  });
});

async function proxyOf(box: SandboxFixture): Promise<string> {
  const main = await box.containerId();
  const other = (await box.containers()).find((id) => id !== main);
  if (other === undefined) throw new Error('There is no proxy.');
  return other;
}
