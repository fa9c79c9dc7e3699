/** What a sandbox that cannot open the network throws. */
import { Failure } from '../../src/failures.ts';

export const networkNotOpened = (): Failure =>
  new Failure('network-not-opened', 'sandbox', 'The network was not opened: no proxy today.', null);
