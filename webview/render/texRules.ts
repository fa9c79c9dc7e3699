/**
 * Formulas in Markdown and in text/latex: `$…$`, `\(…\)`, `$$…$$`, `\[…\]`, `\begin{…}…\end{…}`. They become elements
 * that show their source and carry it aside (`data-tex`); `typeset.ts` puts the formula in its place. With dollars,
 * Pandoc's rule and a little more: an amount of money is no formula. Pure.
 */
import { type MarkdownIt } from 'markdown-it';

/** Longer is no formula, and looking for its end would cost too much. */
const LONGEST = 10_000;

interface Found {
  tex: string;
  display: boolean;
  /** After its end. */
  end: number;
}

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/.test(char);
const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_]/u.test(char);

/** Between two marks, the first of which ends at `from`. */
function between(source: string, from: number, close: string, display: boolean): Found | null {
  const end = source.slice(0, from + LONGEST).indexOf(close, from);
  const tex = end < 0 ? '' : source.slice(from, end);
  // A blank line ends a paragraph, and with it a formula.
  if (tex.trim() === '' || /\n\s*\n/.test(tex)) return null;
  return { tex, display, end: end + close.length };
}

function dollars(source: string, at: number): Found | null {
  if (source[at + 1] === '$') return between(source, at + 2, '$$', true);
  if (isSpace(source[at + 1]) || isWord(source[at - 1])) return null;
  const stop = Math.min(source.length, at + LONGEST);
  for (let end = at + 1; end < stop; end++) {
    if (source[end] === '\\') end++;
    else if (source[end] === '$') {
      if (isSpace(source[end - 1]) || isWord(source[end + 1])) return null;
      const tex = source.slice(at + 1, end);
      return /\n\s*\n/.test(tex) ? null : { tex, display: false, end: end + 1 };
    }
  }
  return null;
}

function environment(source: string, at: number): Found | null {
  const name = /^\\begin\{([A-Za-z]+\*?)\}/.exec(source.slice(at, at + 40))?.[1];
  if (name === undefined) return null;
  const close = `\\end{${name}}`;
  const end = source.slice(0, at + LONGEST).indexOf(close, at);
  if (end < 0) return null;
  return { tex: source.slice(at, end + close.length), display: true, end: end + close.length };
}

/** A formula that begins at this place. */
function formulaAt(source: string, at: number): Found | null {
  if (source[at] === '$') return dollars(source, at);
  if (source.startsWith('\\(', at)) return between(source, at + 2, '\\)', false);
  if (source.startsWith('\\[', at)) return between(source, at + 2, '\\]', true);
  return source.startsWith('\\begin{', at) ? environment(source, at) : null;
}

/** A plugin for markdown-it. */
export function texRules(markdown: MarkdownIt): void {
  // Before the rule that takes `\(` for a parenthesis.
  markdown.inline.ruler.before('escape', 'tex', (state, silent) => {
    const found = formulaAt(state.src, state.pos);
    if (found === null || found.end > state.posMax) return false;
    if (!silent) {
      const token = state.push('tex', '', 0);
      token.content = found.tex;
      token.meta = { display: found.display, source: state.src.slice(state.pos, found.end) };
    }
    state.pos = found.end;
    return true;
  });
  // Lines of a formula may begin with what Markdown takes for a list or a heading.
  markdown.block.ruler.before(
    'fence',
    'tex_block',
    (state, startLine, endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      if (!/^(?:\$\$|\\\[|\\begin\{)/.test(state.src.slice(start, start + 7))) return false;
      const found = formulaAt(state.src, start);
      if (found === null) return false;
      let last = startLine;
      while (last < endLine && (state.eMarks[last] ?? 0) < found.end) last++;
      // What stands behind it on its last line makes it a part of a paragraph.
      if (last >= endLine || state.src.slice(found.end, state.eMarks[last]).trim() !== '') return false;
      if (silent) return true;
      const token = state.push('tex', '', 0);
      token.block = true;
      token.content = found.tex;
      token.meta = { display: true, source: state.src.slice(start, found.end) };
      token.map = [startLine, last + 1];
      state.line = last + 1;
      return true;
    },
    { alt: ['paragraph', 'blockquote', 'list'] },
  );
  markdown.renderer.rules['tex'] = (tokens, index) => {
    const token = tokens[index];
    const meta = token?.meta as { display: boolean; source: string } | null | undefined;
    const escape = markdown.utils.escapeHtml;
    const kind = meta?.display === true ? 'display' : 'inline';
    const element = token?.block === true ? 'div' : 'span';
    return `<${element} class="tex tex-${kind}" data-tex="${escape(token?.content ?? '')}">${escape(meta?.source ?? '')}</${element}>`;
  };
}
