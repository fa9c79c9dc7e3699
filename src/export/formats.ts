/** The formats a session can be exported in. */
import type { ChartCode } from './html/page.ts';
import type { SideFile } from './markdown.ts';
import { toNotebook } from './notebook.ts';
import { serializeNotebook } from './notebookFile.ts';
import { toPython } from './python.ts';
import type { Report } from './report.ts';
import { t } from '../shared/l10n.ts';

export const FORMATS = ['ipynb', 'py', 'html', 'md'] as const;
export type Format = (typeof FORMATS)[number];

export function formatName(format: Format): string {
  switch (format) {
    case 'ipynb':
      return t('Notebook');
    case 'py':
      return t('Python Script');
    case 'html':
      return t('HTML Report');
    case 'md':
      return 'Markdown';
  }
}

export interface Exported {
  text: string;
  /** For the folder beside it, named by `sideFolder`; only Markdown has such. */
  files: SideFile[];
}

/** The folder for the pictures of a Markdown file of this name. */
export const sideFolder = (name: string): string => `${name.replace(/\.md$/i, '')}_files`;

/**
 * What parses markup is loaded when it is needed.
 * @param side name of the folder beside the file, as it will be
 */
export async function exported(
  format: Format,
  report: Report,
  { side, chartCode }: { side: string; chartCode: ChartCode },
): Promise<Exported> {
  switch (format) {
    case 'ipynb':
      return { text: serializeNotebook({ ...toNotebook(report) }), files: [] };
    case 'py':
      return { text: toPython(report), files: [] };
    case 'html':
      return { text: await (await import('./html/page.ts')).toHtml(report, chartCode), files: [] };
    case 'md':
      return (await import('./markdown.ts')).toMarkdown(report, side);
  }
}
