/** In place of an output that is not shown: why. */
import { type JSX } from 'preact';
import { Icon } from '../view/icon.tsx';

export function CannotShow({ reason }: { reason: string }): JSX.Element {
  return (
    <p class="cannot-show">
      <Icon name="info" />
      <span>{reason}</span>
    </p>
  );
}
