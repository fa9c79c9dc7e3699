/** HTML made of data: the one way in which text, and markup of others, comes into a report. */
import { defaultTreeAdapter as tree, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { cleanCss } from '../../shared/cleanCss.ts';

const REPLACED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => REPLACED[char] ?? '');

const VOID = new Set(['br', 'hr', 'img', 'col', 'wbr']);
const INLINE = 'a abbr b br code del em i kbd mark q s small span strong sub sup u var wbr'.split(' ');
const TABLE = 'table caption colgroup col thead tbody tfoot tr th td'.split(' ');
const BLOCK =
  'p div pre blockquote ul ol li dl dt dd hr h1 h2 h3 h4 h5 h6 section article figure figcaption header footer main center details summary'.split(
    ' ',
  );
/** Their text is no text for people. */
const DROPPED = new Set(
  'script noscript template iframe object embed form input button select textarea link meta base title head video audio svg math'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'class title colspan rowspan scope start align valign lang dir width height alt'.split(' '),
);
const ALLOWED = new Set([...INLINE, ...TABLE, ...BLOCK, 'img', 'style']);
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/i;

/**
 * Markup of code, by lists of what is allowed: no script, no form, no frame, no link, nothing that loads. Parsed as a
 * browser would and written anew, so that no trick of the text survives. Styles are cleaned and stay.
 */
export function cleanMarkup(html: string): string {
  return childrenOf(parseFragment(html)).map(written).join('');
}

const childrenOf = (node: Tree.ParentNode): Tree.ChildNode[] => node.childNodes;

function written(node: Tree.ChildNode): string {
  if (tree.isTextNode(node)) return escapeHtml(node.value);
  if (!tree.isElementNode(node) || DROPPED.has(node.tagName)) return '';
  const inside = (): string => childrenOf(node).map(written).join('');
  if (!ALLOWED.has(node.tagName)) return inside();
  if (node.tagName === 'style') {
    const css = childrenOf(node).map((child) => (tree.isTextNode(child) ? child.value : ''));
    return `<style>${shadowCss(css.join(''))}</style>`;
  }
  if (node.tagName === 'img' && !node.attrs.some(isPicture)) return '';
  const open = `<${node.tagName}${node.attrs.map((attribute) => attributeText(node.tagName, attribute)).join('')}>`;
  return VOID.has(node.tagName) ? open : `${open}${inside()}</${node.tagName}>`;
}

const isPicture = ({ name, value }: { name: string; value: string }): boolean =>
  name === 'src' && PICTURE.test(value);

function attributeText(tag: string, attribute: { name: string; value: string }): string {
  const { name, value } = attribute;
  if (name === 'style') return ` style="${escapeHtml(cleanCss(value))}"`;
  // Styles of pandas name cells by their ids; in a shadow root they meet nobody else's.
  const kept = ATTRIBUTES.has(name) || name === 'id' || (tag === 'img' && isPicture(attribute));
  return kept ? ` ${name}="${escapeHtml(value)}"` : '';
}

/** The box that a shadow root stands in is ours to style. */
const shadowCss = (css: string): string => cleanCss(css).replace(/:host(?:-context)?\b/gi, ':not(*)');
