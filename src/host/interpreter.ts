/**
 * The extension's middle: what the user asks for, from a menu, a command or the panel, becomes a turn of the
 * current session; what happens becomes events for the panel. No VS Code in here.
 */
import type { Decision } from '../agent/tool.ts';
import { containerPathOf } from '../container/mounts.ts';
import { turnRunning, untrustedWorkspace, unexpected, viewOf, type Failure } from '../failures.ts';
import type { SendRequest, Session, WhichCells } from '../session/session.ts';
import { notebookCells } from '../shared/cellOrder.ts';
import type { HowLong } from '../session/network.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { NetworkRule } from '../shared/network.ts';
import type {
  HostEvent,
  MessageDraft,
  Mode,
  ModelState,
  PanelState,
  Privacy,
  SandboxState,
  SessionView,
} from '../shared/protocol.ts';
import { asked, draftAgain, type AskRequest } from './asked.ts';
import { sleep, type EngineWatch } from './engineWait.ts';
import type { FileIds, KnownFile } from './fileIds.ts';
import { suggestionsFor } from './dataFiles.ts';
import type { Modes } from './modes.ts';
import { attemptedRule } from './networkAttempts.ts';
import { workspaceSources, type OpenSession, type Sessions } from './sessions.ts';
import { StopPresses } from '../shared/stopPresses.ts';
import { t } from '../shared/l10n.ts';

export interface InterpreterOptions {
  sessions: Sessions;
  engine: EngineWatch;
  isTrusted(): boolean;
  modelState(): Promise<ModelState>;
  modes: Pick<Modes, 'current' | 'set' | 'leavePlan'>;
  /** What the model may see, as it is set now. Absent: everything. */
  privacy?(): Privacy;
  /** Data files for the empty state, best first. */
  dataFiles(): Promise<KnownFile[]>;
  /** The user is told that a new session is needed, and agrees. */
  confirmNewSession(reason: string): Promise<boolean>;
  /** To the panel, if one is open. */
  emit(event: HostEvent): void;
  /** Failures of turns and of background work that belong to nobody's call. */
  report(failure: Failure): void;
}

const GO_AHEAD = 'Go ahead with this plan.';

export class Interpreter {
  private model: ModelState | null = null;
  private modelRefreshes = 0;
  private suggestions: PanelState['suggestions'] = [];
  private readonly stateListeners = new Set<(state: PanelState) => void>();
  private readonly presses = new StopPresses();

  constructor(private readonly options: InterpreterOptions) {}

  /** Everything the panel shows at first. */
  async snapshot(): Promise<{ state: PanelState; events: SessionEvent[]; view?: SessionView }> {
    const current = await this.options.sessions.current();
    if (this.model === null) await this.refreshModel();
    return { state: this.stateOf(current), ...shownOf(current) };
  }

  /** Called with each change of what the status line and the commands depend on. */
  onState(listener: (state: PanelState) => void): void {
    this.stateListeners.add(listener);
  }

  /** Of the session that is shown; null: none is open yet. */
  get sessionId(): string | null {
    return this.options.sessions.now?.session.id ?? null;
  }

  get isRunning(): boolean {
    return (this.options.sessions.now?.session.activity.turn ?? 'idle') !== 'idle';
  }

  /**
   * Starts a turn and returns; its end is told by events. While one runs, the message is queued. False: the user
   * did not agree to a new session.
   * @param draft the message as the composer held it, for when it is taken back out of the queue.
   * @throws Failure when it cannot start: not trusted, the file is gone.
   */
  async ask(request: AskRequest, draft?: MessageDraft): Promise<boolean> {
    if (!this.options.isTrusted()) throw untrustedWorkspace();
    const current = await this.sessionFor(request.files.map(({ path }) => path));
    if (current === null) return false;
    const { files, attachments } = await asked(current, request);
    const { intent, text } = request;
    const message = { intent, text, files, attachments };
    // Looked at last: a turn may have ended while the attachments were read.
    if (this.isRunning) current.session.enqueue(message, draft ?? { text, files: [], images: [] });
    else await this.startTurn(current.session, message);
    return true;
  }

  /** Takes a message out of the queue; null: it has been sent. @param ids gives its files new ids after a reload. */
  unqueue(id: string, ids: FileIds): MessageDraft | null {
    const current = this.options.sessions.now;
    const taken = current?.session.unqueue(id) ?? null;
    if (current === null || taken === null) return null;
    return taken.unsent === true ? draftAgain(taken, current.mounts, ids) : taken.draft;
  }

  /** False: nothing waits, or a turn runs. */
  sendQueued(): boolean {
    if (!this.options.isTrusted()) throw untrustedWorkspace();
    return this.options.sessions.now?.session.sendQueued() ?? false;
  }

