import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { BuildFollower, PullFollower, readEvents } from '../../../src/container/buildEvents.ts';
import type { Progress } from '../../../src/kernel/sandbox.ts';

async function follow(
  lines: unknown[],
  cut = 7,
): Promise<{ follower: BuildFollower; shown: Progress[]; log: string[] }> {
  const shown: Progress[] = [];
  const log: string[] = [];
  const follower = new BuildFollower(
    (progress) => shown.push(progress),
    (line) => log.push(line),
  );
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += cut) chunks.push(bytes.subarray(at, at + cut));
  for await (const event of readEvents(Readable.from(chunks))) follower.event(event);
  return { follower, shown, log };
}

const GOOD = [
  { stream: 'Step 1/2 : FROM debian' },
  { stream: '\n' },
  { stream: ' ---> 0123\n' },
  { stream: 'Step 2/2 : RUN echo Größe &&     echo two' },
  { stream: '\n' },
  { stream: 'first half, ' },
  { stream: 'second half\nnext\n' },
  { aux: { ID: 'sha256:abc' } },
  { stream: 'Successfully built abc\n' },
];

describe('build events', () => {
  it('give steps to show, whole lines to log, and the image', async () => {
    const { follower, shown, log } = await follow(GOOD);
    assert.deepEqual(shown, [
      { message: 'Building the sandbox image, step 1 of 2', step: 1, steps: 2 },
      { message: 'Building the sandbox image, step 2 of 2', step: 2, steps: 2 },
    ]);
    assert.deepEqual(log.slice(-3), [
      'build: first half, second half',
      'build: next',
      'build: Successfully built abc',
    ]);
    assert.deepEqual(follower.outcome(), {
      imageId: 'sha256:abc',
      error: null,
      lastStep: 'step 2 of 2, RUN echo Größe && echo two',
    });
  });

  it('end with the error of the last event, and the step it happened in', async () => {
    const error = "The command '/bin/sh -c exit 3' returned a non-zero code: 3";
    const { follower, log } = await follow([
      ...GOOD.slice(0, 5),
      { errorDetail: { code: 3, message: error }, error },
    ]);
    const outcome = follower.outcome();
    assert.equal(outcome.error, error);
    assert.equal(outcome.imageId, null);
    assert.match(outcome.lastStep, /^step 2 of 2/);
    assert.ok(log.some((line) => line.includes(error)));
  });

  it('fail when they are no events', async () => {
    await assert.rejects(follow(['<html>']));
    await assert.rejects(follow([{ stream: 7 }]), /could not be understood/);
  });
});

describe('pull events', () => {
  it('add the layers up', () => {
    const shown: string[] = [];
    const follower = new PullFollower(
      'debian:x',
      ({ message }) => shown.push(message),
      () => undefined,
    );
    const layer = (id: string, current: number): void => {
      follower.event({ status: 'Downloading', id, progressDetail: { current, total: 100 } });
    };
    follower.event({ status: 'Pulling from library/debian', id: 'x' });
    layer('a', 50);
    layer('b', 0);
    layer('b', 100);
    assert.deepEqual(shown, [
      'Downloading debian:x, 50 %',
      'Downloading debian:x, 25 %',
      'Downloading debian:x, 75 %',
    ]);
    follower.event({ error: 'toomanyrequests' });
    assert.equal(follower.error, 'toomanyrequests');
  });
});
