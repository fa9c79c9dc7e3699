/** What the panel may open and close of the network. */
import type { Handlers } from '../shared/rpc.ts';
import { attemptedRule } from './networkAttempts.ts';
import { allowInSettings } from './networkCommands.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

export function networkRequests({
  interpreter,
}: PanelRequestOptions): Pick<Handlers, 'allowHost' | 'closeHost'> {
  return {
    allowHost: async ({ host, port, how }) => {
      if (how !== 'always') {
        await interpreter.allowAttempted({ host, port }, how);
        return { opened: true };
      }
      interpreter.checkTrust();
      const rule = attemptedRule(await interpreter.events(), { host, port });
      return { opened: await allowInSettings(rule, 'always', interpreter) };
    },
    closeHost: async ({ rule }) => {
      await interpreter.closeHosts(rule === null ? null : [rule]);
      return {};
    },
  };
}
