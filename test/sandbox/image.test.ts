/** Building the image, on the real engine, with Dockerfiles that take seconds. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../src/container/docker.ts';
import { imageStatus } from '../../src/container/dockerSandbox.ts';
import {
  DEFAULT_BASE,
  ensureImage,
  imageReference,
  removeOldImagesOn,
  type ImageSource,
} from '../../src/container/image.ts';
import { IMAGE_LABEL } from '../../src/container/labels.ts';
import { Failure } from '../../src/failures.ts';
import type { Progress } from '../../src/kernel/sandbox.ts';
import { engineForTests, TEST_DOCKER } from '../support/dockerFixture.ts';

let engine: Engine;
before(async () => {
  engine = await engineForTests();
});
const root = mkdtempSync(path.join(tmpdir(), 'image-'));
const made = new Set<string>();
after(async () => {
  for (const reference of made) await engine.removeImage(reference);
  rmSync(root, { recursive: true });
});

type Built = Extract<ImageSource, { kind: 'build' }>;

/** The mark makes each context a new one, so that no build cache of an earlier run answers. */
async function source(steps: string, mark: string = randomUUID()): Promise<Built> {
  const contextFolder = mkdtempSync(path.join(root, 'context-'));
  writeFileSync(
    path.join(contextFolder, 'Dockerfile'),
    `ARG BASE\nFROM $BASE\nLABEL mark=${mark}\n${steps}\n`,
  );
  const built: Built = { kind: 'build', contextFolder, base: DEFAULT_BASE, caFile: null, office: false };
  made.add(await imageReference(built));
  return built;
}

async function ensure(
  from: ImageSource,
  signal?: AbortSignal,
): Promise<{ reference: string; progress: Progress[]; log: string[] }> {
  const progress: Progress[] = [];
  const log: string[] = [];
  const reference = await ensureImage(
    engine,
    from,
    (one) => progress.push(one),
    (line) => log.push(line),
    signal,
  );
  return { reference, progress, log };
}

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();
/** Containers of a build step; its command holds the mark. */
const leftByBuild = (mark: string): string[] =>
  docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Command}}')
    .split('\n')
    .filter((line) => line.includes(mark));
const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await promise.then(
    () => new Error('It succeeded.'),
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw error;
};

