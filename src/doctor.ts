/** Is everything there? Engine, image, runtime, key: each ok, or the remedy. For "Check Setup" and the CLI. */
import { Failure, unexpected, type Remedy } from './failures.ts';
import { t } from './shared/l10n.ts';

export interface Check {
  id: 'engine' | 'place' | 'image' | 'runtime' | 'key';
  title: string;
  /** `missing`: not there, and not needed before (or at all) it is made. `skipped`: depends on one that failed. */
  status: 'ok' | 'missing' | 'failed' | 'skipped';
  sentence: string;
  remedy: Remedy | null;
}

/** What `EngineFacts` of the container part says, as far as it matters here. */
export interface EngineReport {
  where: string;
  /** False: over TCP without TLS. */
  isPrivate: boolean;
  product: 'Docker' | 'Podman';
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

/** One address of an engine, as `enginePlaces.ts` of the container part tells it. */
export interface PlaceReport {
  where: string;
  /** Whose usual place it is, or what named it. */
  source: string;
  state: 'used' | 'named' | 'answers' | 'denied' | 'silent' | 'absent';
}

/** The sandbox image that would be used. */
export interface ImageReport {
  reference: string;
  /** Whether we build it or it was named in the settings. */
  source: 'build' | 'ready';
  /** Null: not on the engine yet. */
  sizeBytes: number | null;
  /** It has LibreOffice; null: not on the engine yet. */
  office: boolean | null;
}

/** Each rejects with a Failure that says what is wrong. */
export interface DoctorProbes {
  engine(): Promise<EngineReport>;
  /** Every address that is named, and the usual ones. */
  places(): Promise<PlaceReport[]>;
  /** What the sandbox would run on, and why; tries gVisor out where it is there. Asked when the image is there. */
  runtime(): Promise<{ name: string; why: string }>;
  image(): Promise<ImageReport>;
  /** Null: no key. Resolves only after the API has accepted the key. */
  key(): Promise<{ address: string } | null>;
}

/** Never rejects. The order is the order to mend things in. */
export async function runDoctor(probes: DoctorProbes): Promise<Check[]> {
  const [engine, places, key] = await Promise.all([
    attempt(async () => probes.engine()),
    attempt(async () => probes.places()),
    attempt(async () => probes.key()),
  ]);
  const image = engine.ok ? await attempt(async () => probes.image()) : null;
  const hasImage = image?.ok === true && image.value.sizeBytes !== null;
  const runtime = hasImage ? await attempt(async () => probes.runtime()) : null;
  return [
    engine.ok ? engineCheck(engine.value) : failed('engine', engine.failure),
    ...(places.ok ? placeChecks(places.value, engine.ok) : []),
    engine.ok ? runtimeCheck(engine.value, runtime) : skipped('runtime'),
    image === null ? skipped('image') : image.ok ? imageCheck(image.value) : failed('image', image.failure),
    key.ok ? keyCheck(key.value) : failed('key', key.failure),
  ];
}

function titleOf(id: Check['id']): string {
  switch (id) {
    case 'engine':
      return t('Docker engine');
    case 'place':
      return t('Engine address');
    case 'runtime':
      return t('Container runtime');
    case 'image':
      return t('Sandbox image');
    case 'key':
      return t('API key');
  }
}

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
): Check => ({ id, title: titleOf(id), status, sentence, remedy });

const failed = (id: Check['id'], { shown }: Failure): Check =>
  check(id, 'failed', shown.sentence, shown.remedy);

const skipped = (id: Check['id']): Check => check(id, 'skipped', t('Not looked at: the engine comes first.'));

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

function engineCheck(engine: EngineReport): Check {
  const { version, where, cpus, memoryBytes, architecture, product, isPrivate } = engine;
  const size = t`${cpus} CPUs, ${gib(memoryBytes)}, ${architecture}`;
  const open = isPrivate
    ? []
    : [
        t(
          'The connection is not encrypted: who can reach or change it controls the engine. Use a socket, or TLS (port 2376).',
        ),
      ];
  const tested =
    product === 'Podman' ? [t('Podman was tried by hand; every release is tested with Docker.')] : [];
  const answers = t`${product} ${version} answers at ${where} (${size}).`;
  return check('engine', 'ok', [answers, ...open, ...tested].join(' '));
}

