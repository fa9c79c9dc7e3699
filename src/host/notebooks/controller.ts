/**
 * VS Code's own notebooks on our sandbox: a kernel named "Code Interpreter sandbox" for every `.ipynb`. Each notebook
 * has a sandbox of its own, with the image, mounts and limits of a session; closing the notebook removes it.
 */
import * as path from 'node:path';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { containerPathOf } from '../../container/mounts.ts';
import type { HostMount } from '../../container/policy.ts';
import { unexpected, untrustedWorkspace, type Failure } from '../../failures.ts';
import { insideFolder } from '../../insideFolder.ts';
import type { Network, Sandbox } from '../../kernel/sandbox.ts';
import type { NotebookOutput } from '../../session/notebook.ts';
import { NotebookOutputs } from '../../session/notebookOutputs.ts';
import type { Artifact, Language } from '../../shared/outputs.ts';
import { withPageAsPicture } from '../../shared/pdf.ts';
import { planMounts, type Folder } from '../mountPlan.ts';
import { tokenSignal } from '../tokenSignal.ts';
import { endNotes } from './endNotes.ts';
import { NotebookSandbox } from './notebookSandbox.ts';
import { ShownOutputs } from './shownOutputs.ts';
import { t } from '../../shared/l10n.ts';

export const NOTEBOOK_TYPE = 'jupyter-notebook';
const CONTROLLER_ID = 'codeInterpreter.sandbox';
const FLUSH_MS = 60;

const LANGUAGES: Readonly<Record<string, Language>> = {
  python: 'python',
  shellscript: 'bash',
  javascript: 'javascript',
};

export interface NotebooksOptions {
  /** @param workFolder container path of the notebook's folder; null: it is not mounted */
  createSandbox(id: string, mounts: HostMount[], workFolder: string | null): Promise<Sandbox>;
  network(mounts: readonly HostMount[]): Promise<Network>;
  workspaceFolders(): Folder[];
  /** For the files that cells make. */
  storageFolder(): string;
  cellTimeoutMs(): number;
  outputLimitBytes: number;
  report(failure: Failure): void;
  log: (line: string) => void;
}

/** A notebook that has run a cell here. */
interface OpenNotebook {
  sandbox: NotebookSandbox;
  outputs: NotebookOutputs;
  /** By cell; outputs of one can be updated by another. */
  shown: Map<vscode.NotebookCell, ShownOutputs>;
  /** What its cells made, as it is now. */
  files: Map<vscode.NotebookCell, Artifact[]>;
  /** Cells run one after the other. */
  queue: Promise<unknown>;
  stop: AbortController;
}

export class SandboxNotebooks implements vscode.Disposable {
  private readonly controller: vscode.NotebookController;
  private readonly open = new Map<vscode.NotebookDocument, OpenNotebook>();
  private readonly changedFiles = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable;

