/**
 * What `docker run -v WORKSPACE:/workspace:ro IMAGE` makes, through the engine's API as ours is: the same image, bridge and
 * kernels, reached in the same way; nothing of our spec, masks, limits or checks around them.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connectToBridge } from '../../src/container/bridgeLink.ts';
import { OWNER_LABEL } from '../../src/container/labels.ts';
import { formatOwner, ownOwner } from '../../src/container/owner.ts';
import { KernelClient } from '../../src/kernel/kernelClient.ts';
import { engineForTests, makeWorkspace } from '../support/dockerFixture.ts';

export interface PlainContainer {
  kernel: KernelClient;
  close: () => Promise<void>;
}

/** Resolves when the Python kernel answers. */
export async function startPlain(image: string): Promise<PlainContainer> {
  const engine = await engineForTests();
  const workspace = makeWorkspace();
  const containerId = await engine.createContainer(
    {
      name: `bench-${randomUUID()}`,
      Image: image,
      Labels: { [OWNER_LABEL]: formatOwner(await ownOwner()) },
      HostConfig: { Binds: [`${workspace}:/workspace:ro`] },
    },
    new AbortController().signal,
  );
  const log = (): void => undefined;
  const kernel = new KernelClient({
    connect: async () => connectToBridge(engine, containerId, log),
    kill: async () => engine.removeContainer(containerId),
    lost: () => undefined,
    log,
  });
  const close = async (): Promise<void> => {
    kernel.close();
    await engine.removeContainer(containerId);
    rmSync(workspace, { recursive: true, force: true });
  };
  try {
    await engine.startContainer(containerId, new AbortController().signal);
    await kernel.open();
    await kernel.waitUntilReady();
  } catch (error) {
    await close();
    throw error;
  }
  return { kernel, close };
}
