/** What the model gets to see. */
import * as vscode from 'vscode';
import { privacyFixed } from '../failures.ts';
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';
import { readSettings } from './settings.ts';

export function privacyRequests({
  interpreter,
  sessions,
  showRequests,
}: PanelRequestOptions): Pick<Handlers, 'setPrivacy' | 'releaseOutput' | 'showRequests'> {
  return {
    setPrivacy: async ({ privacy }) => {
      const configuration = vscode.workspace.getConfiguration('codeInterpreter');
      await configuration.update('privacy', privacy, vscode.ConfigurationTarget.Global);
      interpreter.stateChanged();
      if (readSettings(vscode.workspace.getConfiguration('codeInterpreter')).privacy !== privacy) {
        throw privacyFixed();
      }
      return {};
    },
    releaseOutput: async ({ cellId }) => {
      await sessions.now?.session.releaseOutput(cellId);
      return {};
    },
    showRequests: async ({ turnId }) => {
      await showRequests(turnId);
      return {};
    },
  };
}
