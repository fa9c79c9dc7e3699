import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { ArtifactStore, MAX_ARTIFACT_BYTES } from '../../../src/session/store.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

const artifact = (content: string, name = 'a.bin') => ({
  name,
  bytes: Buffer.byteLength(content),
  sha256: createHash('sha256').update(content).digest('hex'),
});
const from = (content: string) => async () => Promise.resolve(Readable.from([Buffer.from(content)]));

describe('artifacts on the host', () => {
  it('are kept by hash, once, and found again when the session is opened again', async () => {
    const store = await ArtifactStore.open(folder);
    assert.deepEqual(await store.put(artifact('hello'), from('hello')), { kind: 'stored' });
    const again = await store.put(artifact('hello', 'b.bin'), async () =>
      Promise.reject(new Error('read twice')),
    );
    assert.deepEqual(again, { kind: 'stored' });
    const reopened = await ArtifactStore.open(folder);
    assert.equal(await readFile(reopened.path(artifact('hello').sha256) ?? '', 'utf8'), 'hello');
  });

  it('are refused with a reason, and nothing is left behind', async () => {
    const store = await ArtifactStore.open(folder);
    const reason = async (...parameters: Parameters<ArtifactStore['put']>) => {
      const outcome = await store.put(...parameters);
      return outcome.kind === 'refused' ? outcome.reason : 'stored';
    };
    const { sha256 } = artifact('right');
    assert.match(await reason({ name: 'x', bytes: 5, sha256 }, from('wrong')), /changed while it was copied/);
    assert.match(await reason({ name: 'x', bytes: 4, sha256 }, from('right')), /grew while it was copied/);
    assert.match(await reason({ name: 'x', bytes: 9, sha256 }, from('right')), /changed while it was copied/);
    assert.match(await reason({ name: 'x', bytes: 5, sha256: '../../evil' }, from('right')), /no valid hash/);
    assert.match(
      await reason({ name: 'x', bytes: MAX_ARTIFACT_BYTES + 1, sha256 }, from('')),
      /larger than 537 MB/,
    );
    const lost = async () => Promise.reject(new Error('the container is gone'));
    assert.match(await reason({ name: 'x', bytes: 5, sha256 }, lost), /the container is gone/);
    const stop = new AbortController();
    const endless = async () => Promise.resolve(new Readable({ read: () => undefined }));
    setTimeout(() => stop.abort(), 20);
    assert.match(await reason({ name: 'x', bytes: 5, sha256 }, endless, stop.signal), /stopped while/);
    assert.equal(store.path(sha256), null);
    assert.deepEqual(
      (await readdir(join(folder, 'artifacts'))).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('half written by a crash are removed', async () => {
    await writeFile(join(folder, 'artifacts', 'x.part'), 'half');
    await ArtifactStore.open(folder);
    assert.equal((await readdir(join(folder, 'artifacts'))).includes('x.part'), false);
  });
});
