/** TeX → MathML. Loaded on demand: this file is a chunk of its own. */
import katex from 'katex';
import { sanitized } from './sanitize.ts';

/** Formulas that come again while an answer is written. */
const KEPT = 500;
const made = new Map<string, DocumentFragment | null>();

/** @returns null when it is no formula that can be read. */
export function mathMl(tex: string, display: boolean): DocumentFragment | null {
  const key = `${display ? 'd' : 'i'}${tex}`;
  let formula = made.get(key);
  if (formula === undefined) {
    formula = parsed(tex, display);
    if (made.size >= KEPT) made.clear();
    made.set(key, formula);
  }
  return formula === null ? null : (formula.cloneNode(true) as DocumentFragment);
}

function parsed(tex: string, displayMode: boolean): DocumentFragment | null {
  try {
    const html = katex.renderToString(tex, {
      output: 'mathml',
      displayMode,
      throwOnError: true,
      strict: 'ignore',
      // No links, no pictures, no classes; macros that grow without end are stopped.
      trust: false,
      errorColor: 'currentColor',
      maxExpand: 1000,
      maxSize: 50,
    });
    return sanitized(html, 'math');
  } catch {
    // Of KaTeX's own kind, or too deep for the stack.
    return null;
  }
}
