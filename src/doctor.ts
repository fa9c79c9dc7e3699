/** Is everything there? Engine, image, runtime, key: each ok, or the remedy. For "Check Setup" and the CLI. */
import { Failure, unexpected, type Remedy } from './failures.ts';

export interface Check {
  id: 'engine' | 'image' | 'runtime' | 'key';
  title: string;
  /** `missing`: not there, and not needed before (or at all) it is made. `skipped`: depends on one that failed. */
  status: 'ok' | 'missing' | 'failed' | 'skipped';
  sentence: string;
  remedy: Remedy | null;
}

/** What `EngineFacts` of the container part says, as far as it matters here. */
export interface EngineReport {
  where: string;
  version: string;
  os: string;
  architecture: string;
  cpus: number;
  memoryBytes: number;
  defaultRuntime: string;
  runtimes: string[];
  cgroupVersion: string;
  securityOptions: string[];
}

/** Each rejects with a Failure that says what is wrong. */
export interface DoctorProbes {
  engine(): Promise<EngineReport>;
  /** `sizeBytes` null: not on the engine yet. `source`: whether we build it or it was named in the settings. */
  image(): Promise<{ reference: string; source: 'build' | 'ready'; sizeBytes: number | null }>;
  /** Null: no key. Resolves only after the API has accepted the key. */
  key(): Promise<{ address: string } | null>;
}

/** Never rejects. The order is the order to mend things in. */
export async function runDoctor(probes: DoctorProbes): Promise<Check[]> {
  const [engine, key] = await Promise.all([
    attempt(async () => probes.engine()),
    attempt(async () => probes.key()),
  ]);
  const image = engine.ok ? await attempt(async () => probes.image()) : null;
  return [
    engine.ok ? engineCheck(engine.value) : failed('engine', engine.failure),
    engine.ok ? runtimeCheck(engine.value) : skipped('runtime'),
    image === null ? skipped('image') : image.ok ? imageCheck(image.value) : failed('image', image.failure),
    key.ok ? keyCheck(key.value) : failed('key', key.failure),
  ];
}

const TITLES: Record<Check['id'], string> = {
  engine: 'Docker engine',
  runtime: 'Container runtime',
  image: 'Sandbox image',
  key: 'API key',
};

type Attempt<T> = { ok: true; value: T } | { ok: false; failure: Failure };

async function attempt<T>(probe: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await probe() };
  } catch (error) {
    return { ok: false, failure: error instanceof Failure ? error : unexpected(error) };
  }
}

const check = (
  id: Check['id'],
  status: Check['status'],
  sentence: string,
  remedy: Remedy | null = null,
): Check => ({ id, title: TITLES[id], status, sentence, remedy });

const failed = (id: Check['id'], { sentence, remedy }: Failure): Check =>
  check(id, 'failed', sentence, remedy);

const skipped = (id: Check['id']): Check => check(id, 'skipped', 'Not looked at: the engine comes first.');

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

function engineCheck({ version, where, cpus, memoryBytes, architecture }: EngineReport): Check {
  const size = `${cpus} CPUs, ${gib(memoryBytes)}, ${architecture}`;
  return check('engine', 'ok', `Docker ${version} answers at ${where} (${size}).`);
}

function runtimeCheck({ os, defaultRuntime, runtimes, cgroupVersion, securityOptions }: EngineReport): Check {
  if (os !== 'linux') {
    return check('runtime', 'failed', `The engine runs ${os} containers.`, {
      text: 'Switch Docker to Linux containers.',
    });
  }
  if (!securityOptions.some((option) => option.includes('seccomp'))) {
    return check('runtime', 'failed', 'The engine does not filter system calls (seccomp is off).', {
      text: 'Use an engine with seccomp; the sandbox does not run without it.',
    });
  }
  const others = runtimes.filter((name) => name !== defaultRuntime && !name.startsWith('io.containerd'));
  const also = others.length === 0 ? '' : `; also there: ${others.join(', ')}`;
  return check('runtime', 'ok', `${defaultRuntime}, with seccomp, cgroup v${cgroupVersion}${also}.`);
}

function imageCheck(image: {
  reference: string;
  source: 'build' | 'ready';
  sizeBytes: number | null;
}): Check {
  const { reference, source, sizeBytes } = image;
  if (sizeBytes !== null) return check('image', 'ok', `${reference} is there (${gib(sizeBytes)}).`);
  if (source === 'build') {
    return check('image', 'missing', `${reference} has not been built yet.`, {
      text: 'It is built with the first question, or now.',
      command: 'codeInterpreter.buildImage',
    });
  }
  return check('image', 'failed', `${reference} was asked for and is not on the engine.`, {
    text: 'Pull it, or empty the setting codeInterpreter.sandbox.image.',
    command: 'codeInterpreter.openSettings',
  });
}

function keyCheck(key: { address: string } | null): Check {
  if (key !== null) return check('key', 'ok', `${key.address} accepts the key.`);
  return check(
    'key',
    'missing',
    'There is no API key; the built-in analyst answers (fixed steps, no language model).',
    {
      text: 'Set a key to ask free questions.',
      command: 'codeInterpreter.setApiKey',
    },
  );
}
