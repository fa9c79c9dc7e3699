/**
 * The sandbox image: a ready one, or built here from its context. The tag is the hash of everything that goes
 * in, so an unchanged context is never built again and a changed one always is.
 */
import {
  baseImageMissing,
  Failure,
  imageBuildFailed,
  imageMissing,
  startCancelled,
  detail,
} from '../failures.ts';
import type { Progress } from '../kernel/sandbox.ts';
import { contextHash, packContext, readContext, type ContextFile } from './buildContext.ts';
import { BuildFollower, PullFollower, readEvents, type BuildOutcome } from './buildEvents.ts';
import type { Engine } from './docker.ts';
import { isConflict } from './engineErrors.ts';
import { IMAGE_LABEL, OFFICE_LABEL } from './labels.ts';
import { SharedWork } from './sharedWork.ts';
import { watchEngine } from './watchEngine.ts';
import { t } from '../shared/l10n.ts';

export type ImageSource =
  | {
      kind: 'build';
      contextFolder: string;
      base: string;
      /** An extra certificate authority for downloads during the build; null: none. */
      caFile: string | null;
      /** With LibreOffice, a layer of its own. */
      office: boolean;
    }
  | { kind: 'ready'; reference: string };

export const DEFAULT_BASE = 'debian:forky-slim';
export const IMAGE_REPOSITORY = 'code-interpreter-sandbox';

/** Untagged images younger than this may belong to a build of another window that is about to tag them. */
const UNTAGGED_GRACE_MS = 60 * 60_000;

export type OnProgress = (progress: Progress) => void;
type Log = (line: string) => void;

/** What would be used, and whether it is there. */
export interface ImageStatus {
  reference: string;
  kind: ImageSource['kind'];
  present: boolean;
  /** Null when absent. */
  sizeBytes: number | null;
  /** With LibreOffice; null when absent. */
  office: boolean | null;
}

export async function imageReference(source: ImageSource): Promise<string> {
  if (source.kind === 'ready') return source.reference;
  return (await plan(source)).reference;
}

export async function imageStatusOn(engine: Engine, source: ImageSource): Promise<ImageStatus> {
  const reference = await imageReference(source);
  const image = await engine.inspectImage(reference);
  const office = image === null ? null : image.labels[OFFICE_LABEL] === '1';
  return {
    reference,
    kind: source.kind,
    present: image !== null,
    sizeBytes: image?.sizeBytes ?? null,
    office,
  };
}

/** Builds of this process under way, by engine and tag: a second caller waits for the first. */
const builds = new SharedWork<void, Progress>();

/**
 * Makes sure that the image is on the engine.
 * @returns its reference.
 * @throws Failure `image-missing`, `base-image-missing`, `image-build-failed`, `cancelled`, `docker-…`
 */
export async function ensureImage(
  engine: Engine,
  source: ImageSource,
  onProgress: OnProgress,
  log: Log,
  signal?: AbortSignal,
): Promise<string> {
  if (source.kind === 'ready') {
    if ((await engine.inspectImage(source.reference)) === null) throw imageMissing(source.reference);
    return source.reference;
  }
  const build = await plan(source);
  if ((await engine.inspectImage(build.reference)) !== null) return build.reference;
  const key = `${engine.where} ${build.reference}`;
  const work = async (progress: OnProgress, cancel: AbortSignal): Promise<void> =>
    makeImage(engine, source.base, build, progress, log, cancel);
  await builds.run(key, work, onProgress, startCancelled, signal);
  return build.reference;
}

