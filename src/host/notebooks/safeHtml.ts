/**
 * HTML and Markdown of code for VS Code's own notebook renderers, which run scripts and load pictures from
 * anywhere: what they get here holds neither. Links stay, and open by a click. No VS Code in here.
 */
import MarkdownIt from 'markdown-it';
import { cleanMarkup, saysSomething } from '../../export/html/markup.ts';

/** Empty when nothing of it can be shown. */
export function safeHtml(html: string): string {
  const safe = cleanMarkup(html, 'notebook');
  return saysSomething(safe) ? safe : '';
}

const markdown = new MarkdownIt({ html: false, linkify: false });
// In the place of a picture stand its words.
markdown.renderer.rules.image = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '');

export const markdownToHtml = (text: string): string => safeHtml(markdown.render(text));
