/** Composition root: builds the parts, wires them, registers them. No logic. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { HostMount } from './container/policy.ts';
import { PANEL_COMMANDS, registerCommands } from './commands.ts';
import { unexpected } from './failures.ts';
import { Docker } from './host/docker.ts';
import { EngineWatch } from './host/engineWait.ts';
import { exportProblem } from './host/exportSession.ts';
import { FileIds } from './host/fileIds.ts';
import { History } from './host/history.ts';
import { forkShown, offerCopyOfOther } from './host/historyCommands.ts';
import { HostSandbox } from './host/hostSandbox.ts';
import { Interpreter } from './host/interpreter.ts';
import { Log } from './host/log.ts';
import { confirmKeyMove, confirmNewSession, showFailure } from './host/message.ts';
import { ModelChoice } from './host/modelChoice.ts';
import { Modes } from './host/modes.ts';
import { networkFor } from './host/networkSettings.ts';
import { SandboxNotebooks } from './host/notebooks/controller.ts';
import { registerKernelHelp } from './host/notebooks/kernelHelp.ts';
import { DraggedFiles } from './host/draggedFiles.ts';
import { PanelPlaces } from './host/panelPlaces.ts';
import { panelRequests } from './host/panelRequests.ts';
import { Redactor } from './host/redact.ts';
import { RequestDocuments } from './host/requestDocuments.ts';
import { sampleFolder } from './host/sample.ts';
import { ApiKeys } from './host/secrets.ts';
import { Sessions } from './host/sessions.ts';
import { OUTPUT_LIMIT_BYTES, readSettings } from './host/settings.ts';
import { SettingsProblems } from './host/settingsProblems.ts';
import { sharedStorage } from './host/sharedStorage.ts';
import { StatusItem } from './host/statusItem.ts';
import { MountedFiles } from './host/userFiles.ts';
import { ViewProgress } from './host/viewProgress.ts';
import { VersionDocuments } from './host/versionDocuments.ts';
import { findDataFiles, workspaceFolders } from './host/workspaceFiles.ts';
import { useLanguage } from './shared/l10n.ts';

/** For the extension's own tests only. */
export interface TestApi {
  snapshot: Interpreter['snapshot'];
  panelIsLive: () => boolean;
}

