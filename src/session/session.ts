/** One conversation = one notebook = one sandbox. Knows neither VS Code nor Docker. */
import { join } from 'node:path';
import type { Decision } from '../agent/tool.ts';
import { sessionClosed, turnRunning, unexpected } from '../failures.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { CLOSED } from '../kernel/sandbox.ts';
import type { AttachedImage, NewSessionEvent, SessionEvent, TurnEnd } from '../shared/events.ts';
import { openWords } from '../shared/networkWords.ts';
import type { Artifact } from '../shared/outputs.ts';
import type { MessageDraft } from '../shared/protocol.ts';
import { AttachedFiles } from './attachedFiles.ts';
import { keepImages, type ImageFile } from './attachments.ts';
import { CellNames, namesFrom } from './cellNames.ts';
import { SessionChanges } from './changes/sessionChanges.ts';
import { CellRunner, chosenCells, type RunEnd, type WhichCells } from './cellRun.ts';
import { Cells } from './cells.ts';
import { SessionData } from './data.ts';
import { Decisions } from './decisions.ts';
import { keepEnvironment } from './environment.ts';
import { EventLog } from './eventLog.ts';
import { SessionNetwork } from './network.ts';
import { NetworkLedger } from './networkLedger.ts';
import type { SendRequest, SessionActivity, SessionOptions } from './options.ts';
import { MessageQueue, type Queued } from './queue.ts';
import { SessionPackages } from './packages.ts';
import { QueueFile, type KeptMessage } from './queueFile.ts';
import { canBeReleased } from './released.ts';
import { closingEvents, hasLostVariables, latestArtifacts, variablesGone, visibleEvents } from './restore.ts';
import { RequestLog, type RecordedRequest } from './requestLog.ts';
import { SandboxKeeper } from './sandboxKeeper.ts';
import { Stop } from './stop.ts';
import { ArtifactStore, TRANSCRIPT } from './store.ts';
import { SessionTitle } from './title.ts';
import { Transcript } from './transcript.ts';
import { TurnRunner } from './turn.ts';
import { SessionVersions } from './versions.ts';
import { notice } from './notices.ts';
import { t, words, type Said } from '../shared/l10n.ts';

export type { SendRequest, SessionActivity, SessionOptions, WhichCells };

const replaced = () =>
  words(
    'The running code was killed and the sandbox replaced: variables and unsaved files in /outputs are gone.',
  );

type TurnState =
  | { kind: 'idle' }
  | { kind: 'running' | 'stopping'; what: 'turn' | 'run'; stop: Stop; ended: Promise<TurnEnd | RunEnd> }
  | { kind: 'closed' };

export class Session {
  readonly id: string;
  readonly naming: SessionTitle;
  /** What code may reach, and what the user opens and closes. */
  readonly network: SessionNetwork;
  readonly data = new SessionData(() => (this.sandbox.isUp ? this.options.sandbox.kernel : null));
  private turn: TurnState = { kind: 'idle' };
  private turnCount: number;
  private readonly sandbox: SandboxKeeper;
  private readonly requestLog: RequestLog;
  private readonly decisions = new Decisions(() => this.reportState());
  private readonly queue = new MessageQueue<SendRequest>((waiting) => this.queueFile.write(waiting));
  private readonly queueFile: QueueFile;
  private readonly turns: TurnRunner;
  private readonly runs: CellRunner;
  private readonly names: CellNames;
  private runCount: number;
  /** What the user does to the notebook. */
  readonly cells: Cells;
  /** What the user does with kept versions of files. */
  readonly versions: SessionVersions;
  /** What code proposes for the user's own files. */
  readonly changes: SessionChanges;
  private readonly ledger: NetworkLedger;

