/** Draws again only when a property is another object: the store makes new ones for what changed alone. */
import { Component, h, type ComponentType, type VNode } from 'preact';

export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return Object.entries(next).some(([key, value]) => value !== Reflect.get(this.props, key));
    }
    override render(): VNode<P> {
      return h(Inner, this.props) as VNode<P>;
    }
  } as ComponentType<P>;
}
