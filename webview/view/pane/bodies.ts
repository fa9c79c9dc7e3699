/** What stands in the panes. Each is loaded when it is first opened. */
import { type Pane, type PanelState } from '../../../src/shared/protocol.ts';
import { type ViewState } from '../../state.ts';
import { part, type Part } from '../later.tsx';

export interface PaneProps {
  state: ViewState;
  panel: PanelState;
}

export const BODIES: Readonly<Record<Pane, Part<PaneProps>>> = {
  variables: part(async () => (await import('./variables.tsx')).VariablesPane),
  charts: part(async () => (await import('./charts.tsx')).ChartsPane),
  files: part(async () => (await import('./files.tsx')).FilesPane),
  changes: part(async () => (await import('./changes.tsx')).ChangesPane),
  search: part(async () => (await import('./search.tsx')).SearchPane),
};
