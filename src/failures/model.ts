/** Failures of the API and the way to it. */
import { Failure, tryAgain } from './failure.ts';
import { words, type Said } from '../shared/l10n.ts';

const SET_KEY = 'codeInterpreter.setApiKey';

/** Cause: 401. Handled by: the turn's end, Set API Key, the doctor. */
export const keyRejected = (): Failure =>
  new Failure('key-rejected', 'model', words('The API did not accept the key.'), {
    text: words('Check the key and set it again.'),
    command: SET_KEY,
  });

/** Cause: 402, no credit or a spend limit. Handled by: the turn's end, Set API Key. */
export const modelPayment = (reason: Said): Failure =>
  new Failure('model-payment', 'model', words`The API asks for payment: ${reason}`, {
    text: words('Add credit or raise the limit in the account of the key.'),
  });

/** Cause: 403. Handled by: the turn's end, Set API Key. */
export const modelForbidden = (reason: Said): Failure =>
  new Failure('model-forbidden', 'model', words`The key is not allowed to do this: ${reason}`, {
    text: words('Use a key with access to this model.'),
    command: SET_KEY,
  });

/** Cause: 404, a model id or an address that does not exist. Handled by: the turn's end, Set API Key. */
export const modelNotFound = (what: Said): Failure =>
  new Failure('model-not-found', 'model', words`The API does not know ${what}.`, {
    text: words('Check the name of the model and the address of the API.'),
    command: 'workbench.action.openSettings',
  });

/** Cause: 413, or 400 "prompt is too long". Handled by: the turn's end. */
export const conversationTooLong = (): Failure =>
  new Failure(
    'conversation-too-long',
    'model',
    words('The conversation is longer than the model can read.'),
    {
      text: words('Start a new session.'),
      command: 'codeInterpreter.newSession',
    },
  );

/** Cause: any other 4xx; a request of ours that the API does not take. Handled by: the turn's end. */
export const modelRefusedRequest = (status: number, reason: Said): Failure =>
  new Failure('model-refused-request', 'model', words`The API refused the request (${status}): ${reason}`, {
    text: words('The log has the details.'),
    command: 'codeInterpreter.showLog',
  });

/** Cause: 429 after the retries, or one that asks for a long wait. Handled by: the turn's end. */
export const rateLimited = (waitSeconds: number | null): Failure =>
  new Failure('rate-limited', 'model', words('The API has too many requests of this key at the moment.'), {
    text:
      waitSeconds === null
        ? words('Wait a minute, then send again.')
        : words`Send again in ${waitSeconds} seconds.`,
  });

/** Cause: 529 or 5xx after the retries, or an error event in the stream. Handled by: the turn's end. */
export const modelOverloaded = (reason: Said): Failure =>
  new Failure(
    'model-overloaded',
    'model',
    words`The API could not answer at the moment: ${reason}`,
    tryAgain(),
  );

/** Cause: no connection: name, network, TLS, proxy. Handled by: the turn's end, Set API Key, the doctor. */
export const modelUnreachable = (host: string, reason: Said): Failure =>
  new Failure('model-unreachable', 'model', words`${host} could not be reached: ${reason}.`, {
    text: words('Check the network, the proxy and the address of the API.'),
  });

/** Cause: the stream stopped moving. Handled by: the turn's end; code that ran is not run again. */
export const modelStalled = (seconds: number): Failure =>
  new Failure('model-stalled', 'model', words`The API sent nothing for ${seconds} seconds.`, tryAgain());

/** Cause: a page instead of a stream: a proxy, a login, another server. Handled by: the turn's end. */
export const modelNotTheApi = (host: string, contentType: string): Failure =>
  new Failure(
    'model-not-the-api',
    'model',
    words`What answers at ${host} is not the API: it sent ${contentType} instead of a reply.`,
    { text: words('Check the network, the proxy and the address of the API.') },
  );

/** Cause: the stream ended early or is not what the API documents. Handled by: the turn's end. */
export const modelBadReply = (reason: Said): Failure =>
  new Failure('model-bad-reply', 'model', words`The reply of the API broke off: ${reason}.`, tryAgain());
