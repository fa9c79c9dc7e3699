/** What the user does to the notebook's cells. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

type CellRequests = 'runCells' | 'editCell' | 'insertCell' | 'moveCell' | 'deleteCell' | 'restoreCell';

export function cellRequests({ interpreter }: PanelRequestOptions): Pick<Handlers, CellRequests> {
  const notYet = async (): Promise<never> => {
    interpreter.checkTrust();
    return Promise.reject(new Error('Cells cannot be changed yet.'));
  };
  return {
    runCells: notYet,
    editCell: notYet,
    insertCell: notYet,
    moveCell: notYet,
    deleteCell: notYet,
    restoreCell: notYet,
  };
}
