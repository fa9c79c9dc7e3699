/** What the user does to the notebook's cells. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

type CellRequests = 'runCells' | 'editCell' | 'insertCell' | 'moveCell' | 'deleteCell' | 'restoreCell';

export function cellRequests({ interpreter }: PanelRequestOptions): Pick<Handlers, CellRequests> {
  return {
    runCells: async ({ cells, restart }) => {
      await interpreter.runCells(cells, { restart });
      return { accepted: true };
    },
    editCell: async ({ cellId, code }) => {
      await (await interpreter.cells()).edit(cellId, code);
      return {};
    },
    insertCell: async ({ afterCellId, language, code }) => ({
      cellId: await (await interpreter.cells()).insert(afterCellId, language, code),
    }),
    moveCell: async ({ cellId, afterCellId }) => {
      await (await interpreter.cells()).move(cellId, afterCellId);
      return {};
    },
    deleteCell: async ({ cellId }) => {
      await (await interpreter.cells()).delete(cellId);
      return {};
    },
    restoreCell: async ({ cellId }) => {
      await (await interpreter.cells()).restore(cellId);
      return {};
    },
  };
}
