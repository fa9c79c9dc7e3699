/** Sessions as the panel concerns itself with them: forks, and where the reader was. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

export function historyRequests(options: PanelRequestOptions): Pick<Handlers, 'keepView' | 'forkSession'> {
  return {
    keepView: async ({ sessionId, view }) => {
      options.interpreter.keepView(sessionId, view);
      return Promise.resolve({});
    },
    forkSession: async ({ turnId }) => ({ forked: await options.forkShown(turnId) }),
  };
}
