import { type JSX } from 'preact';

export const ChartsPane = (): JSX.Element => (
  <p class="pane-empty">No charts yet. Each chart of this session is listed here.</p>
);
