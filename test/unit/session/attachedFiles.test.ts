/** Pictures of messages are files in the sandbox: in every later turn, and in every sandbox that follows. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { encode } from 'fast-png';
import { decodeRequest } from '../../../src/models/blocks.ts';
import { attachedPaths } from '../../../src/session/attachedFiles.ts';
import { NO_ATTACHMENTS, type ImageFile } from '../../../src/session/attachments.ts';
import type { Session } from '../../../src/session/session.ts';
import type { AttachedImage } from '../../../src/shared/events.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();

const picture = (name: string, shade: number): ImageFile => ({
  name,
  mediaType: 'image/png',
  bytes: Buffer.from(
    encode({ width: 4, height: 4, data: new Uint8Array(48).fill(shade), channels: 3, depth: 8 }),
  ),
});

const opened = async () => {
  const model = scriptedModel(() => ({ content: [say('Done.')] }));
  const sandbox = fakeSandbox();
  const folder = join(sessions.folder(), 'session');
  const { session, events } = await sessions.open(model, sandbox, { folder });
  return { model, sandbox, folder, session, events };
};

async function ask(session: Session, ...images: ImageFile[]): Promise<void> {
  const kept = await session.keepImages(images);
  await session.send({
    intent: 'ask',
    text: 'x',
    files: [],
    attachments: { ...NO_ATTACHMENTS, images: kept },
  });
}

const attached = (files: ReadonlyMap<string, Uint8Array>): Record<string, number> =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.length]));

describe('attached pictures in the sandbox', () => {
  it('lie where the request says, and stay there for later turns', async () => {
    const { session, sandbox, model } = await opened();
    const first = picture('poll chart.png', 1);
    await ask(session, first, picture('poll chart.png', 200));
    await ask(session);
    await ask(session, picture('b.png', 3));
    const requests = model.requests.map(({ messages }) =>
      messages.flatMap((message) => decodeRequest(message)?.imagePaths ?? []),
    );
    const [one, two, three] = [
      '/tmp/attached/1-poll-chart.png',
      '/tmp/attached/2-poll-chart.png',
      '/tmp/attached/3-b.png',
    ];
    assert.deepEqual(requests, [
      [one, two],
      [one, two],
      [one, two, three],
    ]);
    assert.deepEqual([...sandbox.files.keys()], [one, two, three]);
    assert.deepEqual(sandbox.files.get(one ?? ''), first.bytes);
  });

  it('are there again in a sandbox that is new, and are put there once', async () => {
    const { session, sandbox } = await opened();
    await ask(session, picture('a.png', 1));
    const before = attached(sandbox.files);
    sandbox.files.clear();
    await ask(session);
    assert.deepEqual(attached(sandbox.files), {}, 'the same sandbox is not filled again');
    await session.restartSandbox();
    assert.deepEqual(attached(sandbox.files), before);
  });

  it('are there after the session was opened again', async () => {
    const { session, folder } = await opened();
    await ask(session, picture('a.png', 1));
    await session.dispose();
    const sandbox = fakeSandbox();
    const model = scriptedModel(() => ({ content: [say('Done.')] }));
    const again = await sessions.open(model, sandbox, { folder });
    await again.session.warmUp();
    assert.deepEqual([...sandbox.files.keys()], ['/tmp/attached/1-a.png']);
    await ask(again.session, picture('a.png', 2));
    assert.deepEqual([...sandbox.files.keys()], ['/tmp/attached/1-a.png', '/tmp/attached/2-a.png']);
  });

  it('whose bytes are gone are told of once, to the user and to the model', async () => {
    const { session, folder, events } = await opened();
    await ask(session, picture('a.png', 1));
    const [image] = await session.keepImages([picture('a.png', 1)]);
    await rm(session.artifactPath(image?.sha256 ?? '') ?? '');
    await session.dispose();
    const again = await sessions.open(
      scriptedModel(() => ({ content: [say('Done.')] })),
      fakeSandbox(),
      { folder },
    );
    await again.session.warmUp();
    await again.session.restartSandbox();
    const told = again.session
      .events()
      .filter((event) => event.type === 'notice' && event.text.includes('attached picture'));
    assert.equal(told.length, 1);
    assert.ok(events.length > 0);
  });

  it('have names that are safe in a path, whatever theirs is', () => {
    const named = (name: string, mediaType: AttachedImage['mediaType'] = 'image/png') =>
      attachedPaths([{ name, mediaType, bytes: 1, sha256: 'a'.repeat(64) }], [])[0];
    assert.equal(named('../../etc/pass wd.png'), '/tmp/attached/1-etc-pass-wd.png');
    assert.equal(named('größe 日本.JPEG', 'image/jpeg'), '/tmp/attached/1-größe-日本.jpg');
    assert.equal(named('\n"; rm -rf'), '/tmp/attached/1-rm--rf.png');
    assert.equal(named('...'), '/tmp/attached/1-picture.png');
    assert.equal(named('x'.repeat(300)), `/tmp/attached/1-${'x'.repeat(60)}.png`);
  });
});
