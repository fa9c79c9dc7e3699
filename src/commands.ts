/**
 * The commands, as a table: when each can run, why not otherwise, and what it does. One wrapper turns every
 * exception into a message with the button of its remedy.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { notDataFile, nothingSelected, unexpected, untrustedWorkspace } from './failures.ts';
import { removeApiKey, setApiKey } from './host/apiKeyCommands.ts';
import { CHART_COMMANDS } from './host/chartCommands.ts';
import { isDataFile } from './host/dataFiles.ts';
import type { Docker } from './host/docker.ts';
import { EXPORT_COMMANDS } from './host/exportCommands.ts';
import type { FileIds, KnownFile } from './host/fileIds.ts';
import { buildImage, removeOldImages } from './host/imageCommands.ts';
import type { History } from './host/history.ts';
import { showHistory } from './host/historyCommands.ts';
import type { Interpreter } from './host/interpreter.ts';
import type { Log } from './host/log.ts';
import type { ModelChoice } from './host/modelChoice.ts';
import { chooseEffort, chooseModel } from './host/modelCommands.ts';
import { showFailure } from './host/message.ts';
import { closeNetwork, openNetwork } from './host/networkCommands.ts';
import type { SandboxNotebooks } from './host/notebooks/controller.ts';
import { openNotebook } from './host/openNotebook.ts';
import type { PanelPlaces } from './host/panelPlaces.ts';
import { SAMPLE_FILE } from './host/sample.ts';
import { saveAll, saveArtifact } from './host/saveArtifact.ts';
import type { ApiKeys } from './host/secrets.ts';
import type { Sessions } from './host/sessions.ts';
import type { Settings } from './host/settings.ts';
import { checkSetup } from './host/setup.ts';
import { activeOrPicked, activeSelection, known } from './host/workspaceFiles.ts';
import type { Intent } from './shared/events.ts';
import { linesOf } from './shared/selection.ts';
import { t } from './shared/l10n.ts';

export interface CommandContext {
  interpreter: Interpreter;
  sessions: Sessions;
  history: History;
  places: PanelPlaces;
  ids: FileIds;
  log: Log;
  docker: Docker;
  keys: ApiKeys;
  models: ModelChoice;
  /** As they are now. */
  settings: () => Settings;
  /** Folder with the sample data. */
  sampleFolder: () => Promise<string>;
  notebooks: SandboxNotebooks;
  /** Opens what was sent to the model; null: in the whole session. */
  showRequests: (turnId: string | null) => Promise<void>;
}

interface Command {
  /** Why it cannot run now, or null. Without it: always enabled. */
  disabled?(context: CommandContext): string | null;
  /** It runs something, reads files or asks the API: not in a workspace that is not trusted. */
  needsTrust?: true;
  /** Whether a message of the panel may start it. */
  fromPanel?: boolean;
  run(context: CommandContext, ...args: unknown[]): Promise<unknown>;
}

const idleOnly = ({ interpreter }: CommandContext): string | null =>
  interpreter.isRunning ? t('An answer is being worked on. Stop it first, or wait for its end.') : null;

const noCells = (context: CommandContext): string | null =>
  idleOnly(context) ?? (context.interpreter.hasCells ? null : t('There are no cells to run yet.'));