  private constructor(
    private readonly options: SessionOptions,
    private readonly log: EventLog,
    private readonly store: ArtifactStore,
    kept: { file: QueueFile; messages: readonly KeptMessage[] },
  ) {
    this.queueFile = kept.file;
    this.queue.restore(kept.messages);
    const started = log.events.find((event) => event.type === 'session_started');
    this.id = started?.sessionId ?? options.id;
    this.turnCount = log.events.filter(({ type }) => type === 'user_message').length;
    this.requestLog = new RequestLog({ folder: options.folder, log: (line) => options.log(line) });
    this.naming = new SessionTitle(log, options.title, () => this.reportState());
    this.ledger = new NetworkLedger({ folder: options.folder, log: (line) => options.log(line) });
    this.network = new SessionNetwork({
      sandbox: options.sandbox,
      settings: async () => options.network?.() ?? CLOSED,
      ledger: this.ledger,
      earlier: log.events,
      push: (event) => log.push(event),
      onChange: () => this.sandbox.networkChanged(),
    });
    const packages = new SessionPackages({
      log,
      kernel: () => options.sandbox.kernel,
      isOpen: () => this.network.isOpenForPackages,
      print: (line) => options.log(line),
    });
    const attachedFiles = new AttachedFiles({
      log,
      store,
      kernel: () => options.sandbox.kernel,
      print: (line) => options.log(line),
    });
    this.sandbox = new SandboxKeeper(options.sandbox, {
      onState: () => this.reportState(),
      onLost: (sentence) => this.notice('warning', sentence),
      beforeStart: async () => this.network.apply(),
      onFacts: async (facts) => keepEnvironment(options, facts, this.network.started(facts)),
      furnish: async (facts, onProgress, signal) => {
        await attachedFiles.bring(facts, signal);
        await packages.bring(facts, onProgress, signal);
      },
      network: () => openWords(this.network.state.open.length),
    });
    const { sandbox, network, decisions, requestLog } = this;
    const emit = (event: NewSessionEvent): void => this.emit(event);
    const add = async (event: NewSessionEvent): Promise<void> => {
      log.push(event);
      await log.flush();
    };
    const events = async () => log.upToNow();
    this.changes = new SessionChanges({ events, store, add, userFiles: options.userFiles });
    const parts = { options, log, store, sandbox, network, emit, changes: this.changes };
    this.turns = new TurnRunner({ ...parts, packages, decisions, requestLog });
    this.names = new CellNames(
      log,
      namesFrom(() => options.sandbox.kernel),
    );
    this.runs = new CellRunner(parts, this.names);
    this.runCount = log.events.filter(({ type }) => type === 'run_started').length;
    this.cells = new Cells(log);
    this.versions = new SessionVersions({
      events,
      path: (sha256) => store.path(sha256),
      kernel: async () => this.kernelForFiles(),
      add,
    });
  }

  /** Between the cells: a file must not change under code that works on it. */
  private async kernelForFiles(): Promise<Kernel> {
    if (this.turn.kind === 'closed') throw sessionClosed();
    if (this.turn.kind !== 'idle') throw turnRunning(this.turn.what);
    await this.sandbox.start();
    return this.options.sandbox.kernel;
  }

  /**
   * New, or restored from its folder. Restored: a turn that was cut is closed, and a notice says that variables
   * are gone if cells ran; messages that waited are in the queue, unsent. The sandbox is not started. `onEvents` is not called for what `events()` then gives.
   * @throws Failure when the folder cannot be written or was written by a newer version.
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { transcript, events: restored, damage } = await Transcript.open(join(options.folder, TRANSCRIPT));
    const store = await ArtifactStore.open(options.folder).catch(async (error: unknown) => {
      await transcript.close();
      throw error;
    });
    let opened = false;
    const log = new EventLog({
      transcript,
      restored,
      now: () => options.now(),
      onEvents: (events) => {
        if (opened) options.onEvents(events);
      },
      log: (line) => options.log(line),
    });
    if (!restored.some(({ type }) => type === 'session_started')) {
      log.push({ type: 'session_started', sessionId: options.id, title: options.title });
      for (const event of options.beginning ?? []) log.push(event);
    }
    for (const event of closingEvents(restored)) log.push(event);
    if (damage !== null) {
      const text = words`Entries of this conversation that could not be read: ${damage.lines}. They are kept in ${damage.copy}.`;
      // An error, not a warning: warnings are told to the model, and a path of the host is not its business.
      log.push(notice('error', text));
    }
    if (hasLostVariables(restored)) log.push(notice('warning', variablesGone()));
    await log.flush();
    opened = true;
    const file = new QueueFile(options.folder, (line) => options.log(line));
    return new Session(options, log, store, { file, messages: await file.read() });
  }

  /** The log so far without `history` events; superseded `cell_code` events are left out. */
  events(): SessionEvent[] {
    return visibleEvents(this.log.events);
  }