/** One line for each address where something is; one for all others. */
function placeChecks(places: readonly PlaceReport[], works: boolean): Check[] {
  const there = places.filter(({ state }) => state !== 'absent');
  const absent = places.filter(({ state }) => state === 'absent').map(({ where }) => where);
  const lines = there.map((place) =>
    check(
      'place',
      place.state === 'used' && works ? 'ok' : 'missing',
      `${place.where} (${place.source}): ${told(place, works)}.`,
    ),
  );
  if (absent.length > 0) lines.push(check('place', 'missing', t`Nothing is at ${absent.join(', ')}.`));
  return lines;
}

function told({ state }: PlaceReport, works: boolean): string {
  switch (state) {
    case 'used':
      return works ? t('used') : t('chosen, and of no use as it is');
    case 'named':
      return t('not used, because what is above it comes first');
    case 'answers':
      return t('answers, not used; name it in codeInterpreter.docker.host to use it');
    case 'denied':
      return t('is there, but this user may not use it');
    case 'silent':
      return t('is there, but nobody answers');
    case 'absent':
      return t('is not there');
  }
}

/** @param chosen null: the image is not there, so that nothing could be tried. */
function runtimeCheck(
  { os, runtimes, defaultRuntime, cgroupVersion, securityOptions }: EngineReport,
  chosen: Attempt<{ name: string; why: string }> | null,
): Check {
  if (os !== 'linux') {
    return check('runtime', 'failed', t`The engine runs ${os} containers.`, {
      text: t('Switch Docker to Linux containers.'),
    });
  }
  if (!securityOptions.some((option) => option.includes('seccomp'))) {
    return check('runtime', 'failed', t('The engine does not filter system calls (seccomp is off).'), {
      text: t('Use an engine with seccomp; the sandbox does not run without it.'),
    });
  }
  if (chosen?.ok === false) return failed('runtime', chosen.failure);
  const name = chosen === null ? defaultRuntime : chosen.value.name;
  const why = chosen === null ? t('gVisor is tried out when the image is there') : chosen.value.why;
  const others = runtimes.filter((other) => other !== name && !other.startsWith('io.containerd'));
  const sentence =
    others.length === 0
      ? t`${name} (${why}), with seccomp, cgroup v${cgroupVersion}.`
      : t`${name} (${why}), with seccomp, cgroup v${cgroupVersion}; also there: ${others.join(', ')}.`;
  return check('runtime', 'ok', sentence);
}

function imageCheck({ reference, source, sizeBytes, office }: ImageReport): Check {
  if (sizeBytes !== null) {
    const there = t`${reference} is there (${gib(sizeBytes)}).`;
    const layer =
      office === true
        ? t('It has LibreOffice: documents can be looked at, and workbooks computed.')
        : t('It has no LibreOffice; the setting codeInterpreter.sandbox.office (option --office) adds it.');
    return check('image', 'ok', `${there} ${layer}`);
  }
  if (source === 'build') {
    return check('image', 'missing', t`${reference} has not been built yet.`, {
      text: t('It is built with the first question, or now.'),
      command: 'codeInterpreter.buildImage',
    });
  }
  return check('image', 'failed', t`${reference} was asked for and is not on the engine.`, {
    text: t('Pull it, or empty the setting codeInterpreter.sandbox.image.'),
    command: 'codeInterpreter.openSettings',
  });
}

function keyCheck(key: { address: string } | null): Check {
  if (key !== null) return check('key', 'ok', t`${key.address} accepts the key.`);
  return check(
    'key',
    'missing',
    t('There is no API key; the built-in analyst answers (fixed steps, no language model).'),
    {
      text: t('Set a key to ask free questions.'),
      command: 'codeInterpreter.setApiKey',
    },
  );
}
