import { type JSX } from 'preact';

export const SearchPane = (): JSX.Element => <p class="pane-empty">Nothing to search yet.</p>;
