/** An engine whose gVisor has shown that it runs the image: the one there is, else one of our own for as long as we run. */
import { runtimeStatus } from '../../src/container/dockerSandbox.ts';
import { gvisorOf } from '../../src/container/runtime.ts';
import { Failure } from '../../src/failures.ts';
import { engineAddress } from '../setup/engineApi.mjs';
import { noGvisor, startGvisorEngine } from '../setup/gvisor.mjs';
import { engineForTests, TEST_DOCKER } from '../support/dockerFixture.ts';

/** @returns null when `work` was done, else why there is no gVisor here. */
export async function withGvisor(image: string, work: () => Promise<void>): Promise<string | null> {
  const { runtimes } = await (await engineForTests()).facts();
  if (gvisorOf(runtimes) !== null) return tried(image, work);
  const reason = noGvisor();
  if (reason !== null) return reason;
  const own = await startGvisorEngine(image, engineAddress());
  const before = process.env['DOCKER_HOST'];
  const interrupted = (): void => void own.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  process.env['DOCKER_HOST'] = own.host;
  try {
    return await tried(image, work);
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await own.stop();
  }
}

/** With the product's own trial, which imports pandas. */
async function tried(image: string, work: () => Promise<void>): Promise<string | null> {
  const source = { kind: 'ready', reference: image } as const;
  const question = { docker: TEST_DOCKER, image: source, runtime: 'runsc', log: () => undefined } as const;
  try {
    await runtimeStatus(question, new AbortController().signal);
  } catch (error) {
    if (error instanceof Failure) return error.sentence;
    throw error;
  }
  await work();
  return null;
}