export const COMMANDS: Record<string, Command> = {
  'codeInterpreter.analyzeFile': {
    needsTrust: true,
    disabled: idleOnly,
    run: async (context) => fileVerb(context, 'analyze'),
  },
  'codeInterpreter.chartFile': {
    needsTrust: true,
    disabled: idleOnly,
    run: async (context) => fileVerb(context, 'chart'),
  },
  'codeInterpreter.analyzeResource': {
    needsTrust: true,
    disabled: idleOnly,
    run: async (context, ...args) => resourceVerb(context, 'analyze', args),
  },
  'codeInterpreter.chartResource': {
    needsTrust: true,
    disabled: idleOnly,
    run: async (context, ...args) => resourceVerb(context, 'chart', args),
  },
  'codeInterpreter.askSelection': { needsTrust: true, run: askSelection },
  'codeInterpreter.newSession': {
    fromPanel: true,
    run: async ({ interpreter, places }) => {
      if (await interpreter.newSession()) await places.focus();
    },
  },
  'codeInterpreter.stop': {
    fromPanel: true,
    disabled: ({ interpreter }) => (interpreter.isRunning ? null : t('Nothing is running.')),
    run: async ({ interpreter }) => interpreter.stopPressed(),
  },
  'codeInterpreter.restartSandbox': {
    needsTrust: true,
    fromPanel: true,
    run: async ({ interpreter, places }) => {
      await places.focus();
      await interpreter.restartSandbox();
    },
  },
  'codeInterpreter.runAllCells': {
    needsTrust: true,
    fromPanel: true,
    disabled: noCells,
    run: async ({ interpreter }) => interpreter.runCells({ kind: 'all' }, { restart: false }),
  },
  'codeInterpreter.restartAndRunAll': {
    needsTrust: true,
    fromPanel: true,
    disabled: noCells,
    run: async ({ interpreter }) => interpreter.runCells({ kind: 'all' }, { restart: true }),
  },
  'codeInterpreter.focus': { fromPanel: true, run: async ({ places }) => places.focus() },
  'codeInterpreter.openInTab': { fromPanel: true, run: async ({ places }) => places.openTab() },
  'codeInterpreter.restartNotebook': {
    needsTrust: true,
    run: async ({ notebooks }) => {
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      if (notebook !== undefined) await notebooks.restart(notebook);
    },
  },
  'codeInterpreter.saveNotebookFiles': {
    run: async ({ notebooks }, uri) => {
      const notebook =
        vscode.workspace.notebookDocuments.find((open) => open.uri.toString() === String(uri)) ??
        vscode.window.activeNotebookEditor?.notebook;
      if (notebook === undefined) return;
      const { files, pathOf } = notebooks.filesOf(notebook);
      const [only] = files;
      if (only === undefined)
        void vscode.window.showInformationMessage(t('No cell of this notebook has made a file.'));
      else if (files.length === 1) await saveArtifact(only, pathOf);
      else await saveAll(files, pathOf);
    },
  },
  'codeInterpreter.showVariables': { run: async ({ places }) => places.showPane('variables') },
  'codeInterpreter.showCharts': { run: async ({ places }) => places.showPane('charts') },
  'codeInterpreter.showFiles': { run: async ({ places }) => places.showPane('files') },
  ...CHART_COMMANDS,
  'codeInterpreter.showChanges': { run: async ({ places }) => places.showPane('changes') },
  'codeInterpreter.findInSession': { run: async ({ places }) => places.showPane('search') },
  ...EXPORT_COMMANDS,
  'codeInterpreter.openNotebook': {
    needsTrust: true,
    run: async (context, clicked) => openNotebook(context, clicked),
  },
  'codeInterpreter.showHistory': { fromPanel: true, run: showHistory },
  'codeInterpreter.trySample': {
    needsTrust: true,
    fromPanel: true,
    disabled: idleOnly,
    run: async ({ interpreter, places, sampleFolder }) => {
      await places.focus();
      if (!(await interpreter.sampleSession())) return;
      const file = path.join(await sampleFolder(), SAMPLE_FILE);
      await interpreter.ask({ intent: 'analyze', text: '', files: [{ path: file, label: SAMPLE_FILE }] });
    },
  },
  'codeInterpreter.setApiKey': {
    needsTrust: true,
    fromPanel: true,
    run: async ({ keys, settings }) => setApiKey(keys, settings()),
  },
  'codeInterpreter.chooseModel': {
    needsTrust: true,
    fromPanel: true,
    run: async ({ models, settings }) => chooseModel(models, settings()),
  },
  'codeInterpreter.chooseEffort': {
    needsTrust: true,
    fromPanel: true,
    run: async ({ models, settings }) => chooseEffort(models, settings()),
  },
  'codeInterpreter.removeApiKey': { run: async ({ keys, settings }) => removeApiKey(keys, settings()) },
  'codeInterpreter.checkSetup': {
    needsTrust: true,
    fromPanel: true,
    run: async ({ docker, log }) => checkSetup(docker.doctorProbes(), log.info),
  },
  'codeInterpreter.removeOldImages': { run: async ({ docker }) => removeOldImages(docker) },
  'codeInterpreter.buildImage': {
    needsTrust: true,
    disabled: idleOnly,
    fromPanel: true,
    run: async ({ docker }) => buildImage(docker),
  },
  'codeInterpreter.openSettings': {
    fromPanel: true,
    run: async () => vscode.commands.executeCommand('workbench.action.openSettings', 'codeInterpreter'),
  },
  'codeInterpreter.openNetwork': {
    needsTrust: true,
    fromPanel: true,
    run: async ({ interpreter }) => openNetwork(interpreter),
  },
  'codeInterpreter.closeNetwork': {
    fromPanel: true,
    run: async ({ interpreter }) => closeNetwork(interpreter),
  },
  'codeInterpreter.showRequests': {
    fromPanel: true,
    run: async ({ showRequests }) => showRequests(null),
  },
  'codeInterpreter.showLog': {
    fromPanel: true,
    run: async ({ log }) => {
      log.show();
      return Promise.resolve();
    },
  },
};

