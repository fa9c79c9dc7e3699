/**
 * Every failure of our own that a user can meet, once: code, sentence, remedy. Failures of the user's code are
 * not here: they are data (a cell's status). Each factory's comment says what causes it and who handles it.
 */
import { saidDetail, Failure, SETTINGS, SETUP } from './failures/failure.ts';
import { words, type Said } from './shared/l10n.ts';

export {
  detail,
  Failure,
  Problem,
  saidDetail,
  unexpected,
  viewOf,
  type FailureArea,
  type Remedy,
} from './failures/failure.ts';
export * from './failures/cells.ts';
export * from './failures/changes.ts';
export * from './failures/engine.ts';
export * from './failures/files.ts';
export * from './failures/model.ts';
export * from './failures/network.ts';
export * from './failures/session.ts';

// ---- Sandbox: container and kernel -------------------------------------------------------------------------

/** Cause: a limit in the settings that cannot be honoured. Handled by: sandbox start. */
export const badLimit = (label: Said, value: string, allowed: Said): Failure =>
  new Failure('bad-limit', 'usage', words`The ${label} is ${value}, which is outside ${allowed}.`, {
    text: words('Use a value in that range.'),
  });

/** Cause: a folder that must not, or cannot, be shown to the sandbox. Handled by: sandbox start. */
export const badMount = (source: string, reason: Said): Failure =>
  new Failure(
    'bad-mount',
    'usage',
    words`The sandbox cannot be given ${JSON.stringify(source)}: ${reason}.`,
    {
      text: words('Open another folder.'),
    },
  );

/** Cause: a question about a file whose name says that it holds secrets. Handled by: session, before anything is sent. */
export const fileHidden = (path: string): Failure =>
  new Failure(
    'file-hidden',
    'usage',
    words`${JSON.stringify(path)} is hidden from code, because it holds secrets.`,
    { text: words('Copy what is needed into a file with another name, and ask about that.') },
  );

/** Cause: container or bridge did not come up. Handled by: sandbox start, which removed the container. */
export const sandboxNotReady = (reason: Said, cause?: unknown): Failure =>
  new Failure(
    'sandbox-not-ready',
    'sandbox',
    words`The sandbox did not start: ${reason}.`,
    { text: words('Try again; the log has the details.'), command: 'codeInterpreter.showLog' },
    { cause },
  );

/** Cause: the running container lacks a protection. Handled by: sandbox start, which removed the container. */
export const sandboxInsecure = (lacking: Said): Failure =>
  new Failure(
    'sandbox-insecure',
    'sandbox',
    words`The sandbox was not used, because it lacks protection: ${lacking}.`,
    {
      text: words('Check the configuration of the Docker engine (seccomp profile, default runtime).'),
      command: SETUP,
    },
  );

/** Cause: container, bridge or engine went away. Handled by: the running turn, the panel; the next start makes a new one. */
export const sandboxLost = (reason: Said, cause?: unknown): Failure =>
  new Failure(
    'sandbox-lost',
    'sandbox',
    words`The sandbox was lost: ${reason}. Variables are gone, and so are files in /outputs that were not saved.`,
    { text: words('The next cell starts a new one.') },
    { cause },
  );

/** Cause: the sandbox was disposed, or is not started. Handled by: session (a closing window), callers' bugs. */
export const sandboxClosed = (): Failure =>
  new Failure('sandbox-closed', 'sandbox', words('The sandbox is not running.'), null);

/** Cause: the bridge did not understand a request. Handled by: the turn. */
export const sandboxFault = (message: Said): Failure =>
  new Failure('sandbox-fault', 'internal', words`The sandbox could not carry out a request: ${message}.`, {
    text: words('The log has the details.'),
    command: 'codeInterpreter.showLog',
  });

/** Cause: the user cancelled the start or build. Handled by: whoever cancelled; not shown. */
export const startCancelled = (): Failure =>
  new Failure('cancelled', 'usage', words('Starting the sandbox was cancelled.'), null);

/** Cause: an output file that is no regular file, has an unsafe name, is gone or too large. Handled by: session, Save. */
export const artifactUnreadable = (name: string, reason: Said): Failure =>
  new Failure(
    'artifact-unreadable',
    'files',
    words`The output file ${JSON.stringify(name)} could not be read: ${reason}.`,
    null,
  );

/** Cause: a command line the CLI does not understand. Handled by: the CLI's main (exit code 2). */
export const badUsage = (command: string | null, sentence: string): Failure =>
  new Failure('usage', 'usage', sentence, {
    text: `See: code-interpreter ${command === null ? '' : `${command} `}--help`,
  });

