/**
 * The one door through which markup becomes nodes. Lists of what is allowed, never of what is forbidden; the
 * result is a fragment, so nothing is parsed a second time. No ids or names: they could shadow globals.
 */
import DOMPurify from 'dompurify';
import { cleanCss } from '../../src/shared/cleanCss.ts';

const INLINE = ['a', 'b', 'br', 'code', 'del', 'em', 'i', 's', 'small', 'span', 'strong', 'sub', 'sup', 'u'];
const TABLE = ['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'];
const BLOCK = ['p', 'div', 'pre', 'blockquote', 'ul', 'ol', 'li', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const MATH = words(`
  math semantics annotation mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom menclose
  msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd mlabeledtr`);
const MATH_ATTRIBUTES = words(`
  class display displaystyle scriptlevel mathvariant mathcolor mathbackground mathsize stretchy symmetric largeop
  movablelimits fence separator form lspace rspace minsize maxsize accent accentunder linethickness width height depth
  voffset notation columnalign columnspacing columnlines rowalign rowspacing rowlines encoding`);

const PROFILES = {
  /** markdown-it's output. `data-link` is the address of a link, opened only through the host; `data-cell` the cell that a figure comes from, `data-tex` a formula. */
  markdown: {
    ALLOWED_TAGS: [...INLINE, ...TABLE, ...BLOCK, 'button'],
    ALLOWED_ATTR: [
      'class',
      'data-link',
      'data-copy',
      'data-cell',
      'data-tex',
      'role',
      'tabindex',
      'title',
      'start',
      'type',
      'aria-label',
      'aria-hidden',
    ],
  },
  /** A plain table of pandas. */
  table: {
    ALLOWED_TAGS: [...TABLE, ...BLOCK, ...INLINE.filter((tag) => tag !== 'a')],
    ALLOWED_ATTR: ['colspan', 'rowspan', 'scope'],
  },
  /** KaTeX's output: MathML, which Chromium draws by itself. */
  math: { ALLOWED_TAGS: ['span', ...MATH], ALLOWED_ATTR: MATH_ATTRIBUTES },
  /** highlight.js's output. */
  code: { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'] },
} as const;

export function sanitized(html: string, profile: keyof typeof PROFILES): DocumentFragment {
  const { ALLOWED_TAGS, ALLOWED_ATTR } = PROFILES[profile];
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: [...ALLOWED_TAGS],
    ALLOWED_ATTR: [...ALLOWED_ATTR],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}

/** An instance of its own: hooks belong to an instance. Made at the first use, so that tests need no window. */
function makeFramePurifier(): typeof DOMPurify {
  const purifier = DOMPurify(window);
  purifier.addHook('uponSanitizeElement', (node, { tagName }) => {
    if (tagName === 'style') node.textContent = cleanCss(node.textContent ?? '');
  });
  purifier.addHook('uponSanitizeAttribute', (_node, data) => {
    if (data.attrName === 'style') data.attrValue = cleanCss(data.attrValue);
  });
  return purifier;
}
let framePurifier: typeof DOMPurify | null = null;

/** A document for the script-free frame: scripts, forms, frames, links and everything remote are taken out first. */
export function sanitizedDocument(html: string): string {
  framePurifier ??= makeFramePurifier();
  return framePurifier.sanitize(html, {
    FORBID_TAGS: [
      'script',
      'iframe',
      'object',
      'embed',
      'form',
      'input',
      'button',
      'link',
      'meta',
      'base',
      'video',
      'audio',
    ],
    FORBID_ATTR: ['srcset', 'action', 'formaction', 'ping', 'background', 'poster', 'href', 'xlink:href'],
    ALLOWED_URI_REGEXP: /^data:image\/(?:png|jpeg|gif|webp);/i,
    ADD_TAGS: ['style'],
    FORCE_BODY: true,
  });
}
