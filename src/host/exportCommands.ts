/** The commands that export the session: in one format, or asked which. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { CommandContext } from '../commands.ts';
import { chartCodeFrom } from '../export/chartCode.ts';
import { formatName, FORMATS, sideFolder, type Format } from '../export/formats.ts';
import { exportName, exportProblem, exportSession } from './exportSession.ts';
import { saveMade } from './saveMade.ts';
import { t } from '../shared/l10n.ts';

const details = (): Readonly<Record<Format, string>> => ({
  ipynb: t('Runs in Jupyter beside the data, outputs included'),
  py: t('Plain Python with cells as # %%, answers as comments'),
  html: t('One file that opens without a network; interactive charts stay so'),
  md: t('With its pictures in a folder beside it'),
});

const rows = () => [
  {
    label: t('With outputs'),
    detail: t('Tables, printed text and charts as they are in the session'),
    rows: true,
  },
  {
    label: t('Without rows'),
    detail: t('Outputs are reduced to kind, shape and types; code and answers stay and may hold values'),
    rows: false,
  },
];

async function chosenFormat(): Promise<Format | null> {
  const items = FORMATS.map((format) => ({ label: formatName(format), detail: details()[format], format }));
  const picked = await vscode.window.showQuickPick(items, { title: t('Export Session') });
  return picked?.format ?? null;
}

async function exportAs({ sessions }: CommandContext, wanted: Format | null): Promise<void> {
  const format = wanted ?? (await chosenFormat());
  if (format === null) return;
  const title = t`Export as ${formatName(format)}`;
  const picked = await vscode.window.showQuickPick(rows(), { title });
  if (picked === undefined) return;
  // It may be another one by now.
  const current = await sessions.current();
  const { notebook } = current.sources;
  await saveMade({
    title,
    suggestedName: exportName(current.session.events(), format),
    kind: formatName(format),
    // Relative paths of a notebook's cells lead from there.
    ...(notebook === undefined ? {} : { startFolder: vscode.Uri.file(path.dirname(notebook)) }),
    sideFolder: (name) => sideFolder(name),
    make: async (folder, side) => {
      const choice = { format, rows: picked.rows, folder, side };
      return exportSession(current, choice, chartCodeFrom(__dirname));
    },
  });
}

const command = (format: Format | null) => ({
  // It reads files of the folder, for their hashes.
  needsTrust: true as const,
  fromPanel: true,
  disabled: ({ sessions }: CommandContext) => exportProblem(sessions.now),
  run: async (context: CommandContext) => exportAs(context, format),
});

export const EXPORT_COMMANDS = {
  'codeInterpreter.export': command(null),
  'codeInterpreter.exportNotebook': command('ipynb'),
  'codeInterpreter.exportPython': command('py'),
  'codeInterpreter.exportHtml': command('html'),
  'codeInterpreter.exportMarkdown': command('md'),
};
