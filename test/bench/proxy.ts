/** What the way out by name costs: the same transfers from a sandbox through the proxy, and from container to container. */
import assert from 'node:assert/strict';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { NetworkWorld } from '../support/networkWorld.ts';
import { alternate, type Comparison, type Contender } from './measure.ts';

const BYTES = 200_000_000;
const REQUESTS = 50;

const DOWNLOAD = `
import time, urllib.request
start = time.perf_counter(); size = 0
with urllib.request.urlopen('https://good.example/bytes/${BYTES}', timeout=120) as answer:
    while part := answer.read(1 << 20): size += len(part)
assert size == ${BYTES}
print((time.perf_counter() - start) * 1000)`;

const REQUEST = `
import time, urllib.request
start = time.perf_counter()
for _ in range(${REQUESTS}):
    assert urllib.request.urlopen('https://good.example/', timeout=30).read() == b'hello from good.example'
print((time.perf_counter() - start) * 1000 / ${REQUESTS})`;

async function compare(name: string, unit: string, rounds: number, code: string): Promise<Comparison> {
  const world = await NetworkWorld.open({ 'good.example': ['*'] }, ['good.example']);
  const box = await SandboxFixture.make({ networkTesting: world.testing });
  try {
    await box.sandbox.setNetwork(world.network('good.example'));
    const facts = await box.sandbox.start(() => undefined);
    assert.equal(facts.networkProblem, undefined);
    const ours: Contender = {
      label: 'sandbox without an interface, through the proxy',
      run: async () => Number(await box.ok('python', code)),
    };
    const peer: Contender = {
      label: 'container on the same network, directly',
      run: async () => Promise.resolve(Number(world.fromNeighbour(code))),
    };
    return { name, unit, ...(await alternate(rounds, ours, peer)) };
  } finally {
    await box.close();
    world.close();
  }
}

export const proxyThroughput = async ({ rounds }: { rounds: number }): Promise<Comparison> =>
  compare('Download of 200 MB over TLS', 'ms', rounds, DOWNLOAD);

export const proxyRequest = async ({ rounds }: { rounds: number }): Promise<Comparison> =>
  compare('Small request over TLS, connection included', `ms, mean of ${REQUESTS}`, rounds, REQUEST);