/** What the panel may run: our own commands marked so, and the editor's page about trust. */
export const PANEL_COMMANDS: ReadonlySet<string> = new Set([
  ...Object.entries(COMMANDS).flatMap(([id, command]) => (command.fromPanel === true ? [id] : [])),
  'workbench.trust.manage',
]);

export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(COMMANDS).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          if (command.needsTrust === true && !vscode.workspace.isTrusted) {
            // The panel says so, too, and goes on when trust is granted.
            await context.places.focus();
            throw untrustedWorkspace();
          }
          const reason = command.disabled?.(context) ?? null;
          if (reason !== null) void vscode.window.showInformationMessage(reason);
          else await command.run(context, ...args);
        } catch (error) {
          context.log.error(id, error);
          // Not awaited: a message waits for the user, the command has ended.
          void showFailure(unexpected(error));
        }
      }),
    ),
  );
}

async function fileVerb(context: CommandContext, intent: Intent): Promise<void> {
  const title = intent === 'chart' ? t('Chart a Data File') : t('Analyze a Data File');
  const files = await activeOrPicked(context.ids, title);
  if (files !== null) await ask(context, intent, files);
}

/** Menus hand over the file that was clicked and, in the explorer, all that are selected. */
async function resourceVerb(context: CommandContext, intent: Intent, args: unknown[]): Promise<void> {
  const [clicked, selected] = args;
  const all = (Array.isArray(selected) ? selected : []).filter((uri) => uri instanceof vscode.Uri);
  const uris = all.length > 0 ? all : clicked instanceof vscode.Uri ? [clicked] : [];
  if (uris.length === 0) {
    await fileVerb(context, intent);
    return;
  }
  const data = uris.filter((uri) => isDataFile(uri.path));
  if (data.length === 0) {
    throw notDataFile(path.basename(uris[0]?.path ?? ''));
  }
  await ask(context, intent, await Promise.all(data.map(async (uri) => known(uri, context.ids))));
}

/** What is selected goes into the composer; the user writes the question. */
async function askSelection({ ids, places }: CommandContext): Promise<void> {
  // Read before the panel takes the focus.
  const selection = activeSelection();
  if (selection === null) throw nothingSelected();
  await places.compose([{ id: ids.addSelection(selection), label: linesOf(selection) }]);
}

async function ask(context: CommandContext, intent: Intent, files: KnownFile[]): Promise<void> {
  await context.places.focus();
  await context.interpreter.ask({ intent, text: '', files });
}
