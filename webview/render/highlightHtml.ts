/** Code → escaped markup with classes. Five languages of highlight.js. Pure. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import sql from 'highlight.js/lib/languages/sql';

hljs.registerLanguage('python', python);
hljs.registerLanguage('bash', bash);
hljs.registerLanguage('javascript', javascript);
hljs.registerLanguage('json', json);
hljs.registerLanguage('sql', sql);

/** Longer code is shown plain: colouring it would hold up the page. */
const LIMIT_CHARS = 60_000;

/** Name or alias of a language we colour, else null. */
export const knownLanguage = (name: string): string | null =>
  hljs.getLanguage(name) === undefined ? null : name;

/** Escaped markup for a known language, or null. */
export function highlightedHtml(code: string, language: string): string | null {
  const known = knownLanguage(language);
  if (known === null || code.length > LIMIT_CHARS) return null;
  return hljs.highlight(code, { language: known, ignoreIllegals: true }).value;
}
