/** Code → coloured nodes; colours come from classes and the theme. */
import { highlightedHtml } from './highlightHtml.ts';
import { sanitized } from './sanitize.ts';

export function highlighted(code: string, language: string): Node {
  const html = highlightedHtml(code, language);
  return html === null ? document.createTextNode(code) : sanitized(html, 'code');
}
