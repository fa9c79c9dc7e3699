/** What the model gets to see. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

const missing = async (): Promise<never> => Promise.reject(new Error('not built yet'));

export function privacyRequests(
  _options: PanelRequestOptions,
): Pick<Handlers, 'setPrivacy' | 'releaseOutput' | 'showRequests'> {
  return {
    setPrivacy: missing,
    releaseOutput: missing,
    showRequests: missing,
  };
}