  constructor(private readonly options: NotebooksOptions) {
    const controller = vscode.notebooks.createNotebookController(
      CONTROLLER_ID,
      NOTEBOOK_TYPE,
      'Code Interpreter sandbox',
      async (cells, notebook) => this.execute(cells, notebook),
    );
    controller.supportedLanguages = Object.keys(LANGUAGES);
    controller.supportsExecutionOrder = true;
    controller.description = t('Docker, files read-only');
    controller.detail = t('Python, bash and JavaScript in a container without a network');
    controller.interruptHandler = async (notebook) => this.interrupt(notebook);
    this.controller = controller;
    this.listeners = vscode.Disposable.from(
      controller,
      this.changedFiles,
      vscode.workspace.onDidCloseNotebookDocument((notebook) => void this.close(notebook)),
      vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
        onDidChangeCellStatusBarItems: this.changedFiles.event,
        provideCellStatusBarItems: (cell) => this.statusItems(cell),
      }),
    );
  }

  /** The live kernel of a notebook; null: no cell of it has run here. */
  kernelOf(notebook: vscode.NotebookDocument): NotebookSandbox['kernel'] {
    return this.open.get(notebook)?.sandbox.kernel ?? null;
  }

  /** What the cells of the active notebook have made, and where its bytes are. */
  filesOf(notebook: vscode.NotebookDocument): {
    files: Artifact[];
    pathOf: (sha256: string) => string | null;
  } {
    const now = this.open.get(notebook);
    const newest = new Map([...(now?.files.values() ?? [])].flat().map((file) => [file.name, file]));
    return { files: [...newest.values()], pathOf: (sha256) => now?.sandbox.pathOf(sha256) ?? null };
  }

  /** New kernels. @throws Failure */
  async restart(notebook: vscode.NotebookDocument): Promise<void> {
    const now = this.open.get(notebook);
    if (now === undefined) return;
    now.stop.abort();
    await now.queue.catch(() => undefined);
    await now.sandbox.restart();
  }

  dispose(): void {
    this.listeners.dispose();
  }

  /** Removes every sandbox. Never rejects. */
  async end(): Promise<void> {
    await Promise.all([...this.open.keys()].map(async (notebook) => this.close(notebook)));
  }

  private async close(notebook: vscode.NotebookDocument): Promise<void> {
    const now = this.open.get(notebook);
    this.open.delete(notebook);
    now?.stop.abort();
    await now?.sandbox.dispose();
  }

  private async interrupt(notebook: vscode.NotebookDocument): Promise<void> {
    const now = this.open.get(notebook);
    now?.stop.abort();
    await now?.queue.catch(() => undefined);
  }

  private opened(notebook: vscode.NotebookDocument): OpenNotebook {
    const known = this.open.get(notebook);
    if (known !== undefined) return known;
    const id = randomUUID();
    const mounts = this.mountsFor(notebook);
    const place = notebook.uri.scheme === 'file' ? path.dirname(notebook.uri.fsPath) : null;
    const workFolder = place === null ? null : containerPathOf(mounts, place);
    const sandbox = new NotebookSandbox({
      create: async () => this.options.createSandbox(id, mounts, workFolder),
      network: async () => this.options.network(mounts),
      folder: path.join(this.options.storageFolder(), id),
      onLost: (sentence) => {
        void vscode.window.showWarningMessage(t`${sentence} The variables of the notebook are gone.`);
      },
      log: this.options.log,
    });
    const fresh: OpenNotebook = {
      sandbox,
      outputs: new NotebookOutputs(),
      shown: new Map(),
      files: new Map(),
      queue: Promise.resolve(),
      stop: new AbortController(),
    };
    this.open.set(notebook, fresh);
    return fresh;
  }

  /** The open folders; a notebook that lies elsewhere sees its own folder, too. */
  private mountsFor({ uri }: vscode.NotebookDocument): HostMount[] {
    const folders = this.options.workspaceFolders();
    if (uri.scheme !== 'file') return planMounts(folders, []);
    const own = path.dirname(uri.fsPath);
    const isInside = folders.some((folder) => insideFolder(folder.path, own) !== null);
    return planMounts(isInside ? folders : [...folders, { path: own, name: path.basename(own) }], []);
  }

  private async execute(cells: vscode.NotebookCell[], notebook: vscode.NotebookDocument): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.options.report(untrustedWorkspace());
      return;
    }
    const now = this.opened(notebook);
    if (now.stop.signal.aborted) now.stop = new AbortController();
    const { signal } = now.stop;
    const executions = cells.map((cell) => ({
      cell,
      execution: this.controller.createNotebookCellExecution(cell),
    }));
    const work = now.queue
      .catch(() => undefined)
      .then(async () => {
        let goesOn = true;
        for (const { cell, execution } of executions) {
          goesOn = (await this.run(now, cell, execution, signal, goesOn)) && goesOn;
        }
      });
    now.queue = work;
    await work;
  }

  /** Whether the cells after it may run. Never rejects. */
  private async run(
    now: OpenNotebook,
    cell: vscode.NotebookCell,
    execution: vscode.NotebookCellExecution,
    signal: AbortSignal,
    mayRun: boolean,
  ): Promise<boolean> {
    execution.start(mayRun && !signal.aborted ? Date.now() : undefined);
    if (!mayRun || signal.aborted) {
      execution.end(undefined);
      return false;
    }
    const own = AbortSignal.any([signal, tokenSignal(execution.token)]);
    const target: NotebookOutput[] = [];
    const receive = now.outputs.receiver(target);
    const shown = new ShownOutputs(target, await import('./outputItems.ts'));
    now.shown.set(cell, shown);
    await execution.clearOutput();
    const flush = new Flush(async () => {
      await shown.update(execution);
      await this.updateOthers(now, cell);
    });
    let isWell = false;
    try {
      await this.started(now, own);
      const { result, stored, refused } = await now.sandbox.run(
        {
          language: LANGUAGES[cell.document.languageId] ?? 'python',
          code: cell.document.getText(),
          timeoutMs: this.options.cellTimeoutMs(),
          outputLimitBytes: this.options.outputLimitBytes,
        },
        (output) => {
          receive('data' in output ? { ...output, data: withPageAsPicture(output.data) } : output);
          flush.soon();
        },
        own,
        (count) => {
          execution.executionOrder = count ?? undefined;
        },
      );
      now.files.set(cell, stored);
      this.changedFiles.fire();
      const hasError = target.some(({ output_type }) => output_type === 'error');
      for (const note of endNotes(result, refused, hasError)) {
        receive({ output_type: 'stream', name: 'stderr', text: `${note}\n` });
      }
      isWell = result.status === 'ok';
    } catch (error) {
      const failure = unexpected(error);
      if (!own.aborted) {
        receive({ output_type: 'error', ename: 'Sandbox', evalue: failure.shown.sentence, traceback: [] });
        this.options.report(failure);
      }
    }
    await flush.now();
    execution.end(isWell, Date.now());
    return isWell;
  }

  /** The first cell of a notebook waits for its sandbox; the window says so. */
  private async started(now: OpenNotebook, signal: AbortSignal): Promise<void> {
    if (now.sandbox.kernel !== null) return;
    const location = vscode.ProgressLocation.Notification;
    const title = 'Code Interpreter';
    await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      progress.report({ message: t('Starting the sandbox') });
      const stop = AbortSignal.any([signal, tokenSignal(token)]);
      await now.sandbox.start(({ message }) => progress.report({ message }), stop);
    });
  }

  /** Displays of other cells that this one has updated. */
  private async updateOthers(now: OpenNotebook, except: vscode.NotebookCell): Promise<void> {
    for (const [cell, shown] of now.shown) {
      if (cell === except || cell.index === -1 || !shown.isOutdated) continue;
      const { executionOrder, success, timing } = cell.executionSummary ?? {};
      const execution = this.controller.createNotebookCellExecution(cell);
      execution.executionOrder = executionOrder;
      execution.start(timing?.startTime);
      await shown.update(execution);
      execution.end(success, timing?.endTime);
    }
  }

  private statusItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const files = this.open.get(cell.notebook)?.files.get(cell) ?? [];
    if (files.length === 0) return [];
    const item = new vscode.NotebookCellStatusBarItem(
      `$(save) ${files.length === 1 ? t`Save ${files[0]?.name ?? ''}` : t`Save ${files.length} files`}`,
      vscode.NotebookCellStatusBarAlignment.Right,
    );
    item.command = {
      command: 'codeInterpreter.saveNotebookFiles',
      title: t('Save Files'),
      arguments: [cell.notebook.uri, cell.index],
    };
    item.tooltip = t('Made in the sandbox: it reaches your folders only when you save it');
    return [item];
  }
}

/** Work that is asked for often and done some times a second, one after the other. */
class Flush {
  private timer: NodeJS.Timeout | null = null;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly work: () => Promise<void>) {}

  soon(): void {
    this.timer ??= setTimeout(() => void this.now(), FLUSH_MS);
  }

  async now(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.last = this.last.then(this.work, this.work);
    await this.last.catch(() => undefined);
  }
}
