/** What stands in the panes. Each is loaded when it is first opened. */
import { type ComponentType, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Pane, type PanelState } from '../../../src/shared/protocol.ts';
import { type ViewState } from '../../state.ts';

export interface PaneProps {
  state: ViewState;
  panel: PanelState;
}

type Body = ComponentType<PaneProps> | ((props: PaneProps) => JSX.Element);

const LOADERS: Readonly<Record<Pane, () => Promise<Body>>> = {
  variables: async () => (await import('./variables.tsx')).VariablesPane,
  charts: async () => (await import('./charts.tsx')).ChartsPane,
  search: async () => (await import('./search.tsx')).SearchPane,
};

const loaded = new Map<Pane, Body>();

/** `loading` and `failed` until it is there; one that has been loaded is there at once. */
export function useBody(pane: Pane | null): Body | 'loading' | 'failed' {
  const [failed, setFailed] = useState<Pane | null>(null);
  const [, setCount] = useState(0);
  useEffect(() => {
    if (pane === null || loaded.has(pane)) return;
    setFailed(null);
    LOADERS[pane]().then(
      (body) => {
        loaded.set(pane, body);
        setCount((count) => count + 1);
      },
      () => setFailed(pane),
    );
  }, [pane]);
  if (pane === null) return 'loading';
  return loaded.get(pane) ?? (failed === pane ? 'failed' : 'loading');
}