  get title(): string {
    return this.naming.current;
  }

  get activity(): SessionActivity {
    return { turn: this.shownTurn(), sandbox: this.sandbox.state, network: this.network.state };
  }

  private shownTurn(): SessionActivity['turn'] {
    if (this.turn.kind === 'closed') return 'idle';
    return this.turn.kind === 'running' && this.decisions.isWaiting ? 'deciding' : this.turn.kind;
  }

  private reportState(): void {
    this.options.onState(this.activity);
  }

  private notice(level: 'info' | 'warning' | 'error', said: Said): void {
    this.log.push(notice(level, said));
  }

  /**
   * Starts the sandbox ahead of the first question, or again after a failure; the state tells how it goes.
   * Never rejects.
   */
  async warmUp(): Promise<void> {
    if (this.turn.kind === 'closed') return;
    await this.sandbox
      .start()
      .catch((error: unknown) => this.options.log(`warm-up: ${unexpected(error).sentence}`));
  }

  /**
   * Runs one turn; resolves when it has ended, also when it failed.
   * @throws Failure `turn-running` while another turn runs; `session-closed` after dispose.
   */
  async send(request: SendRequest): Promise<TurnEnd> {
    if (this.turn.kind === 'closed') throw sessionClosed();
    if (this.turn.kind !== 'idle') throw turnRunning(this.turn.what);
    this.turnCount += 1;
    const turnId = `t${this.turnCount}`;
    return this.occupied('turn', async (stop) => this.turns.run(turnId, request, stop));
  }

  /**
   * Runs cells of the notebook outside of a turn, which nobody is asked about: the user did. Resolves when they have
   * ended, also when one failed.
   * @throws Failure `turn-running` while a turn or another run goes on; `cell-unknown`, `nothing-to-run`; `session-closed`.
   */
  async runCells(which: WhichCells, { restart = false }: { restart?: boolean } = {}): Promise<RunEnd> {
    if (this.turn.kind === 'closed') throw sessionClosed();
    if (this.turn.kind !== 'idle') throw turnRunning(this.turn.what);
    const cellIds = chosenCells(this.log.events, which);
    this.runCount += 1;
    const runId = `r${this.runCount}`;
    return this.occupied('run', async (stop) => this.runs.run(runId, { cellIds, restart }, stop));
  }

  /** One thing at a time uses the sandbox. */
  private async occupied<End extends TurnEnd | RunEnd>(
    what: 'turn' | 'run',
    work: (stop: Stop) => Promise<End>,
  ): Promise<End> {
    const stop = new Stop();
    const ended = this.finish(work(stop));
    this.turn = { kind: 'running', what, stop, ended };
    this.reportState();
    return ended;
  }

  private async finish<End extends TurnEnd | RunEnd>(working: Promise<End>): Promise<End> {
    const end = await working;
    if (this.turn.kind !== 'closed') this.turn = { kind: 'idle' };
    // What follows from an answer that is missing, or from cells that failed, is the user's to say.
    if (end.kind !== 'finished' || !this.sendQueued('turn')) this.reportState();
    return end;
  }

  /** A message for later; returns its id. It is sent when the turns before it have finished. */
  enqueue(request: SendRequest, draft: MessageDraft): string {
    if (this.turn.kind === 'closed') throw sessionClosed();
    const id = this.queue.add(request, draft);
    this.reportState();
    return id;
  }

  /** Takes a message back; null: it was sent. */
  unqueue(id: string): Queued<SendRequest> | null {
    const taken = this.queue.take(id);
    this.reportState();
    return taken;
  }

