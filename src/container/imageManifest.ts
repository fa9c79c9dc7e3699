/** What an image says about itself, without running anything of it. */
import { randomBytes } from 'node:crypto';
import { extract } from 'tar-stream';
import type { Manifest } from '../kernel/sandbox.ts';
import type { Engine } from './docker.ts';
import { OWNER_LABEL } from './labels.ts';
import { MANIFEST_LIMIT_BYTES, MANIFEST_PATH, parseManifest } from './manifest.ts';
import { formatOwner, ownOwner } from './owner.ts';
import { NETWORK } from './policy.ts';

/** Null: the image says nothing that can be understood. @throws Failure `docker-…` */
export async function readImageManifest(engine: Engine, reference: string): Promise<Manifest | null> {
  const name = `code-interpreter-look-${randomBytes(6).toString('hex')}`;
  // A file of an image can only be had through a container; this one is never started.
  const id = await engine.createContainer({
    name,
    Image: reference,
    Labels: { [OWNER_LABEL]: formatOwner(await ownOwner()) },
    HostConfig: { NetworkMode: NETWORK },
  });
  try {
    return parseManifest(await textOf(engine, id));
  } catch {
    return null;
  } finally {
    await engine.removeContainer(id);
  }
}

async function textOf(engine: Engine, id: string): Promise<string> {
  const entries = (await engine.archive(id, MANIFEST_PATH)).pipe(extract());
  for await (const entry of entries) {
    const { type, size = 0 } = entry.header;
    if (type !== 'file' || size > MANIFEST_LIMIT_BYTES) break;
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  throw new Error('There is no manifest.');
}
