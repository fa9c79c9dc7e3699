/** Draws again only when a property is another object: the store makes new ones for what changed alone. */
import { Component, h, type ComponentChild, type ComponentType } from 'preact';

export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return Object.entries(next).some(([key, value]) => value !== Reflect.get(this.props, key));
    }
    override render(): ComponentChild {
      return h(Inner, this.props);
    }
  };
}
