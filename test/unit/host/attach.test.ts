/** From the panel's ids to what a session is asked, with pictures, selections and PDFs. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encode } from 'fast-png';
import { Failure } from '../../../src/failures.ts';
import { asked, resolved } from '../../../src/host/asked.ts';
import { AttachedImages } from '../../../src/host/attachedImages.ts';
import { FileIds } from '../../../src/host/fileIds.ts';
import type { ImageFile } from '../../../src/session/attachments.ts';

const isCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;
const png = (width: number, height = 2): Buffer =>
  Buffer.from(encode({ width, height, data: new Uint8Array(width * height * 3), channels: 3, depth: 8 }));

let root = '';
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'attach-'));
  await mkdir(path.join(root, 'project'));
  for (const name of ['sales.csv', 'report.PDF']) await writeFile(path.join(root, 'project', name), 'a\n1\n');
  await writeFile(path.join(root, 'outside.txt'), 'x');
});
after(async () => rm(root, { recursive: true, force: true }));

const inProject = (name: string) => ({ path: path.join(root, 'project', name), label: name });
const kept: ImageFile[] = [];
const open = () => ({
  mounts: [{ source: path.join(root, 'project'), name: null }],
  session: {
    keepImages: async (images: readonly ImageFile[]) => {
      kept.push(...images);
      return Promise.resolve(
        images.map(({ name, mediaType, bytes }) => ({
          name,
          mediaType,
          bytes: bytes.length,
          sha256: 'e'.repeat(64),
        })),
      );
    },
  },
});
const selection = (file: string | null) => ({
  label: 'x',
  path: file,
  startLine: 2,
  endLine: 3,
  text: '1',
  totalChars: 1,
  unsaved: false,
});

describe('pictures of a draft', () => {
  it('are known by their hash, also after a reload when only the store has them', async () => {
    const stored = new Map<string, string>();
    const images = new AttachedImages((sha256) => stored.get(sha256) ?? null);
    const bytes = png(3);
    const { id } = await images.add('chart.png', 'image/png', bytes.toString('base64'));
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.deepEqual(await images.find(id), { name: 'chart.png', mediaType: 'image/png', bytes });

    const reloaded = new AttachedImages((sha256) => stored.get(sha256) ?? null);
    await assert.rejects(reloaded.find(id), isCode('image-gone'));
    const file = path.join(root, id);
    await writeFile(file, bytes);
    stored.set(id, file);
    assert.deepEqual(await reloaded.find(id), { name: 'picture.png', mediaType: 'image/png', bytes });
  });

  it('are refused when they are none, of another type, or larger than the panel would make them', async () => {
    const images = new AttachedImages(() => null);
    const text = Buffer.from('hello').toString('base64');
    await assert.rejects(images.add('a', 'image/png', text), isCode('bad-image'));
    await assert.rejects(images.add('a', 'image/jpeg', png(3).toString('base64')), isCode('bad-image'));
    await assert.rejects(images.add('a', 'image/png', png(1569).toString('base64')), isCode('bad-image'));
    const padded = Buffer.concat([png(3), Buffer.alloc(3_750_000)]).toString('base64');
    await assert.rejects(images.add('a', 'image/png', padded), isCode('bad-image'));
  });

  it('give the panel no other file of the store', async () => {
    const file = path.join(root, 'project', 'sales.csv');
    await assert.rejects(new AttachedImages(() => file).find('f'.repeat(64)), isCode('image-gone'));
  });
});

describe('ids of the panel', () => {
  it('are resolved to files, selections and pictures', async () => {
    const ids = new FileIds();
    const images = new AttachedImages(() => null);
    const file = ids.add('/w/a.csv', 'a.csv');
    const part = ids.addSelection(selection('/w/a.csv'));
    const { id } = await images.add('p.png', 'image/png', png(3).toString('base64'));
    const message = { intent: 'ask' as const, text: 'x', fileIds: [part, file.id], imageIds: [id] };
    const request = await resolved(message, ids, images);
    assert.deepEqual(request.files, [file]);
    assert.deepEqual(request.selections, [selection('/w/a.csv')]);
    assert.deepEqual(
      request.images?.map(({ name }) => name),
      ['p.png'],
    );
  });

  it('of a window that was closed are refused, and never mean another file', async () => {
    const before = new FileIds().add('/w/secret.csv', 'secret.csv').id;
    const ids = new FileIds();
    ids.add('/w/a.csv', 'a.csv');
    const message = { intent: 'ask' as const, text: '', fileIds: [before], imageIds: [] };
    await assert.rejects(
      resolved(message, ids, new AttachedImages(() => null)),
      isCode('attachment-unknown'),
    );
  });
});

describe('a request', () => {
  it('names files as the sandbox sees them; a selection brings its file, once', async () => {
    const sales = inProject('sales.csv');
    const request = { intent: 'ask' as const, text: '', files: [sales], selections: [selection(sales.path)] };
    const { files, attachments } = await asked(open(), request);
    assert.deepEqual(files, [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }]);
    assert.equal(attachments.selections[0]?.containerPath, '/workspace/sales.csv');
    assert.ok(!JSON.stringify([files, attachments]).includes(root), 'no path of the host');
    const alone = await asked(open(), { ...request, files: [] });
    assert.deepEqual(
      alone.files.map(({ containerPath }) => containerPath),
      ['/workspace/sales.csv'],
    );
  });

  it('takes a selection of a file that the sandbox does not see, as text without a path', async () => {
    for (const place of [null, path.join(root, 'outside.txt')]) {
      const selections = [selection(place)];
      const { files, attachments } = await asked(open(), { intent: 'ask', text: '', files: [], selections });
      assert.deepEqual(files, []);
      assert.equal(attachments.selections[0]?.containerPath, null);
    }
  });

  it('knows its PDFs, whatever the case of their name', async () => {
    const report = inProject('report.PDF');
    const { attachments } = await asked(open(), {
      intent: 'ask',
      text: '',
      files: [report, inProject('sales.csv')],
    });
    assert.deepEqual(attachments.pdfs, [
      { label: 'report.PDF', containerPath: '/workspace/report.PDF', hostPath: report.path },
    ]);
  });

  it('puts its pictures into the store, at most ten and eleven megabytes', async () => {
    const image = { name: 'a.png', mediaType: 'image/png' as const, bytes: png(3) };
    const request = { intent: 'ask' as const, text: '', files: [] };
    const { attachments } = await asked(open(), { ...request, images: [image] });
    assert.deepEqual(kept, [image]);
    assert.equal(attachments.images[0]?.sha256, 'e'.repeat(64));
    const eleven = Array.from({ length: 11 }, () => image);
    await assert.rejects(asked(open(), { ...request, images: eleven }), isCode('too-many-images'));
    const heavy = Array.from({ length: 4 }, () => ({ ...image, bytes: Buffer.alloc(3_700_000) }));
    await assert.rejects(asked(open(), { ...request, images: heavy }), isCode('too-many-images'));
  });
});
