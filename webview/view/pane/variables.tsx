import { type JSX } from 'preact';

export const VariablesPane = (): JSX.Element => (
  <p class="pane-empty">No variables yet. They are listed here when a cell has run.</p>
);