/** Cause: the command line opens hosts, and this sandbox cannot. Handled by: the CLI's main (exit code 3). */
export const networkRefused = (sentence: string): Failure =>
  new Failure('network-refused', 'sandbox', sentence, { text: 'Without --allow-host it runs.' });

/** Cause: a notebook that is missing, damaged, of an old format or of another language. Handled by: the CLI's main. */
export const notebookUnusable = (path: string, why: Said, remedy: Said | null = null): Failure =>
  new Failure(
    'notebook-unusable',
    'usage',
    words`${path} cannot be opened: ${why}.`,
    remedy === null ? null : { text: remedy },
  );

/** Cause: the CLI cannot read or write a file or folder that the command line names. Handled by: the CLI's main. */
export const pathUnusable = (path: string, why: string): Failure =>
  new Failure('path-unusable', 'files', `${path} cannot be used: ${why}.`, null);

// ---- The extension host ------------------------------------------------------------------------------------

/** Cause: Restricted Mode. Handled by: the command wrapper and the panel, which goes on when trust is granted. */
export const untrustedWorkspace = (): Failure =>
  new Failure('untrusted', 'usage', words('Nothing runs here, because this workspace is not trusted.'), {
    text: words('Trust it to go on.'),
    command: 'workbench.trust.manage',
  });

/** Cause: a setting for the API's address that could leak the key. Handled by: Set API Key, the turn. */
export const badBaseUrl = (typed: string, reason: Said): Failure =>
  new Failure(
    'bad-base-url',
    'usage',
    words`The API address ${JSON.stringify(typed)} in the settings is not used: ${reason}.`,
    {
      text: words('Correct the setting codeInterpreter.apiBaseUrl.'),
      command: 'workbench.action.openSettings',
    },
  );

/** Cause: the setting for certificates of the network. Handled by: session, as a notice; nothing is open. */
export const networkCertificates = (file: string, why: Said, cause?: unknown): Failure =>
  new Failure(
    'network-certificates',
    'usage',
    words`The network was not opened: the certificates ${JSON.stringify(file)} cannot be used: ${why}.`,
    { text: words('Correct the setting codeInterpreter.network.certificates.'), command: SETTINGS },
    { cause },
  );

/** Cause: the hosts of pip and npm cannot be found out. Handled by: session, as a notice; nothing is open. */
export const networkPackages = (why: Said, cause?: unknown): Failure =>
  new Failure(
    'network-packages',
    'usage',
    words`The network was not opened: the hosts of pip and npm are not known: ${why}.`,
    {
      text: words('Name the hosts in codeInterpreter.network.allow instead of the preset.'),
      command: SETTINGS,
    },
    { cause },
  );

/** Cause: a host that cannot be opened by name, or that nobody asked for. Handled by: the panel, the commands. */
export const cannotOpenHost = (problem: Said): Failure =>
  new Failure('cannot-open-host', 'usage', problem, null);

/** Cause: a file of a virtual file system, or an untitled one. Handled by: the command wrapper. */
export const notOnDisk = (label: string): Failure =>
  new Failure('not-on-disk', 'files', words`${JSON.stringify(label)} is not a file on this machine's disk.`, {
    text: words('Save it to a folder first.'),
  });

/** Cause: a file that vanished between the menu and the run. Handled by: the command wrapper. */
export const fileGone = (label: string): Failure =>
  new Failure('file-gone', 'files', words`${JSON.stringify(label)} no longer exists.`, null);

/** Cause: a traceback that names a file of the image, or leads out of the folders. Handled by: the panel. */
export const notInWorkspace = (containerPath: string): Failure =>
  new Failure(
    'not-in-workspace',
    'files',
    words`${JSON.stringify(containerPath)} is no file of the folders that the sandbox sees.`,
    null,
  );

/** Cause: a menu command run by hand on some other file. Handled by: the command wrapper. */
export const notDataFile = (label: string): Failure =>
  new Failure(
    'not-data-file',
    'files',
    words`${JSON.stringify(label)} is no data file that can be read here.`,
    {
      text: words('CSV, TSV, Excel, ODS, JSON, Parquet and SQLite files can.'),
    },
  );

/** Cause: the panel's picker, while the workspace's settings ask for names and types only. Handled by: the panel. */
export const privacyFixed = (): Failure =>
  new Failure(
    'privacy-fixed',
    'usage',
    words('The settings of this workspace let the model see names and types only.'),
    {
      text: words('Change codeInterpreter.privacy in the settings of the workspace.'),
      command: 'codeInterpreter.openSettings',
    },
  );

/** Cause: a command that needs a data file found none. Handled by: the command wrapper. */
export const noDataFiles = (): Failure =>
  new Failure('no-data-files', 'files', words('There is no data file in the open folder.'), {
    text: words('The sample data shows how it works.'),
    command: 'codeInterpreter.trySample',
  });

