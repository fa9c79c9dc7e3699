/** Who decides what runs: mode, decisions, the queue, model and effort. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

const missing = async (): Promise<never> => Promise.reject(new Error('not built yet'));

export function controlRequests(
  _options: PanelRequestOptions,
): Pick<Handlers, 'unqueue' | 'setMode' | 'decide' | 'chooseModel' | 'chooseEffort'> {
  return {
    unqueue: missing,
    setMode: missing,
    decide: missing,
    chooseModel: missing,
    chooseEffort: missing,
  };
}
