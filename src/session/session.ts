/** One conversation = one notebook = one sandbox. Knows neither VS Code nor Docker. */
import { join } from 'node:path';
import { NO_SESSION_LIMITS } from '../agent/budget.ts';
import { runTurn, UNATTENDED, type TurnOutcome } from '../agent/loop.ts';
import { mark } from '../agent/privacy.ts';
import { PLAN_NOTE, systemPrompt } from '../agent/prompt.ts';
import { wellFormed } from '../agent/text.ts';
import type { Decision, Proposal } from '../agent/tool.ts';
import { sessionTools } from '../agent/tools.ts';
import { fileHidden, sessionClosed, turnRunning, unexpected, viewOf } from '../failures.ts';
import { CLOSED } from '../kernel/sandbox.ts';
import { encodeNote, encodeRequest } from '../models/blocks.ts';
import { NO_USAGE, type Message } from '../models/model.ts';
import { priceOf, type Price } from '../models/prices.ts';
import type { AttachedImage, NewSessionEvent, SessionEvent, TurnEnd } from '../shared/events.ts';
import { openWords } from '../shared/networkWords.ts';
import type { Artifact, RefusedFile } from '../shared/outputs.ts';
import type { MessageDraft, Privacy } from '../shared/protocol.ts';
import {
  attachedBlocks,
  hasContents,
  keepImages,
  logged,
  named,
  NO_ATTACHMENTS,
  readDocuments,
  readerOf,
  unsentNotice,
  type Attachments,
  type ImageFile,
} from './attachments.ts';
import { Briefing } from './briefing.ts';
import { cautionOf } from './caution.ts';
import { conversation } from './conversation.ts';
import { Decisions } from './decisions.ts';
import { EventLog } from './eventLog.ts';
import { hiddenAmong } from './hiddenFiles.ts';
import { SessionNetwork } from './network.ts';
import { NetworkLedger } from './networkLedger.ts';
import type { SendRequest, SessionActivity, SessionOptions } from './options.ts';
import { MessageQueue, type Queued } from './queue.ts';
import { SessionPackages } from './packages.ts';
import { QueueFile, type KeptMessage } from './queueFile.ts';
import { unsentReleases } from './released.ts';
import {
  closingEvents,
  hasLostVariables,
  latestArtifacts,
  untoldNotices,
  VARIABLES_GONE,
  visibleEvents,
} from './restore.ts';
import { RequestLog, type RecordedRequest } from './requestLog.ts';
import { SandboxKeeper } from './sandboxKeeper.ts';
import { receiptOf, spentSoFar } from './spending.ts';
import { Stop } from './stop.ts';
import { ArtifactStore, TRANSCRIPT } from './store.ts';
import { SessionTitle } from './title.ts';
import { Transcript } from './transcript.ts';

export type { SendRequest, SessionActivity, SessionOptions };

/** How a turn went, and at what price. */
type Answer = Pick<TurnOutcome, 'end' | 'usage' | 'steps'> & { price: Price | null };

const NOTHING_USED: Omit<Answer, 'end'> = { usage: { ...NO_USAGE }, steps: 0, price: null };

const REPLACED =
  'The running code was killed and the sandbox replaced: variables and unsaved files in /outputs are gone.';

type TurnState =
  | { kind: 'idle' }
  | { kind: 'running' | 'stopping'; stop: Stop; ended: Promise<TurnEnd> }
  | { kind: 'closed' };