  get queued(): readonly Queued<SendRequest>[] {
    return this.queue.waiting;
  }

  /** Sends the oldest message of the queue and returns; false: there is none, or a turn runs. */
  sendQueued(by: 'hand' | 'turn' = 'hand'): boolean {
    if (this.turn.kind !== 'idle') return false;
    const next = this.queue.next(by);
    if (next === null) return false;
    this.send(next.request).catch((error: unknown) =>
      this.options.log(`a queued message: ${unexpected(error).sentence}`),
    );
    return true;
  }

  /** The model may see this cell's output from the next request on, whatever the setting. */
  async releaseOutput(cellId: string): Promise<void> {
    if (this.turn.kind === 'closed' || !canBeReleased(this.log.events, cellId)) return;
    this.log.push({ type: 'output_released', cellId });
    await this.log.flush();
  }

  /** The user's word on a cell that waits for it; false: it does not. */
  decide(cellId: string, decision: Decision): boolean {
    return this.decisions.decide(cellId, decision);
  }

  private emit(event: NewSessionEvent): void {
    this.log.push(event);
    if (event.type === 'cell_running') this.sandbox.cellStarted(event.purpose || t('Running a cell'));
    if (event.type === 'cell_done') {
      this.sandbox.cellEnded();
      this.network.cellEnded(event.cellId);
      this.names.ended(event.cellId);
    }
  }

  /**
   * Ends the running turn or run, the running cell included; resolves when it has ended. By force: the sandbox of a
   * running cell is replaced, and whatever else still runs is left behind.
   */
  async stop({ force = false }: { force?: boolean } = {}): Promise<void> {
    if (this.turn.kind !== 'running' && this.turn.kind !== 'stopping') return;
    const { what, stop, ended } = this.turn;
    if (this.turn.kind === 'running') {
      this.turn = { kind: 'stopping', what, stop, ended };
      stop.ask();
      this.reportState();
    }
    if (force && !stop.isForced) {
      stop.insist();
      if (this.sandbox.state.kind === 'busy') this.replaceSandbox();
    }
    await ended;
  }

  private replaceSandbox(): void {
    this.notice('warning', replaced());
    this.sandbox
      .reset()
      .catch((error: unknown) => this.options.log(`after a forced stop: ${unexpected(error).sentence}`));
  }

  /**
   * Stops the turn, throws the container away, starts a new one; a notice tells the user, and the model.
   * @throws Failure when the new one does not start; the state says so, too.
   */
  async restartSandbox(): Promise<void> {
    if (this.turn.kind === 'closed') throw sessionClosed();
    await this.stop();
    await this.sandbox.reset();
    this.notice(
      'warning',
      words('The sandbox was restarted: variables and unsaved files in /outputs are gone.'),
    );
    await this.log.flush();
  }

  /** Puts pictures of a message to come into the store. @throws Failure `bad-image` when one cannot be kept */
  async keepImages(images: readonly ImageFile[]): Promise<AttachedImage[]> {
    return keepImages(this.store, images);
  }

  /** What the model saw in a turn, or (null) in the session, as far as it is kept. */
  async requests(turnId: string | null): Promise<RecordedRequest[]> {
    return this.requestLog.read(turnId);
  }

  /** Path of an artifact's bytes on the host, or null when this session has none of that hash. */
  artifactPath(sha256: string): string | null {
    return this.store.path(sha256);
  }

  /** The newest version of each file, in the order of first appearance. */
  artifacts(): Artifact[] {
    return latestArtifacts(this.log.events);
  }

  /** Stops the turn, removes the sandbox, closes the log. Idempotent; never rejects. */
  async dispose(): Promise<void> {
    if (this.turn.kind === 'closed') return;
    const stopped = this.stop();
    this.turn = { kind: 'closed' };
    // The container goes at once: a cell that does not stop must not keep the window from closing.
    await this.sandbox.dispose();
    await stopped.catch(() => undefined);
    await Promise.all([this.requestLog.flush(), this.queueFile.flush(), this.ledger.flush()]);
    await this.log.close();
  }
}
