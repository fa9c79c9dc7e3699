/** From the sandbox into the session's store: what a cell left in `/outputs`. */
import type { Sandbox } from '../kernel/sandbox.ts';
import type { Artifact, RefusedFile } from '../shared/outputs.ts';
import { cautionOf } from './caution.ts';
import type { ArtifactStore } from './store.ts';

/** Copies them out, one after the other; what cannot be kept is refused with a reason. */
export async function storeArtifacts(
  sandbox: Pick<Sandbox, 'readArtifact'>,
  store: ArtifactStore,
  artifacts: readonly Artifact[],
  signal: AbortSignal,
): Promise<{ stored: Artifact[]; refused: RefusedFile[] }> {
  const stored: Artifact[] = [];
  const refused: RefusedFile[] = [];
  for (const artifact of artifacts) {
    const read = async () => sandbox.readArtifact(artifact.name, artifact.bytes);
    const outcome = await store.put(artifact, read, signal);
    if (outcome.kind === 'stored') stored.push(await looked(store, artifact));
    else refused.push({ name: artifact.name, reason: outcome.reason });
  }
  return { stored, refused };
}

/** The sandbox's own word on what is in a file is not taken. */
async function looked(store: ArtifactStore, { name, bytes, sha256 }: Artifact): Promise<Artifact> {
  const path = store.path(sha256);
  const caution = path === null ? null : await cautionOf(path, name);
  return { name, bytes, sha256, ...(caution === 'formulas' ? { formulas: true } : {}) };
}