export class Session {
  readonly id: string;
  readonly naming: SessionTitle;
  /** What code may reach, and what the user opens and closes. */
  readonly network: SessionNetwork;
  private turn: TurnState = { kind: 'idle' };
  private turnCount: number;
  private readonly sandbox: SandboxKeeper;
  private readonly requestLog: RequestLog;
  private readonly decisions = new Decisions(() => this.reportState());
  private readonly queue = new MessageQueue<SendRequest>((waiting) => this.queueFile.write(waiting));
  private readonly queueFile: QueueFile;
  /** Events of a turn that was left behind are not recorded. */
  private liveTurnId: string | null = null;
  private readonly briefing: Briefing;
  private readonly packages: SessionPackages;
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
    this.briefing = new Briefing(log);
    this.ledger = new NetworkLedger({ folder: options.folder, log: (line) => options.log(line) });
    this.network = new SessionNetwork({
      sandbox: options.sandbox,
      settings: async () => options.network?.() ?? CLOSED,
      ledger: this.ledger,
      earlier: log.events,
      push: (event) => log.push(event),
      onChange: () => this.sandbox.networkChanged(),
    });
    this.packages = new SessionPackages({
      log,
      kernel: () => options.sandbox.kernel,
      isOpen: () => this.network.isOpenForPackages,
      print: (line) => options.log(line),
    });
    this.sandbox = new SandboxKeeper(options.sandbox, {
      onState: () => this.reportState(),
      onLost: (sentence) => this.notice('warning', sentence),
      beforeStart: async () => this.network.apply(),
      onFacts: async (facts) => this.network.started(facts),
      furnish: async (facts, onProgress, signal) => this.packages.bring(facts, onProgress, signal),
      network: () => openWords(this.network.state.open.length),
    });
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
    }
    for (const event of closingEvents(restored)) log.push(event);
    if (damage !== null) {
      const text = `Entries of this conversation that could not be read: ${damage.lines}. They are kept in ${damage.copy}.`;
      // An error, not a warning: warnings are told to the model, and a path of the host is not its business.
      log.push({ type: 'notice', level: 'error', text });
    }
    if (hasLostVariables(restored)) log.push({ type: 'notice', level: 'warning', text: VARIABLES_GONE });
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

  private notice(level: 'info' | 'warning' | 'error', text: string): void {
    this.log.push({ type: 'notice', level, text });
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
    if (this.turn.kind !== 'idle') throw turnRunning();
    const stop = new Stop();
    this.turnCount += 1;
    const ended = this.runTurn(`t${this.turnCount}`, request, stop);
    this.turn = { kind: 'running', stop, ended };
    this.reportState();
    return ended;
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

  private async runTurn(turnId: string, request: SendRequest, stop: Stop): Promise<TurnEnd> {
    this.liveTurnId = turnId;
    this.network.turnStarts();
    const plan = this.options.mode?.() === 'plan';
    const { intent, files, attachments = NO_ATTACHMENTS } = request;
    const startedAt = performance.now();
    const text = wellFormed(request.text);
    // Recorded, so that a later change of the setting does not send what was kept back now.
    const withheld = this.options.privacy?.() === 'schema' && hasContents(attachments);
    // A notice of the last moment belongs before the question.
    await this.log.flush();
    const told = untoldNotices(this.log.events);
    const notes = (plan ? [...told, PLAN_NOTE] : told).map(encodeNote);
    const released = await unsentReleases(this.log.events);
    const question: Message = {
      role: 'user',
      content: [...encodeRequest({ intent, text, files, ...named(attachments) }), ...notes, ...released],
      ...mark(this.options.privacy?.() ?? 'full'),
    };
    const contents = { ...logged(attachments), ...(withheld ? { withheld } : {}) };
    this.log.push({ type: 'user_message', turnId, intent, text, files, ...contents });
    this.log.push({ type: 'history', messages: [question] });
    await this.log.flush();
    const failed = (error: unknown): Answer => ({
      ...NOTHING_USED,
      end: stop.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', failure: viewOf(unexpected(error)) },
    });
    const answering = this.answer(turnId, { attachments, withheld, plan }, stop.signal).catch(failed);
    const leftBehind = stop
      .patienceOver()
      .then((): Answer => ({ ...NOTHING_USED, end: { kind: 'stopped' } }));
    const answer = await Promise.race([answering, leftBehind]);
    this.liveTurnId = null;
    await this.log.flush();
    this.closeCells();
    const { usage, price } = answer;
    // A sandbox that was killed is no failure: the user wanted it.
    const end: TurnEnd = stop.isForced ? { kind: 'stopped' } : answer.end;
    // What it was told of files is left out of the conversation with the turn.
    if (end.kind === 'limit' && end.leftOut === true) this.briefing.forget();
    this.network.turnEnded();
    if (end.kind === 'failed') this.options.log(`${turnId}: ${end.failure.code}: ${end.failure.sentence}`);
    const receipt = receiptOf(answer, price, performance.now() - startedAt);
    this.log.push({ type: 'turn_ended', turnId, end, usage, receipt });
    await this.log.flush();
    if (this.turn.kind !== 'closed') this.turn = { kind: 'idle' };
    // What follows from an answer that is missing is the user's to say.
    if (end.kind !== 'finished' || !this.sendQueued('turn')) this.reportState();
    return end;
  }

  private async answer(
    turnId: string,
    { attachments, withheld, plan }: { attachments: Attachments; withheld: boolean; plan: boolean },
    signal: AbortSignal,
  ): Promise<Answer> {
    const model = await this.options.model();
    const reader = await readerOf(model, signal);
    const documents = await readDocuments(attachments.pdfs, reader, withheld);
    const unsent = unsentNotice(attachments, reader, withheld);
    for (const text of unsent === null ? documents.refused : [unsent, ...documents.refused]) {
      this.notice('info', text);
    }
    const now = { turnId, documents: documents.blocks };
    const attached = await attachedBlocks(this.log.events, this.store, reader, now);
    const { id, label } = model;
    this.log.push({ type: 'turn_started', turnId, model: { id, label }, ...(plan ? { plan } : {}) });
    const facts = await this.sandbox.start(signal);
    signal.throwIfAborted();
    const unseen = hiddenAmong(this.log.events, turnId, facts.hidden);
    if (unseen !== null) throw fileHidden(unseen);
    // Nothing leaves the machine with a program that runs on it, so it sees everything.
    const privacy = (): Privacy => (model.provider === null ? 'full' : (this.options.privacy?.() ?? 'full'));
    if (model.provider !== null) {
      await this.briefing.listFolders(facts, privacy());
      await this.briefing.tellNetwork(this.network.state, privacy());
      await this.briefing.tellAll(this.packages.news(privacy()), privacy());
    }
    if (privacy() === 'schema') {
      await this.briefing.describeFiles(turnId, facts, this.options.sandbox.kernel, signal);
    }
    const { cellTimeoutMs, outputLimitBytes, limits, sandbox } = this.options;
    const spending = this.options.spending?.() ?? { limits: NO_SESSION_LIMITS, prices: {} };
    const price = priceOf(spending.prices, model.id);
    const outcome = await runTurn({
      turnId,
      messages: conversation(this.log.events, model.id, attached),
      system: systemPrompt(facts, { cellTimeoutMs, outputLimitBytes, privacy: privacy() }),
      tools: sessionTools({
        kernel: () => sandbox.kernel,
        cellTimeoutMs,
        outputLimitBytes,
        storeArtifacts: async (artifacts, stop) => this.storeArtifacts(artifacts, stop),
        sessionLog: async () => this.log.upToNow(),
        network: this.network,
      }),
      model,
      ...UNATTENDED,
      toolChoice: plan ? 'none' : 'auto',
      effort: this.options.effort?.() ?? null,
      decide: async (proposal, stop) => this.decision(proposal, stop),
      emit: (event) => {
        if (this.liveTurnId === turnId) this.emit(event);
      },
      privacy,
      released: async () => {
        const released = await unsentReleases(await this.log.upToNow());
        if (model.provider === null) return released;
        return [...released, ...this.briefing.networkNews(this.network.state, privacy())];
      },
      onRequest: (body) => this.requestLog.add({ turnId, at: this.options.now(), model: model.id, body }),
      signal,
      limits,
      price,
      session: { limits: spending.limits, spent: spentSoFar(this.log.events) },
      earlier: this.log.events,
    });
    return { ...outcome, price };
  }

  /** The model may see this cell's output from the next request on, whatever the setting. */
  async releaseOutput(cellId: string): Promise<void> {
    const known = this.log.events.some((event) => event.type === 'cell_done' && event.cellId === cellId);
    const done = this.log.events.some((event) => event.type === 'output_released' && event.cellId === cellId);
    if (this.turn.kind === 'closed' || !known || done) return;
    this.log.push({ type: 'output_released', cellId });
    await this.log.flush();
  }

  private async decision({ cellId, purpose, code }: Proposal, signal: AbortSignal): Promise<Decision> {
    if ((this.options.mode?.() ?? 'auto') === 'auto') return { kind: 'run', code };
    this.emit({ type: 'cell_waiting', cellId, purpose, code });
    return this.decisions.on(cellId, signal);
  }

  /** The user's word on a cell that waits for it; false: it does not. */
  decide(cellId: string, decision: Decision): boolean {
    return this.decisions.decide(cellId, decision);
  }

  /** Ends the cells of a turn that was left behind. */
  private closeCells(): void {
    for (const event of closingEvents(this.log.events)) {
      if (event.type !== 'turn_ended') this.emit(event);
    }
  }

  private emit(event: NewSessionEvent): void {
    this.log.push(event);
    if (event.type === 'cell_running') this.sandbox.cellStarted(event.purpose);
    if (event.type === 'cell_done') {
      this.sandbox.cellEnded();
      this.network.cellEnded(event.cellId);
    }
  }

  private async storeArtifacts(
    artifacts: readonly Artifact[],
    signal: AbortSignal,
  ): Promise<{ stored: Artifact[]; refused: RefusedFile[] }> {
    const stored: Artifact[] = [];
    const refused: RefusedFile[] = [];
    for (const artifact of artifacts) {
      const read = async () => this.options.sandbox.readArtifact(artifact.name, artifact.bytes);
      const outcome = await this.store.put(artifact, read, signal);
      if (outcome.kind === 'stored') stored.push(await this.looked(artifact));
      else refused.push({ name: artifact.name, reason: outcome.reason });
    }
    return { stored, refused };
  }

  /** The sandbox's own word on what is in a file is not taken. */
  private async looked({ name, bytes, sha256 }: Artifact): Promise<Artifact> {
    const path = this.store.path(sha256);
    const caution = path === null ? null : await cautionOf(path, name);
    return { name, bytes, sha256, ...(caution === 'formulas' ? { formulas: true } : {}) };
  }

  /**
   * Ends the running turn, the running cell included; resolves when it has ended. By force: the sandbox of a
   * running cell is replaced, and whatever else still runs is left behind.
   */
  async stop({ force = false }: { force?: boolean } = {}): Promise<void> {
    if (this.turn.kind !== 'running' && this.turn.kind !== 'stopping') return;
    const { stop, ended } = this.turn;
    if (this.turn.kind === 'running') {
      this.turn = { kind: 'stopping', stop, ended };
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
    this.notice('warning', REPLACED);
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
    this.notice('warning', 'The sandbox was restarted: variables and unsaved files in /outputs are gone.');
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
