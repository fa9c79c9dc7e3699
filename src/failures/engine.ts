/** Failures of the engine and the image. */
import { saidDetail, Failure, SETTINGS, SETUP } from './failure.ts';
import { words, type Said } from '../shared/l10n.ts';

/** Cause: no engine socket or pipe, and no `docker` command. Handled by: sandbox start, doctor; retried when it appears. */
export const dockerMissing = (where: string, cause?: unknown): Failure =>
  new Failure(
    'docker-missing',
    'sandbox',
    words`Docker was not found (${where} does not exist).`,
    {
      text: words(
        'Install Docker Engine or Docker Desktop and start it; this goes on by itself when it is there.',
      ),
      command: SETUP,
      url: 'https://docs.docker.com/engine/install/',
    },
    { cause },
  );

/** Cause: the socket exists, this user may not open it. Handled by: sandbox start, doctor. */
export const dockerDenied = (where: string, cause?: unknown): Failure =>
  new Failure(
    'docker-denied',
    'sandbox',
    words`Docker is there, but this user may not use it (permission denied on ${where}).`,
    {
      text: words(
        'Add your user to the docker group (sudo usermod -aG docker $USER), then log out and in again.',
      ),
      command: SETUP,
    },
    { cause },
  );

/** Cause: nobody answers behind the socket, pipe or port. Handled by: sandbox start, doctor; retried when it appears. */
export const dockerStopped = (where: string, cause?: unknown): Failure =>
  new Failure(
    'docker-stopped',
    'sandbox',
    words`Docker is installed but not running (nothing answers at ${where}).`,
    {
      text: words(
        'Start it (Docker Desktop, or: sudo systemctl start docker); this goes on by itself when it runs.',
      ),
      command: SETUP,
    },
    { cause },
  );

/** Cause: the engine accepts connections but does not answer. Handled by: sandbox start, kernel, doctor. */
export const dockerHung = (where: string, cause?: unknown): Failure =>
  new Failure(
    'docker-hung',
    'sandbox',
    words`Docker does not answer (connected to ${where}, no reply).`,
    { text: words('Wait a moment, or restart Docker.'), command: SETUP },
    { cause },
  );

/** Cause: a Docker host address of an unknown form. Handled by: sandbox start, doctor. */
export const dockerAddress = (address: string, cause?: unknown): Failure =>
  new Failure(
    'docker-address',
    'usage',
    words`The Docker host address "${address}" cannot be used.`,
    { text: words('Give unix:///path, npipe:////./pipe/name or tcp://host:port; ssh:// is not supported.') },
    { cause },
  );

/** Cause: nothing answers at an address that somebody named. Handled by: sandbox start, doctor; retried. */
export const dockerWrongPlace = (where: string, namedBy: Said, cause?: unknown): Failure =>
  new Failure(
    'docker-wrong-place',
    'sandbox',
    words`No engine answers at ${where}, which ${namedBy} names.`,
    {
      text: words`Start that engine, or correct ${namedBy}; this goes on by itself when it answers.`,
      command: SETUP,
    },
    { cause },
  );

/** Cause: the Docker context that was chosen does not exist or cannot be read. Handled by: sandbox start, doctor. */
export const dockerContext = (name: string, folder: string, cause: unknown): Failure =>
  new Failure(
    'docker-context',
    'sandbox',
    words`The Docker context "${name}" cannot be read in ${folder}.`,
    {
      text: words(
        'Choose another one (docker context use default), or name the engine in the setting codeInterpreter.docker.host.',
      ),
      command: SETTINGS,
    },
    { cause },
  );

/** Cause: TLS is wanted, and there is no certificate to check the engine with. Handled by: sandbox start, doctor. */
export const dockerCertificates = (folder: string, cause: unknown): Failure =>
  new Failure(
    'docker-certificates',
    'sandbox',
    words`The certificates for the engine could not be read in ${folder}: ${saidDetail(cause)}.`,
    { text: words('Put ca.pem, cert.pem and key.pem there, or name their folder in DOCKER_CERT_PATH.') },
    { cause },
  );

/** Cause: the engine and we do not trust each other's certificates, or one of us speaks without TLS. Handled by: sandbox start, doctor. */
export const dockerTls = (where: string, reason: Said, cause?: unknown): Failure =>
  new Failure(
    'docker-tls',
    'sandbox',
    words`There is no trusted connection to the engine at ${where}: ${reason}.`,
    { text: words('Check its address and the certificates (ca.pem, cert.pem, key.pem).'), command: SETUP },
    { cause },
  );