/** Removes images of ours that are neither current nor in use. @returns how many. */
export async function removeOldImagesOn(
  engine: Pick<Engine, 'listImages' | 'removeImage'>,
  current: string,
  log: Log,
): Promise<number> {
  let removed = 0;
  for (const { id, tags, createdAt } of await engine.listImages(IMAGE_LABEL)) {
    if (tags.length === 0 && Date.now() - createdAt < UNTAGGED_GRACE_MS) continue;
    const ours = tags.filter((tag) => tag.startsWith(`${IMAGE_REPOSITORY}:`) && tag !== current);
    // An image that somebody gave a name of their own, too, loses only our name.
    for (const reference of tags.length === 0 ? [id] : ours) {
      try {
        await engine.removeImage(reference);
        removed += 1;
        log(`image: removed ${reference}`);
      } catch (error) {
        if (!isConflict(error)) throw error;
        log(`image: ${reference} is in use`);
      }
    }
  }
  return removed;
}

interface BuildPlan {
  files: ContextFile[];
  /** Build arguments of the Dockerfile. */
  args: Readonly<Record<string, string>>;
  tag: string;
  reference: string;
}

async function plan(source: Extract<ImageSource, { kind: 'build' }>): Promise<BuildPlan> {
  const files = await readContext(source.contextFolder, source.caFile);
  // Absent rather than empty: an argument that is given counts for the engine's build cache.
  const args = { BASE: source.base, ...(source.office ? { OFFICE: '1' } : {}) };
  const tag = contextHash(files, args);
  return { files, args, tag, reference: `${IMAGE_REPOSITORY}:${tag}` };
}

async function makeImage(
  engine: Engine,
  base: string,
  plan: BuildPlan,
  onProgress: OnProgress,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { files, tag, reference } = plan;
  await ensureBase(engine, base, onProgress, log, signal);
  log(`build: ${reference} from ${base}, ${files.length} files`);
  onProgress({ message: t('Building the sandbox image') });
  const outcome = await build(engine, plan, onProgress, log, signal);
  if (outcome.error !== null) throw imageBuildFailed(outcome.lastStep, outcome.error);
  // Named only now: a cancelled or failed build leaves nothing under the name.
  if (outcome.imageId === null) throw imageBuildFailed(outcome.lastStep, 'the engine named no image');
  await engine.tagImage(outcome.imageId, IMAGE_REPOSITORY, tag);
  if ((await engine.inspectImage(reference)) === null) {
    throw imageBuildFailed(outcome.lastStep, 'the finished image disappeared');
  }
  log(`build: finished ${reference}`);
}

async function build(
  engine: Engine,
  { files, args, tag }: BuildPlan,
  onProgress: OnProgress,
  log: Log,
  cancel: AbortSignal,
): Promise<BuildOutcome> {
  const follower = new BuildFollower(onProgress, log);
  await watchEngine(engine, cancel, async (signal, heard) => {
    const options = {
      buildargs: args,
      labels: { [IMAGE_LABEL]: tag },
      // The default bridge may be missing or closed; a build needs the network as the host has it.
      networkmode: 'host',
      rm: true,
      forcerm: true,
      version: '1',
    } as const;
    const stream = await engine.build(packContext(files), options, signal);
    for await (const event of readEvents(stream)) {
      heard();
      follower.event(event);
    }
  }).catch((error: unknown) => {
    if (cancel.aborted) throw startCancelled();
    throw engine.failure(error, 'to build the sandbox image');
  });
  return follower.outcome();
}

async function ensureBase(
  engine: Engine,
  base: string,
  onProgress: OnProgress,
  log: Log,
  cancel: AbortSignal,
): Promise<void> {
  if ((await engine.inspectImage(base)) !== null) return;
  onProgress({ message: t`Downloading ${base}` });
  const follower = new PullFollower(base, onProgress, log);
  try {
    await watchEngine(engine, cancel, async (signal, heard) => {
      const stream = await engine.pull(base, signal);
      for await (const event of readEvents(stream)) {
        heard();
        follower.event(event);
      }
    });
    if (follower.error !== null) throw new Error(follower.error);
  } catch (error) {
    if (cancel.aborted) throw startCancelled();
    log(`pull: ${detail(error)}`);
    if (error instanceof Failure && error.code.startsWith('docker-')) throw error;
    throw baseImageMissing(base, error);
  }
}