  /** The user's word on a cell; false: it does not wait for it. */
  decide(cellId: string, decision: Decision): boolean {
    return this.options.sessions.now?.session.decide(cellId, decision) ?? false;
  }

  /** What can be done to the cells of the current session. @throws Failure `untrusted` */
  async cells(): Promise<Session['cells']> {
    this.checkTrust();
    return (await this.options.sessions.current()).session.cells;
  }

  /** The session has code that can be run again. */
  get hasCells(): boolean {
    const events = this.options.sessions.now?.session.events() ?? [];
    return notebookCells(events).some(({ phase, code }) => phase !== 'dropped' && code.trim() !== '');
  }

  /**
   * Starts a run of cells and returns; its end is told by events.
   * @throws Failure when it cannot start: not trusted, `turn-running`, `cell-unknown`, `nothing-to-run`.
   */
  async runCells(which: WhichCells, { restart }: { restart: boolean }): Promise<void> {
    this.checkTrust();
    const { session } = await this.options.sessions.current();
    await this.begun(session, async () => session.runCells(which, { restart }));
  }

  async setMode(mode: Mode): Promise<void> {
    await this.options.modes.set(mode);
  }

  /** Does what the last answer planned. False: it was no plan. @throws Failure `turn-running` */
  async runPlan(): Promise<boolean> {
    if (!this.options.isTrusted()) throw untrustedWorkspace();
    if (this.isRunning) throw turnRunning();
    const { session } = await this.options.sessions.current();
    const events = session.events();
    const question = events.findLast((event) => event.type === 'user_message');
    const answer = events.findLast((event) => event.type === 'turn_started');
    if (question === undefined || answer?.plan !== true || answer.turnId !== question.turnId) return false;
    await this.options.modes.leavePlan();
    const { intent, files } = question;
    // The analyst reads each question for itself, so it gets the same once more.
    const text = (this.model?.provider ?? null) === null ? question.text : GO_AHEAD;
    await this.startTurn(session, { intent, text, files });
    return true;
  }

  /** @param force the second Stop: what still runs is killed, variables are gone. */
  async stop({ force = false }: { force?: boolean } = {}): Promise<void> {
    await this.options.sessions.now?.session.stop({ force });
  }

  /** By key, or from the palette: the second time by force. */
  async stopPressed(): Promise<void> {
    const stopping = this.options.sessions.now?.session.activity.turn === 'stopping';
    await this.stop({ force: this.presses.press(stopping, performance.now()) });
  }

  /** False: a turn is running, and the user would rather keep it. */
  async newSession(): Promise<boolean> {
    const queued = this.options.sessions.now?.session.queued.length ?? 0;
    const stops =
      t('The answer that is being worked on will be stopped.') +
      (queued > 0 ? ` ${t('The messages that wait are dropped.')}` : '');
    if (this.isRunning && !(await this.options.confirmNewSession(stops))) return false;
    await this.options.sessions.startNew();
    return true;
  }

  /** Makes sure that the current session is one that sees the bundled sample only. False: not agreed to. */
  async sampleSession(): Promise<boolean> {
    if (!this.options.isTrusted()) throw untrustedWorkspace();
    const current = await this.options.sessions.current();
    if (current.sources.kind === 'sample') return true;
    const reason = t('The sample data is looked at in a session of its own.');
    if (!isFresh(current.session) && !(await this.options.confirmNewSession(reason))) return false;
    await this.options.sessions.startNew({ kind: 'sample', files: [] });
    return true;
  }

  async restartSandbox(): Promise<void> {
    if (!this.options.isTrusted()) throw untrustedWorkspace();
    const { session } = await this.options.sessions.current();
    await session.restartSandbox();
  }

  /** @throws Failure `cannot-open-host` when code of this session never tried to reach it */
  async allowAttempted(place: { host: string; port: number }, how: HowLong): Promise<void> {
    const rule = attemptedRule(await this.events(), place);
    await this.allowHost(rule, how);
  }

  /** @throws Failure `untrusted` */
  checkTrust(): void {
    if (!this.options.isTrusted()) throw untrustedWorkspace();
  }

  async events(): Promise<readonly SessionEvent[]> {
    return (await this.options.sessions.current()).session.events();
  }

  /** Resolves when it is open, or a notice in the conversation says why not. */
  async allowHost(rule: NetworkRule, how: HowLong): Promise<void> {
    this.checkTrust();
    await (await this.options.sessions.current()).session.network.allow(rule, how);
  }

  /** @param rules as the state names them; null: all that is open in this session */
  async closeHosts(rules: readonly string[] | null): Promise<void> {
    await this.options.sessions.now?.session.network.close(rules);
  }