/** Cause: Docker Desktop was paused by its user. Handled by: sandbox start, doctor; retried. */
export const dockerPaused = (cause?: unknown): Failure =>
  new Failure(
    'docker-paused',
    'sandbox',
    words('Docker Desktop is paused.'),
    { text: words('Resume it in its menu; this goes on by itself then.'), command: SETUP },
    { cause },
  );

/** Cause: the engine runs Windows containers. Handled by: sandbox start, doctor. */
export const dockerWindowsContainers = (): Failure =>
  new Failure('docker-windows-containers', 'sandbox', words('Docker is set to Windows containers.'), {
    text: words('Switch Docker Desktop to Linux containers.'),
  });

/** Cause: the engine refused a request of ours. Handled by: sandbox start, doctor. */
export const engineRefused = (doing: Said, reason: Said, cause?: unknown): Failure =>
  new Failure(
    'engine-refused',
    'sandbox',
    words`Docker refused ${doing}: ${reason}.`,
    { text: words('The log has the details.'), command: 'codeInterpreter.showLog' },
    { cause },
  );

// ---- Sandbox: the image ------------------------------------------------------------------------------------

/** Cause: the base is not on the engine and cannot be pulled. Handled by: sandbox start. */
export const baseImageMissing = (base: string, cause?: unknown): Failure =>
  new Failure(
    'base-image-missing',
    'sandbox',
    words`The base image ${base} is not on this machine and could not be downloaded.`,
    {
      text: words(
        'On Debian or Ubuntu make it with sudo sandbox/make-base.sh, or name a ready image in the setting codeInterpreter.sandbox.image.',
      ),
      command: 'codeInterpreter.showLog',
    },
    { cause },
  );

/** Cause: a step of the Dockerfile failed. Handled by: sandbox start; the next start tries again. */
export const imageBuildFailed = (step: Said, reason: Said, cause?: unknown): Failure =>
  new Failure(
    'image-build-failed',
    'sandbox',
    words`The sandbox image could not be built (${step}): ${reason}.`,
    {
      text: words('The log has every line of the build; try again when it is mended.'),
      command: 'codeInterpreter.showLog',
    },
    { cause },
  );

/** Cause: the image named in the settings is not on the engine. Handled by: sandbox start. */
export const imageMissing = (reference: string): Failure =>
  new Failure(
    'image-missing',
    'sandbox',
    words`The sandbox image ${reference} was asked for and is not on this machine.`,
    {
      text: words(
        'Pull or build it, or name none (setting codeInterpreter.sandbox.image, option --image) to have it built here.',
      ),
    },
  );

/** Cause: the build context shipped with the program is not there. Handled by: sandbox start. */
export const buildContextMissing = (folder: string, cause: unknown): Failure =>
  new Failure(
    'build-context-missing',
    'internal',
    words`The files for the sandbox image could not be read in ${folder}: ${saidDetail(cause)}.`,
    { text: words('Install the program again.') },
    { cause },
  );

/** Cause: `sandbox.runtime` names a runtime that the engine does not have. Handled by: sandbox start, doctor. */
export const runtimeMissing = (name: 'runc' | 'runsc', there: readonly string[]): Failure =>
  new Failure(
    'runtime-missing',
    'sandbox',
    words`The engine has no runtime called ${name} (it has ${there.join(', ') || 'none'}).`,
    {
      text:
        name === 'runsc'
          ? words(
              'Install gVisor and register it with the engine, or set codeInterpreter.sandbox.runtime to auto.',
            )
          : words('Set codeInterpreter.sandbox.runtime to auto.'),
      command: SETTINGS,
    },
  );

/** Cause: gVisor was asked for and does not run our image. Handled by: sandbox start, doctor; nothing else is used. */
export const gvisorFailed = (name: string, reason: Said): Failure =>
  new Failure(
    'gvisor-failed',
    'sandbox',
    words`gVisor (${name}) cannot run the sandbox on this machine: ${reason}.`,
    {
      text: words('Mend or update gVisor, or set codeInterpreter.sandbox.runtime to auto.'),
      command: SETTINGS,
    },
  );
