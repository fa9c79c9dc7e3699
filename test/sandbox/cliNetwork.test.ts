/** `--allow-host` on a real sandbox: the proxy runs for exactly these hosts, and is gone with the run. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { belongingsOf, CliProcess } from '../support/cliProcess.ts';
import { imageForTests } from '../support/dockerFixture.ts';

let image = '';
before(async () => {
  image = await imageForTests();
});

/** Names that nobody has, and that are denied before anybody is asked for them. */
const OPEN = 'open.code-interpreter.invalid';
const OTHER = 'other.code-interpreter.invalid';
const FETCH = `
import urllib.request
try: urllib.request.urlopen('https://${OTHER}/', timeout=20)
except OSError as error: print(error)
`;

async function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const cli = new CliProcess(['exec', '--image', image, ...args]);
  cli.send({ op: 'execute', id: '1', language: 'python', code: FETCH });
  cli.child.stdin.end();
  const { code, stdout, stderr } = await cli.done;
  assert.equal(code, 0, stderr);
  assert.deepEqual(belongingsOf(cli.child.pid), [], 'containers and volumes are gone, the proxy included');
  return { stdout, stderr };
}

describe('exec --allow-host on a real sandbox', () => {
  it('without it the network is closed, and standard error names what was wanted', async () => {
    const { stdout, stderr } = await run();
    assert.match(stdout, /403 The network of this sandbox is closed/);
    assert.match(stderr, new RegExp(`^Network: denied: ${OTHER}:443 \\(the network is closed\\)$`, 'm'));
  });

  it('with it a proxy runs, which denies every other host', async () => {
    const { stdout, stderr } = await run('--allow-host', OPEN);
    assert.match(stdout, /403/);
    assert.doesNotMatch(stdout, /network of this sandbox is closed/);
    assert.match(stderr, new RegExp(`^Network: denied: ${OTHER}:443 \\(not opened by the user\\)$`, 'm'));
  });
});
