/** Who decides what runs: mode, decisions, the queue, Stop, model and effort. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

export function controlRequests(
  options: PanelRequestOptions,
): Pick<
  Handlers,
  'stop' | 'unqueue' | 'sendQueued' | 'runPlan' | 'setMode' | 'decide' | 'chooseModel' | 'chooseEffort'
> {
  const { interpreter, ids } = options;
  return {
    stop: async ({ force = false }) => {
      await interpreter.stop({ force });
      return {};
    },
    unqueue: async ({ id }) => Promise.resolve({ draft: interpreter.unqueue(id, ids) }),
    sendQueued: async () => Promise.resolve({ accepted: interpreter.sendQueued() }),
    runPlan: async () => ({ accepted: await interpreter.runPlan() }),
    setMode: async ({ mode }) => {
      await interpreter.setMode(mode);
      return {};
    },
    decide: async ({ cellId, decision }) =>
      Promise.resolve({ accepted: interpreter.decide(cellId, decision) }),
    chooseModel: async () => {
      await options.runCommand('codeInterpreter.chooseModel');
      return {};
    },
    chooseEffort: async () => {
      await options.runCommand('codeInterpreter.chooseEffort');
      return {};
    },
  };
}
