/**
 * HTML made of data: the one way in which text, and markup of others, comes into a report and into VS Code's own
 * notebooks.
 */
import { defaultTreeAdapter as tree, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { cleanCss } from '../../shared/cleanCss.ts';
import { harmlessStyle } from './inlineStyle.ts';

const REPLACED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => REPLACED[char] ?? '');

const words = (text: string): Set<string> => new Set(text.split(' '));

const VOID = words('br hr img col wbr');
const ALLOWED = words(
  'a abbr b bdi bdo br cite code data del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u var wbr ' +
    'table caption colgroup col thead tbody tfoot tr th td ' +
    'p div pre blockquote ul ol li dl dt dd hr h1 h2 h3 h4 h5 h6 hgroup section article aside nav address menu ' +
    'figure figcaption header footer main center details summary img',
);
/** Their text is no text for people. */
const DROPPED = words(
  'script noscript template iframe object embed form input button select textarea link meta base title head video audio svg math',
);
const ATTRIBUTES = words(
  'title colspan rowspan scope start align valign lang dir width height alt border open',
);
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/i;
/** Nobody reads what is nested deeper. */
const MAX_DEPTH = 300;

/** Where the markup will stand, and what may be kept there. */
export type Place =
  /** A shadow root of its own: style sheets and names meet nobody else's. Nothing leads out of it. */
  | 'report'
  /** A page that is shared, and loads and runs whatever it is given. Links open by a click. */
  | 'notebook';

/**
 * Markup of code, by lists of what is allowed: no script, no form, no frame, nothing that loads. Parsed as a browser
 * would and written anew, so that no trick of the text survives. Styles are cleaned.
 */
export function cleanMarkup(html: string, place: Place): string {
  return new Writer(place).inside(parseFragment(html), 0);
}

/** Whether cleaned markup has something to see. */
export const saysSomething = (clean: string): boolean =>
  clean.replace(/<style>[^<]*<\/style>|<(?!img|hr|table)[^>]*>/g, '').trim() !== '';

class Writer {
  constructor(private readonly place: Place) {}

  inside(node: Tree.ParentNode, depth: number): string {
    return depth > MAX_DEPTH ? '' : node.childNodes.map((child) => this.written(child, depth + 1)).join('');
  }

  private written(node: Tree.ChildNode, depth: number): string {
    if (tree.isTextNode(node)) return escapeHtml(node.value);
    if (!tree.isElementNode(node) || DROPPED.has(node.tagName)) return '';
    const { tagName, attrs } = node;
    if (tagName === 'style') return this.place === 'report' ? sheet(node) : '';
    if (!ALLOWED.has(tagName)) return this.inside(node, depth);
    if (tagName === 'img' && !attrs.some(isPicture)) return '';
    const open = `<${tagName}${attrs.map((attribute) => this.attribute(tagName, attribute)).join('')}>`;
    return VOID.has(tagName) ? open : `${open}${this.inside(node, depth)}</${tagName}>`;
  }

  private attribute(tag: string, attribute: Attribute): string {
    const kept = this.kept(tag, attribute);
    return kept === null ? '' : ` ${attribute.name}="${escapeHtml(kept)}"`;
  }

  /** Null: it goes. */
  private kept(tag: string, attribute: Attribute): string | null {
    const { name, value } = attribute;
    if (ATTRIBUTES.has(name) || (tag === 'img' && isPicture(attribute))) return value;
    switch (this.place) {
      case 'report':
        if (name === 'style') return cleanCss(value);
        // Styles of pandas name cells by their classes and ids.
        return name === 'class' || name === 'id' ? value : null;
      case 'notebook':
        if (name === 'style') return harmlessStyle(value);
        return tag === 'a' && name === 'href' && /^https?:\/\//i.test(value) ? value : null;
    }
  }
}

type Attribute = Tree.Element['attrs'][number];

const isPicture = ({ name, value }: Attribute): boolean => name === 'src' && PICTURE.test(value);

/** The box that a shadow root stands in is ours to style. */
function sheet(node: Tree.Element): string {
  const css = node.childNodes.map((child) => (tree.isTextNode(child) ? child.value : '')).join('');
  return `<style>${cleanCss(css).replace(/:host(?:-context)?\b/gi, ':not(*)')}</style>`;
}
