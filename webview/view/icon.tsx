/** A codicon. Decorative: the words stand beside it. */
import { type JSX } from 'preact';
import { iconClass, type IconName } from '../icons.ts';

/** Something is going on; the words beside it say what. */
export const Spinner = (): JSX.Element => <Icon name="loading" class="codicon-modifier-spin" />;

export function Icon({ name, class: className = '' }: { name: IconName; class?: string }): JSX.Element {
  return <span class={`${iconClass(name)} ${className}`} aria-hidden="true" />;
}
