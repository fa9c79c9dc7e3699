/** A codicon. Decorative: the words stand beside it. */
import { type JSX } from 'preact';

/** Something is going on; the words beside it say what. */
export const Spinner = (): JSX.Element => <Icon name="loading" class="codicon-modifier-spin" />;

export function Icon({ name, class: className = '' }: { name: string; class?: string }): JSX.Element {
  return <span class={`codicon codicon-${name} ${className}`} aria-hidden="true" />;
}
