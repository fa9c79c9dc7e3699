/** From the sandbox into the session's store: what a cell left in `/outputs`, and what it is to the versions before. */
import type { Sandbox } from '../kernel/sandbox.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { Artifact, RefusedFile } from '../shared/outputs.ts';
import { filesOf, type Version } from '../shared/versions.ts';
import { cautionOf } from './caution.ts';
import type { ArtifactStore } from './store.ts';
import { textChange } from './textChange.ts';

/** Of one cell: how many files are compared with what they were. */
const MAX_COMPARED = 20;

/**
 * Copies them out, one after the other; what cannot be kept is refused with a reason.
 * @param events the log up to now, for the versions before; none: of each file only the newest is known
 */
export async function storeArtifacts(
  sandbox: Pick<Sandbox, 'readArtifact'>,
  store: ArtifactStore,
  artifacts: readonly Artifact[],
  signal: AbortSignal,
  events: readonly SessionEvent[] = [],
): Promise<{ stored: Artifact[]; refused: RefusedFile[] }> {
  const stored: Artifact[] = [];
  const refused: RefusedFile[] = [];
  const versions = new Map(filesOf(events).map((file) => [file.name, file.versions]));
  let compared = 0;
  for (const artifact of artifacts) {
    const read = async () => sandbox.readArtifact(artifact.name, artifact.bytes);
    const outcome = await store.put(artifact, read, signal);
    if (outcome.kind === 'refused') {
      refused.push({ name: artifact.name, reason: outcome.reason });
      continue;
    }
    const before = versions.get(artifact.name)?.at(-1) ?? null;
    const changed = before !== null && before.sha256 !== artifact.sha256;
    if (changed) compared += 1;
    const change = changed && compared <= MAX_COMPARED ? await changeOf(store, before, artifact) : {};
    stored.push({ ...(await looked(store, artifact)), ...numbered(before, artifact), ...change });
  }
  return { stored, refused };
}

/** The sandbox's own word that a file is harmless is not taken; what it found wrong is. */
async function looked(
  store: ArtifactStore,
  { name, bytes, sha256, findings = [] }: Artifact,
): Promise<Artifact> {
  const path = store.path(sha256);
  const caution = path === null ? null : await cautionOf(path, name);
  return {
    ...{ name, bytes, sha256 },
    ...(findings.length === 0 ? {} : { findings }),
    ...(caution === 'formulas' ? { formulas: true } : {}),
  };
}

/** That a file was there before only the sandbox knows: a new one begins without. */
function numbered(before: Version | null, { sha256, same }: Artifact): Pick<Artifact, 'version' | 'same'> {
  if (before === null) return {};
  if (before.sha256 !== sha256) return { version: before.number + 1 };
  return {
    ...(before.number > 1 ? { version: before.number } : {}),
    ...(same === true ? { same } : {}),
  };
}

async function changeOf(
  store: ArtifactStore,
  before: Version,
  { name, sha256 }: Artifact,
): Promise<Pick<Artifact, 'change'>> {
  const [old, fresh] = [store.path(before.sha256), store.path(sha256)];
  if (old === null || fresh === null) return {};
  const change = await textChange(name, old, fresh).catch(() => null);
  return change === null ? {} : { change };
}