describe('image build', () => {
  it('shows its steps, logs its lines, and is not done again for the same context', async () => {
    const from = await source('RUN echo one line of the log\nRUN true');
    const before = await imageStatus(TEST_DOCKER, from);
    assert.deepEqual([before.present, before.sizeBytes], [false, null]);
    const first = await ensure(from);
    assert.match(first.reference, /^code-interpreter-sandbox:[0-9a-f]{16}$/);
    const steps = first.progress.filter(({ step }) => step !== undefined);
    assert.equal(steps.at(-1)?.step, steps.at(-1)?.steps);
    assert.ok(steps.length >= 5, `${steps.length} steps were shown`);
    assert.ok(first.log.includes('build: one line of the log'));
    const after = await imageStatus(TEST_DOCKER, from);
    assert.deepEqual([after.present, after.reference], [true, first.reference]);
    assert.ok((after.sizeBytes ?? 0) > 1e6);

    const second = await ensure(from);
    assert.deepEqual([second.reference, second.progress, second.log], [first.reference, [], []]);
  });

  it('is done again for a changed context, and the old image can be removed', async () => {
    const from = await source('RUN true');
    const { reference: old } = await ensure(from);
    writeFileSync(path.join(from.contextFolder, 'new.txt'), 'x');
    const { reference: current, log } = await ensure(from);
    made.add(current);
    assert.notEqual(current, old);
    assert.ok(log.length > 0);
    const label = (await engine.inspectImage(old))?.labels[IMAGE_LABEL];
    assert.equal(`code-interpreter-sandbox:${label}`, old);
  });

  it('that fails says step and reason, leaves no image and no container, and can be tried again', async () => {
    const mark = randomUUID();
    const from = await source(`RUN echo ${mark} && exit 7`, mark);
    for (const attempt of [1, 2]) {
      const failure = await failureOf(ensure(from));
      assert.equal(failure.code, 'image-build-failed', `attempt ${attempt}`);
      assert.match(failure.sentence, /step \d of \d, RUN echo/);
      assert.match(failure.sentence, /non-zero code: 7/);
    }
    assert.equal((await imageStatus(TEST_DOCKER, from)).present, false);
    assert.deepEqual(leftByBuild(mark), []);
  });

  it('with a mistake in the Dockerfile says so', async () => {
    const failure = await failureOf(ensure(await source('INVENTED instruction')));
    assert.match(failure.sentence, /unknown instruction: INVENTED/i);
  });

  it('that is cancelled ends at once, leaves nothing, and can be tried again', async () => {
    const mark = randomUUID();
    const from = await source(`RUN echo ${mark} > /slow && sleep 3`, mark);
    const cancel = new AbortController();
    const building = failureOf(
      ensureImage(
        engine,
        from,
        ({ message }) => {
          if (/step 4 of/.test(message)) setTimeout(() => cancel.abort(), 300);
        },
        () => undefined,
        cancel.signal,
      ),
    );
    const failure = await building;
    assert.equal(failure.code, 'cancelled');
    assert.equal((await imageStatus(TEST_DOCKER, from)).present, false);
    // The engine stops its step on its own time.
    for (let n = 0; n < 50 && leftByBuild(mark).length > 0; n += 1) await pause(100);
    assert.deepEqual(leftByBuild(mark), []);
    assert.equal((await ensure(from)).reference, await imageReference(from));
  });

  it('that two want at once is done once', async () => {
    const from = await source('RUN sleep 1');
    const [one, two] = await Promise.all([ensure(from), ensure(from)]);
    assert.equal(one.reference, two.reference);
    const begun = [...one.log, ...two.log].filter((line) => /^build: code-interpreter/.test(line));
    assert.equal(begun.length, 1);
    assert.ok(two.progress.length > 0, 'the one who waits sees the progress, too');
  });

  it('puts the certificate file into the context, empty when there is none', async () => {
    const caFile = path.join(root, 'ca.pem');
    writeFileSync(caFile, 'CERTIFICATE\n');
    const steps = 'COPY extra-ca.pem /tmp/\nRUN wc -c < /tmp/extra-ca.pem';
    const without = await source(steps);
    assert.ok((await ensure(without)).log.includes('build: 0'));
    const withCa = { ...without, caFile };
    made.add(await imageReference(withCa));
    assert.ok((await ensure(withCa)).log.includes('build: 12'));
  });

  it('without its base says how to get one', async () => {
    const from = { ...(await source('RUN true')), base: '127.0.0.1:1/missing:base' };
    const failure = await failureOf(ensure(from));
    assert.equal(failure.code, 'base-image-missing');
    assert.match(failure.sentence, /127\.0\.0\.1:1\/missing:base/);
    assert.match(failure.remedy?.text ?? '', /make-base\.sh/);
  });
});

describe('ready image', () => {
  it('is used when it is there, and missed by name when it is not', async () => {
    assert.equal((await ensure({ kind: 'ready', reference: DEFAULT_BASE })).reference, DEFAULT_BASE);
    const failure = await failureOf(ensure({ kind: 'ready', reference: 'code-interpreter-test:missing' }));
    assert.equal(failure.code, 'image-missing');
    assert.match(failure.sentence, /code-interpreter-test:missing/);
  });
});

describe('old images', () => {
  it('of ours are removed; the current one, images in use and those of others stay', async () => {
    const [old, used, current] = [
      await source('RUN true'),
      await source('RUN true'),
      await source('RUN true'),
    ];
    const references: string[] = [];
    for (const from of [old, used, current]) references.push((await ensure(from)).reference);
    const [oldReference = '', usedReference = '', currentReference = ''] = references;
    const container = docker('create', usedReference, 'true');
    // The engine holds images that others need; of those this test must not see any.
    const onlyThese = {
      listImages: async (label: string) =>
        (await engine.listImages(label)).filter(({ tags }) => tags.some((tag) => references.includes(tag))),
      removeImage: async (reference: string) => engine.removeImage(reference),
    };
    try {
      assert.equal(await removeOldImagesOn(onlyThese, currentReference, () => undefined), 1);
      assert.equal(await engine.inspectImage(oldReference), null);
      assert.notEqual(await engine.inspectImage(usedReference), null);
      assert.notEqual(await engine.inspectImage(currentReference), null);
      assert.notEqual(await engine.inspectImage(DEFAULT_BASE), null);
    } finally {
      docker('rm', container);
    }
  });
});
