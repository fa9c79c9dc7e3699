/** text/latex → HTML text: formulas where they are marked, everything else as it stands, as JupyterLab does it. Pure. */
import MarkdownIt from 'markdown-it';
import { texRules } from './texRules.ts';

// No rule of Markdown but paragraphs: an asterisk is an asterisk.
const latex = new MarkdownIt('zero', { html: false });
latex.use(texRules);

export const latexHtml = (text: string): string => latex.render(text.trim());
