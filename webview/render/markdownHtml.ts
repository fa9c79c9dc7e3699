/**
 * Markdown → HTML text. Raw HTML is shown as text; pictures are never loaded (their address could carry data
 * away); links keep their address in `data-link` and go nowhere by themselves. Pure.
 */
import MarkdownIt, { type Token } from 'markdown-it';
import { plainCode, type Colour } from './colour.ts';
import { texRules } from './texRules.ts';
import { t } from '../../src/shared/l10n.ts';
import { iconClass } from '../icons.ts';

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false });
markdown.use(texRules);
// Bare words like `script.py` must not become links.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
// Every target is accepted here and decided about in `tameLinks`, so that no markup shows through as text.
markdown.validateLink = () => true;

const attribute = (token: Token | undefined, name: string): string => String(token?.attrGet(name) ?? '');

/** As it is asked for: names of other scripts in ASCII, what reverses text percent-encoded. */
const realAddress = (url: string): string => (URL.canParse(url) ? new URL(url).href : url);
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const isWeb = (url: string): boolean => /^https?:\/\/[^/]/i.test(url);

/** Web links become inert elements with the address aside; any other target leaves only its text. */
function tameLinks(tokens: Token[]): void {
  const closing: string[] = [];
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const url = attribute(token, 'href');
      const web = isWeb(url);
      token.tag = web ? 'a' : 'span';
      token.attrs = web
        ? [
            ['class', 'link'],
            ['role', 'link'],
            ['tabindex', '0'],
            ['title', realAddress(url)],
            ['data-link', url],
          ]
        : [['class', 'dead-link']];
      closing.push(token.tag);
    } else if (token.type === 'link_close') {
      token.tag = closing.pop() ?? 'span';
    }
    if (token.children) tameLinks(token.children);
    const align = /text-align:(left|center|right)/.exec(attribute(token, 'style'));
    if (align?.[1] !== undefined) token.attrs = [['class', `align-${align[1]}`]];
  }
}
markdown.core.ruler.push('tame_links', (state) => {
  tameLinks(state.tokens);
});

markdown.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index];
  const escape = markdown.utils.escapeHtml;
  const url = attribute(token, 'src');
  const alt = token?.content ?? '';
  const words = isWeb(url) ? t`picture from ${hostOf(url)} not loaded` : t('picture not loaded');
  return `<span class="md-image">[${escape(words)}${alt === '' ? '' : `: ${escape(alt)}`}]</span>`;
};

/** What is given to the rules of one text. */
class Colouring {
  constructor(readonly colour: Colour) {}
}

markdown.renderer.rules['fence'] = (tokens, index, _options, env: unknown) => {
  const token = tokens[index];
  const code = token?.content ?? '';
  const language = (token?.info ?? '').trim().split(/\s+/)[0] ?? '';
  const given = typeof env === 'object' && env !== null && 'code' in env ? env.code : null;
  const colour = given instanceof Colouring ? given.colour : plainCode;
  const body = colour(code, language.toLowerCase()) ?? markdown.utils.escapeHtml(code);
  const copy = `<button type="button" class="fence-copy ${iconClass('copy')}" data-copy="" aria-label="${escape(t('Copy code'))}" title="${escape(t('Copy code'))}"></button>`;
  return `<div class="fence">${copy}<pre tabindex="0"><code>${body}</code></pre></div>`;
};

markdown.renderer.rules['table_open'] = () => '<div class="table-scroll" tabindex="0"><table>';
markdown.renderer.rules['table_close'] = () => '</table></div>';

/** @param colour of fenced code; plain unless told */
export const markdownHtml = (text: string, colour: Colour = plainCode): string =>
  markdown.render(text, { code: new Colouring(colour) });

/** There may be fenced code in it. */
export const mayHaveFence = (text: string): boolean => /```|~~~/.test(text);