let closing: (() => Promise<void>) | null = null;

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  // Before anything is said. Without a bundle for the display language it is English.
  const { bundle } = vscode.l10n;
  useLanguage(bundle === undefined ? null : { tag: vscode.env.language, bundle });
  const redactor = new Redactor();
  const log = new Log(redactor);
  const ids = new FileIds();
  const keys = new ApiKeys(context.secrets, context.globalState, redactor, confirmKeyMove);
  const problems = new SettingsProblems(log.info);
  const settings = () => readSettings(vscode.workspace.getConfiguration('codeInterpreter'), problems.note);
  const models = new ModelChoice(keys, settings, log.info, () => refreshModel());
  const docker = new Docker({
    settings,
    workspaceFolders: () => workspaceFolders().map(({ path }) => path),
    extensionFolder: context.extensionPath,
    storageFolder: context.globalStorageUri.fsPath,
    keys,
    log: log.info,
  });
  const storage = context.storageUri ?? context.globalStorageUri;
  const sessionsRoot = () => path.join(sharedStorage(storage.fsPath), 'sessions');
  const memento = context.storageUri === undefined ? context.globalState : context.workspaceState;
  const modes = new Modes(memento, () => interpreter.stateChanged());
  const sample = async () =>
    sampleFolder(
      path.join(context.extensionPath, 'media', 'sample'),
      path.join(context.globalStorageUri.fsPath, 'sample'),
    );
  const report = (doing: string, error: unknown): void => {
    log.error(doing, error);
    void showFailure(unexpected(error));
  };

  const engine = new EngineWatch(
    async () => docker.check(),
    (state) => {
      interpreter.stateChanged();
      if (state === 'present')
        docker.removeLeftovers().catch((error: unknown) => log.error('leftovers', error));
    },
  );
  const networkOf = async (mounts: readonly HostMount[]) =>
    networkFor(
      settings().network,
      mounts.map(({ source }) => source),
      async () => docker.packages.rules(),
    );
  const notebooks = new SandboxNotebooks({
    createSandbox: async (...args) => docker.createSandbox(...args),
    network: networkOf,
    workspaceFolders,
    storageFolder: () => path.join(storage.fsPath, 'notebooks'),
    cellTimeoutMs: () => settings().cellTimeoutMs,
    outputLimitBytes: OUTPUT_LIMIT_BYTES,
    report: (failure) => report('a notebook', failure),
    log: log.info,
  });
  const sessions: Sessions = new Sessions({
    root: sessionsRoot,
    pointer: {
      get: () => memento.get<string>('codeInterpreter.session'),
      set: async (id) => memento.update('codeInterpreter.session', id),
    },
    workspaceFolders,
    sampleFolder: sample,
    createSandbox: (...args) =>
      new HostSandbox({
        create: async () => docker.createSandbox(...args),
        onEngineLost: (failure) => engine.lost(failure),
        onEngineFound: () => engine.found(),
      }),
    sessionOptions: (id, mounts) => {
      const { cellTimeoutMs, turn } = settings();
      return {
        model: async () => models.choose(),
        mode: () => modes.current,
        effort: () => settings().effort,
        cellTimeoutMs,
        outputLimitBytes: OUTPUT_LIMIT_BYTES,
        limits: turn,
        spending: () => ({ limits: settings().session, prices: settings().prices }),
        privacy: () => settings().privacy,
        network: async () => networkOf(mounts),
        userFiles: new MountedFiles(mounts),
        onEvents: (events) => interpreter.sessionEvents(id, events),
        onState: () => interpreter.stateChanged(),
        log: log.info,
      };
    },
    onSwitched: (current) => interpreter.switched(current),
    onRestoreFailed: (error) => report('restoring the last session', error),
    onFresh: () => {
      offerCopyOfOther({ history, interpreter, places }).catch((error: unknown) => report('a copy', error));
    },
  });
  const interpreter: Interpreter = new Interpreter({
    sessions,
    engine,
    isTrusted: () => vscode.workspace.isTrusted,
    modelState: async () => models.state(),
    modes,
    privacy: () => settings().privacy,
    dataFiles: async () => findDataFiles(ids),
    confirmNewSession,
    emit: (event) => places.send(event),
    report: (failure) => report('a turn', failure),
  });
  const history = new History({
    root: sessionsRoot,
    sessions,
    isRunning: () => interpreter.isRunning,
    now: Date.now,
  });
  history.sweep(settings().retentionDays).catch((error: unknown) => log.error('sweeping the history', error));
  const requests = new RequestDocuments(sessions);
  const showRequests = async (turnId: string | null) => requests.show(turnId);
  const versions = new VersionDocuments(() => sessions.now?.session ?? null);
  const dragged = new DraggedFiles(
    (file) => places.windowUri(file),
    (error) => log.error('a copy of a dragged file', error),
  );
  const places: PanelPlaces = new PanelPlaces({
    extensionUri: context.extensionUri,
    handlers: panelRequests({
      interpreter,
      sessions,
      ids,
      allowedCommands: PANEL_COMMANDS,
      openedFolder: () => path.join(storage.fsPath, 'opened'),
      dragged,
      runCommand: async (command) => vscode.commands.executeCommand(command),
      forkShown: async (turnId) => forkShown({ history, interpreter }, turnId),
      versions,
      protectedFiles: () => settings().protectedFiles,
      showRequests,
    }),
    log: log.info,
    onVisible: (visible) => engine.setWanted(visible && vscode.workspace.isTrusted),
  });
  const status = new StatusItem();
  const progress = new ViewProgress();
  interpreter.onState((state) => {
    status.update(state);
    progress.update(state);
    void vscode.commands.executeCommand('setContext', 'codeInterpreter.turnRunning', state.turn !== 'idle');
    void vscode.commands.executeCommand(
      'setContext',
      'codeInterpreter.canExport',
      exportProblem(sessions.now) === null,
    );
  });
  const refreshModel = (): void =>
    void interpreter.refreshModel().catch((error: unknown) => log.error('the model', error));

  context.subscriptions.push(
    log,
    engine,
    dragged,
    places,
    status,
    progress,
    places.register(),
    requests,
    versions,
    notebooks,
    registerKernelHelp(notebooks),
    registerCommands({
      interpreter,
      sessions,
      history,
      places,
      ids,
      log,
      docker,
      keys,
      models,
      settings,
      sampleFolder: sample,
      notebooks,
      showRequests,
    }),
    context.secrets.onDidChange(refreshModel),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('codeInterpreter')) refreshModel();
      if (event.affectsConfiguration('codeInterpreter.network')) void interpreter.networkChanged();
      if (event.affectsConfiguration('codeInterpreter.apiBaseUrl') && vscode.workspace.isTrusted) {
        void models.addressChanged().then(refreshModel);
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      engine.setWanted(places.isVisible);
      refreshModel();
    }),
  );
  closing = async () => {
    await Promise.all([sessions.dispose(), notebooks.end()]);
  };
  if (context.extensionMode !== vscode.ExtensionMode.Test) return undefined;
  return { snapshot: async () => interpreter.snapshot(), panelIsLive: () => places.isLive };
}

/** VS Code waits for it (some seconds): the sandbox is removed before the window is gone. */
export async function deactivate(): Promise<void> {
  await closing?.();
}
