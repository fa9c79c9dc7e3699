/** What the panel asks about proposed changes to the user's files: none are known yet. */
import type { changeRequests as requests } from '../shared/changes.ts';
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

export function changeRequests({
  interpreter,
}: Pick<PanelRequestOptions, 'interpreter'>): Pick<Handlers, keyof typeof requests> {
  return {
    listChanges: async () => Promise.resolve({ changes: [] }),
    decideChange: async () => {
      interpreter.checkTrust();
      return Promise.resolve({ done: false });
    },
    undoChange: async () => {
      interpreter.checkTrust();
      return Promise.resolve({ undone: false });
    },
    openChange: async () => Promise.resolve({}),
  };
}