/** Cause: a command that needs selected text. Handled by: the command wrapper. */
export const nothingSelected = (): Failure =>
  new Failure('nothing-selected', 'usage', words('No text is selected in the active editor.'), {
    text: words('Select some lines, then ask again.'),
  });

/** Cause: a dropped folder, or an address that is no file. Handled by: the panel. */
export const cannotAttach = (label: string): Failure =>
  new Failure(
    'cannot-attach',
    'files',
    words`${JSON.stringify(label)} cannot be attached: it is not a file.`,
    {
      text: words('Attach the files one by one.'),
    },
  );

/** Cause: bytes that are no PNG or JPEG, or too many of them. Handled by: the panel. */
export const badImage = (name: string, reason: Said): Failure =>
  new Failure(
    'bad-image',
    'files',
    words`The picture ${JSON.stringify(name)} cannot be attached: ${reason}.`,
    {
      text: words('Attach a smaller PNG or JPEG.'),
    },
  );

/** Cause: more pictures than a message can carry. Handled by: the panel. */
export const tooManyImages = (limit: Said): Failure =>
  new Failure('too-many-images', 'usage', words`A message takes at most ${limit} of pictures.`, {
    text: words('Remove some, and send them with the next message.'),
  });

/** Cause: a draft from before the window was loaded again names files by ids of that time. Handled by: the panel. */
export const attachmentUnknown = (): Failure =>
  new Failure(
    'attachment-unknown',
    'usage',
    words('An attached file is from before this window was loaded.'),
    {
      text: words('Remove it and attach it again.'),
    },
  );

/** Cause: a picture of a draft that nobody holds any more (another session, a closed window). Handled by: the panel. */
export const imageGone = (): Failure =>
  new Failure('image-gone', 'files', words('A picture of this message is no longer there.'), {
    text: words('Remove it and paste it again.'),
  });

/** Cause: an artifact whose bytes are not in the session's store. Handled by: Save, Open. */
export const artifactNotStored = (name: string): Failure =>
  new Failure('artifact-not-stored', 'files', words`${JSON.stringify(name)} is not in this session.`, null);

/** Cause: the file system refused the copy. Handled by: Save; the file there before is unchanged. */
export const saveFailed = (target: string, cause: unknown): Failure =>
  new Failure('save-failed', 'files', words`${target} could not be written: ${saidDetail(cause)}.`, null, {
    cause,
  });

/** Cause: a place where programs act on files by themselves. Handled by: Save; nothing was written. */
export const protectedPlace = (name: string, reason: Said): Failure =>
  new Failure('protected-place', 'files', words`${JSON.stringify(name)} was not saved there: ${reason}.`, {
    text: words('Save it in another folder, look at it, and move it yourself.'),
  });

/** Cause: a link in an answer that is not http or https. Handled by: the panel. */
export const badLink = (): Failure =>
  new Failure('bad-link', 'usage', words('Only http and https links are opened.'), null);

/** Cause: a message of the panel that names a command it may not run. Handled by: the panel. */
export const commandNotAllowed = (command: string): Failure =>
  new Failure(
    'command-not-allowed',
    'internal',
    words`The panel may not run ${JSON.stringify(command)}.`,
    null,
  );

/** Cause: VS Code could not keep the key (no keyring). Handled by: Set API Key; the key is kept nowhere else. */
export const secretsUnavailable = (cause: unknown): Failure =>
  new Failure(
    'secrets-unavailable',
    'model',
    words`VS Code could not store the key safely: ${saidDetail(cause)}.`,
    { text: words('Set up a keyring for VS Code; the key was not stored anywhere.') },
    { cause },
  );

/** Cause: a question or a run while a turn or a run goes on. Handled by: the panel and the CLI, which say so. */
export const turnRunning = (what: 'turn' | 'run' = 'turn'): Failure =>
  new Failure(
    'turn-running',
    'usage',
    what === 'turn'
      ? words('A question is being answered at the moment.')
      : words('Cells are running at the moment.'),
    { text: words('Stop it, or wait for its end.'), command: 'codeInterpreter.stop' },
  );

/** Cause: a call after the session was closed. Handled by: the command wrapper. */
export const sessionClosed = (): Failure =>
  new Failure('session-closed', 'usage', words('This session is closed.'), null);

/** Cause: the CLI was asked for a model, and the environment holds no key. Handled by: the CLI's main (exit code 4). */
export const modelNeedsKey = (modelId: string, variable: string): Failure =>
  new Failure('model-needs-key', 'model', `The model ${modelId} needs an API key.`, {
    text: `Set ${variable} in the environment, or use --model analyst, which needs none.`,
  });
