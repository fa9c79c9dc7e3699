/** Pieces of Markdown that no text can break out of, and Markdown of others that loads nothing. */

/** A fenced block. */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

const longestRun = (text: string): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);

/** A code span. */
export function inlineCode(name: string): string {
  const longest = longestRun(name);
  const fence = '`'.repeat(longest + 1);
  const pad = name.startsWith('`') || name.endsWith('`') ? ' ' : '';
  return fence + pad + name.replace(/\s+/g, ' ') + pad + fence;
}

/** Words of ours that may quote others: nothing in them is markup. */
export const plainWords = (text: string): string =>
  text.replace(/[\\`*_[\]<>#|~]/g, '\\$&').replace(/\s+/g, ' ');

/** Elements that load something, or run it, when a reader of Markdown lets HTML through. */
const ELEMENTS =
  /<(?=\/?(?:img|image|picture|source|video|audio|track|iframe|frame|object|embed|link|meta|base|style|script|svg|form|input|portal)\b)/gi;
/** Addresses of pictures that lie in the text itself or in the notebook load nothing. */
const PICTURE = /!\[(?=[^\]]*\](?!\((?:data:image\/(?:png|jpeg|gif|webp);|attachment:)))/gi;

/**
 * Markdown of a model or of a notebook, so that opening it asks no server for anything: pictures become links, and
 * elements that load become text. Blocks of code stay as they are.
 */
export function quietMarkdown(text: string): string {
  let fence: string | null = null;
  return text
    .split('\n')
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
      if (fence !== null) {
        if (mark !== null && mark.startsWith(fence) && line.trim() === mark) fence = null;
        return line;
      }
      if (mark !== null) {
        fence = mark;
        return line;
      }
      return line.replace(ELEMENTS, '&lt;').replace(PICTURE, '\\![');
    })
    .join('\n');
}