  /** The settings of the network have changed. @param again a rule of them that counts again, if it was closed here */
  async networkChanged(again: NetworkRule | null = null): Promise<void> {
    const network = this.options.sessions.now?.session.network;
    await (again === null ? network?.apply() : network?.trustSettings(again));
  }

  /** Where the reader is; of a session that is not shown any more it comes too late. */
  keepView(sessionId: string, view: SessionView): void {
    const current = this.options.sessions.now;
    if (current?.session.id === sessionId) current.view.keep(view);
  }

  /** Events of the current session, already on disk. */
  sessionEvents(sessionId: string, events: SessionEvent[]): void {
    if (this.options.sessions.now?.session.id === sessionId) this.options.emit({ type: 'events', events });
  }

  switched(current: OpenSession): void {
    const state = this.stateOf(current);
    this.options.emit({ type: 'reset', state, ...shownOf(current) });
    this.tell(state);
  }

  /** Sandbox, turn, trust or engine changed. */
  stateChanged(): void {
    const current = this.options.sessions.now;
    if (current === null) return;
    const state = this.stateOf(current);
    this.options.emit({ type: 'state', state });
    this.tell(state);
  }

  async refreshModel(): Promise<void> {
    const turn = ++this.modelRefreshes;
    const state = await this.options.modelState();
    // The key or a setting has changed again meanwhile: the later look counts.
    if (turn !== this.modelRefreshes && this.model !== null) return;
    this.model = state;
    await this.refreshSuggestions();
  }

  async refreshSuggestions(): Promise<void> {
    // No file of an untrusted workspace is looked at.
    const files = this.options.isTrusted() ? await this.options.dataFiles() : [];
    this.suggestions = suggestionsFor(files, (this.model?.provider ?? null) !== null);
    this.stateChanged();
  }

  /**
   * The current session if it sees all the files; else a new one that does. A session in which nothing was
   * asked is replaced without a question.
   */
  private async sessionFor(paths: string[]): Promise<OpenSession | null> {
    const { sessions } = this.options;
    const current = await sessions.current();
    const unseen = paths.filter((path) => containerPathOf(current.mounts, path) === null);
    if (unseen.length === 0) return current;
    const reason =
      current.sources.kind === 'sample'
        ? t('This session sees the sample data only.')
        : t('This session cannot see that file: it lies outside the folders it was given.');
    if (!isFresh(current.session) && !(await this.options.confirmNewSession(reason))) return null;
    const fresh = await sessions.startNew(workspaceSources([]));
    const outside = paths.filter((path) => containerPathOf(fresh.mounts, path) === null);
    return outside.length === 0 ? fresh : sessions.startNew(workspaceSources([...new Set(outside)]));
  }

  private async startTurn(session: Session, request: SendRequest): Promise<void> {
    await this.begun(session, async () => session.send(request));
  }

  /** Resolves when the turn or run goes on (or has ended); rejects when the session refused it. */
  private async begun(session: Session, begin: () => Promise<unknown>): Promise<void> {
    const wasIdle = session.activity.turn === 'idle';
    let settled = false;
    const ended = begin().finally(() => (settled = true));
    ended.catch(() => undefined);
    while (wasIdle && !settled && session.activity.turn === 'idle') await sleep(5);
    if (settled || !wasIdle) await ended;
    else ended.catch((error: unknown) => this.options.report(unexpected(error)));
  }

  private stateOf({ session }: OpenSession): PanelState {
    const { turn, sandbox, network } = session.activity;
    return {
      sessionId: session.id,
      title: session.title,
      trusted: this.options.isTrusted(),
      turn,
      sandbox: this.shownSandbox(sandbox),
      model: this.model ?? { id: '', label: '', provider: null, hasKey: false },
      suggestions: this.suggestions,
      mode: this.options.modes.current,
      privacy: this.options.privacy?.() ?? 'full',
      queue: session.queued.map(({ id, draft: { text, files, images }, unsent }) => ({
        id,
        text,
        labels: [...files.map(({ label }) => label), ...images.map(({ name }) => name)],
        ...(unsent === true ? { unsent } : {}),
      })),
      network,
    };
  }

  /** The engine's absence is shown as long as it lasts, and no longer. */
  private shownSandbox(sandbox: SandboxState): SandboxState {
    const absent = this.options.engine.failure;
    if (absent !== null && sandbox.kind !== 'ready' && sandbox.kind !== 'busy') {
      return { kind: 'waiting', failure: viewOf(absent) };
    }
    return sandbox;
  }

  private tell(state: PanelState): void {
    for (const listener of this.stateListeners) listener(state);
  }
}

const shownOf = ({ session, view }: OpenSession): { events: SessionEvent[]; view?: SessionView } => ({
  events: session.events(),
  ...(view.current === null ? {} : { view: view.current }),
});

const isFresh = (session: Session): boolean =>
  !session.events().some((event) => event.type === 'user_message');
