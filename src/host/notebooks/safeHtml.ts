/**
 * HTML and Markdown of code for VS Code's own notebook renderers, which run scripts and load pictures from
 * anywhere: what they get here holds neither. Links stay, and open by a click. No VS Code in here.
 */
import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

const SIZE = /^-?\d+(?:\.\d+)?(?:px|em|rem|%|pt|ch)?$/;
const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]+|(?:rgb|hsl)a?\([\d.,%\s/]+\))$/i;
const WORD = /^[a-z-]+$/i;

/** Nothing of CSS that could name an address. */
const STYLES: Record<string, RegExp[]> = {
  ...Object.fromEntries(['color', 'background-color', 'border-color'].map((name) => [name, [COLOUR]])),
  ...Object.fromEntries(
    ['width', 'height', 'max-width', 'min-width', 'font-size', 'padding', 'margin', 'border-width'].map(
      (name) => [name, [SIZE]],
    ),
  ),
  ...Object.fromEntries(
    ['text-align', 'vertical-align', 'font-weight', 'font-style', 'white-space', 'border-style'].map(
      (name) => [name, [WORD, /^\d+$/]],
    ),
  ),
};

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'details', 'summary', 'del', 'ins'],
  disallowedTagsMode: 'discard',
  allowedAttributes: {
    '*': ['style', 'title', 'dir', 'lang', 'align'],
    a: ['href'],
    img: ['src', 'alt', 'width', 'height'],
    table: ['border'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    ol: ['start'],
    details: ['open'],
  },
  allowedSchemes: ['http', 'https'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  allowedStyles: { '*': STYLES },
  // With these their text goes, too.
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'template', 'title', 'iframe', 'object'],
  // `//host` and paths would be loaded from where VS Code is served.
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !/^data:image\//i.test(attribs['src'] ?? ''),
};

/** Empty when nothing of it can be shown. */
export function safeHtml(html: string): string {
  const safe = sanitizeHtml(html, OPTIONS);
  return /<(?:img|table|hr)\b/i.test(safe) || sanitizeHtml(safe, { allowedTags: [] }).trim() !== ''
    ? safe
    : '';
}

const markdown = new MarkdownIt({ html: false, linkify: false });
// In the place of a picture stand its words.
markdown.renderer.rules.image = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '');

export const markdownToHtml = (text: string): string => safeHtml(markdown.render(text));
