/** Failures of the network that the user opens by name. */
import { Failure } from './failure.ts';
import { words, type Said } from '../shared/l10n.ts';

/** Cause: gVisor lets nobody reach a socket of another container. Handled by: session, as a notice. */
export const networkNotOnGvisor = (runtime: string): Failure =>
  new Failure(
    'network-gvisor',
    'sandbox',
    words`The network cannot be opened in a sandbox on gVisor (${runtime}).`,
    { text: words('Choose "runc" in codeInterpreter.docker.runtime and start a new sandbox.') },
  );

/** Cause: an image of the user's own, without the proxy. Handled by: session, as a notice. */
export const networkNotInImage = (image: string): Failure =>
  new Failure(
    'network-image',
    'sandbox',
    words`The network cannot be opened: the image ${image} has no proxy in it.`,
    { text: words('Build the image from the sandbox folder of this version.') },
  );

/** Cause: the proxy's container did not come up. Handled by: session, as a notice; nothing is open. */
export const networkNotOpened = (reason: Said, cause?: unknown): Failure =>
  new Failure(
    'network-not-opened',
    'sandbox',
    words`The network was not opened: ${reason}. Nothing can be reached.`,
    { text: words('Try again; the log has the details.'), command: 'codeInterpreter.showLog' },
    { cause },
  );

/** Cause: the proxy's container could not be removed. Handled by: session, as a notice. */
export const networkNotClosed = (reason: Said, cause?: unknown): Failure =>
  new Failure(
    'network-not-closed',
    'sandbox',
    words`The network could not be closed: ${reason}. Code may still reach what was open before.`,
    {
      text: words('Start a new session, which removes this sandbox.'),
      command: 'codeInterpreter.newSession',
    },
    { cause },
  );
