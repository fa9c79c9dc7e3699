/** Removes what dead owners on this host left on the engine; what another live window owns stays. */
import { detail } from '../failures.ts';
import type { Engine } from './docker.ts';
import { OWNER_LABEL } from './labels.ts';
import { fateOf, ownOwner, parseOwner } from './owner.ts';

/** @returns number of containers and volumes removed. One that cannot be removed is logged and left. */
export async function removeLeftoversOn(engine: Engine, log: (line: string) => void): Promise<number> {
  const self = await ownOwner();
  const isDead = async (labels: Record<string, string>): Promise<boolean> => {
    const owner = parseOwner(labels[OWNER_LABEL] ?? '');
    return owner !== null && (await fateOf(owner, self)) === 'dead';
  };
  let removed = 0;
  const attempt = async (what: string, remove: () => Promise<void>): Promise<void> => {
    try {
      await remove();
      removed += 1;
      log(`leftovers: removed ${what}`);
    } catch (error) {
      log(`leftovers: could not remove ${what}: ${detail(error)}`);
    }
  };
  for (const { id, labels } of await engine.listContainers(OWNER_LABEL)) {
    if (await isDead(labels))
      await attempt(`container ${id.slice(0, 12)}`, async () => engine.removeContainer(id));
  }
  for (const { name, labels } of await engine.listVolumes(OWNER_LABEL)) {
    if (await isDead(labels)) await attempt(`volume ${name}`, async () => engine.removeVolume(name));
  }
  return removed;
}
