/** A codicon. Decorative: the words stand beside it. */
import { type JSX } from 'preact';

export function Icon({ name, class: className = '' }: { name: string; class?: string }): JSX.Element {
  return <span class={`codicon codicon-${name} ${className}`} aria-hidden="true" />;
}
