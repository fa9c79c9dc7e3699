/** One turn of a session: the question into the log, the sandbox, the model and its cells, the end into the log. */
import { NO_SESSION_LIMITS } from '../agent/budget.ts';
import type { CellOptions } from '../agent/executeCell.ts';
import type { EditorToolOptions } from '../agent/editorTool.ts';
import { runTurn, UNATTENDED, type TurnOutcome } from '../agent/loop.ts';
import { mark } from '../agent/privacy.ts';
import { PLAN_NOTE, systemPrompt } from '../agent/prompt.ts';
import { wellFormed } from '../agent/text.ts';
import type { Decision, Proposal } from '../agent/tool.ts';
import { sessionTools } from '../agent/tools.ts';
import { fileHidden, unexpected, viewOf } from '../failures.ts';
import { encodeNote, encodeRequest } from '../models/blocks.ts';
import { NO_USAGE, type Message } from '../models/model.ts';
import { priceOf, type Price } from '../models/prices.ts';
import type { FileRef, NewSessionEvent, TurnEnd } from '../shared/events.ts';
import { t } from '../shared/l10n.ts';
import type { Privacy } from '../shared/protocol.ts';
import { storeArtifacts } from './artifacts.ts';
import {
  attachedBlocks,
  hasContents,
  logged,
  named,
  NO_ATTACHMENTS,
  readDocuments,
  readerOf,
  unsentNotice,
  type Attachments,
} from './attachments.ts';
import { Briefing } from './briefing.ts';
import type { SessionChanges } from './changes/sessionChanges.ts';
import { conversation } from './conversation.ts';
import type { Decisions } from './decisions.ts';
import type { EventLog } from './eventLog.ts';
import { hiddenAmong } from './hiddenFiles.ts';
import type { SessionNetwork } from './network.ts';
import { newsMaker } from './notebookNews.ts';
import type { SendRequest, SessionOptions } from './options.ts';
import type { SessionPackages } from './packages.ts';
import { unsentReleases } from './released.ts';
import type { RequestLog } from './requestLog.ts';
import { closingEvents, untoldNotices } from './restore.ts';
import type { SandboxKeeper } from './sandboxKeeper.ts';
import { receiptOf, spentSoFar } from './spending.ts';
import type { Stop } from './stop.ts';
import type { ArtifactStore } from './store.ts';
import { notice } from './notices.ts';

/** How a turn went, and at what price. */
type Answer = Pick<TurnOutcome, 'end' | 'usage' | 'steps'> & { price: Price | null };

const NOTHING_USED: Omit<Answer, 'end'> = {
  usage: { ...NO_USAGE },
  steps: 0,
  price: null,
};

/** What a turn, or a run of cells, works with. */
export interface SessionParts {
  options: SessionOptions;
  log: EventLog;
  store: ArtifactStore;
  sandbox: SandboxKeeper;
  network: SessionNetwork;
  changes: SessionChanges;
  /** Into the log, and told to those who watch cells. */
  emit: (event: NewSessionEvent) => void;
}

/** How cells run in a session, whoever asks for it. */
export function cellOptions({
  options,
  log,
  store,
  network,
  changes,
}: SessionParts): CellOptions & Required<Pick<EditorToolOptions, 'storeArtifacts' | 'changeRefusal'>> {
  const { cellTimeoutMs, outputLimitBytes, sandbox } = options;
  return {
    kernel: () => sandbox.kernel,
    cellTimeoutMs,
    outputLimitBytes,
    storeArtifacts: async (artifacts, stop, since) => {
      const kept = await storeArtifacts(sandbox, store, artifacts, stop, await log.upToNow());
      for (const artifact of kept.stored) await changes.stored(artifact, since);
      return kept;
    },
    changeRefusal: async (containerPath) => changes.refusal(containerPath),
    network,
  };
}

export interface TurnParts extends SessionParts {
  packages: SessionPackages;
  decisions: Decisions;
  requestLog: RequestLog;
}

export class TurnRunner {
  /** Events of a turn that was left behind are not recorded. */
  private liveTurnId: string | null = null;
  private readonly briefing: Briefing;

  constructor(private readonly parts: TurnParts) {
    this.briefing = new Briefing(parts.log);
  }

  /** Resolves when it has ended and that is in the log, also when it failed. */
  async run(turnId: string, request: SendRequest, stop: Stop): Promise<TurnEnd> {
    const { options, log, network } = this.parts;
    this.liveTurnId = turnId;
    network.turnStarts();
    const plan = options.mode?.() === 'plan';
    const { intent, files, attachments = NO_ATTACHMENTS } = request;
    const startedAt = performance.now();
    const text = wellFormed(request.text);
    // Recorded, so that a later change of the setting does not send what was kept back now.
    const withheld = options.privacy?.() === 'schema' && hasContents(attachments);
    const newsOf = await newsMaker();
    const released = await unsentReleases(await log.upToNow());
    // A notice or an edit of the last moment belongs before the question: nothing is waited for from here on.
    await log.flush();
    const privacy = options.privacy?.() ?? 'full';
    const told = untoldNotices(log.events, privacy);
    const notes = (plan ? [...told, PLAN_NOTE] : told).map(encodeNote);
    const news = newsOf(log.events, privacy);
    const asked = encodeRequest({ intent, text, files, ...named(attachments, log.events) });
    const question: Message = {
      role: 'user',
      content: [...asked, ...notes, ...news, ...released],
      ...mark(privacy),
    };
    const contents = { ...logged(attachments), ...(withheld ? { withheld } : {}) };
    log.push({ type: 'user_message', turnId, intent, text, files, ...contents });
    log.push({ type: 'history', messages: [question] });
    await log.flush();
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
    await log.flush();
    closeCells(this.parts);
    const { usage, price } = answer;
    // A sandbox that was killed is no failure: the user wanted it.
    const end: TurnEnd = stop.isForced ? { kind: 'stopped' } : answer.end;
    // What it was told of files is left out of the conversation with the turn.
    if (end.kind === 'limit' && end.leftOut === true) this.briefing.forget();
    network.turnEnded();
    if (end.kind === 'failed') options.log(`${turnId}: ${end.failure.code}: ${end.failure.sentence}`);
    const receipt = receiptOf(answer, price, performance.now() - startedAt);
    log.push({ type: 'turn_ended', turnId, end, usage, receipt });
    await log.flush();
    return end;
  }

  private async answer(
    turnId: string,
    { attachments, withheld, plan }: { attachments: Attachments; withheld: boolean; plan: boolean },
    signal: AbortSignal,
  ): Promise<Answer> {
    const { options, log, store, network, packages, requestLog } = this.parts;
    const model = await options.model();
    const reader = await readerOf(model, signal);
    const documents = await readDocuments(attachments.pdfs, reader, withheld);
    const unsent = unsentNotice(attachments, reader, withheld);
    for (const text of unsent === null ? documents.refused : [unsent, ...documents.refused]) {
      log.push(notice('info', text));
    }
    const now = { turnId, documents: documents.blocks };
    const attached = await attachedBlocks(log.events, store, reader, now);
    const { id, label } = model;
    log.push({ type: 'turn_started', turnId, model: { id, label }, ...(plan ? { plan } : {}) });
    const facts = await this.parts.sandbox.start(signal);
    signal.throwIfAborted();
    const unseen = hiddenAmong(log.events, turnId, facts.hidden);
    if (unseen !== null) throw fileHidden(unseen);
    // Nothing leaves the machine with a program that runs on it, so it sees everything.
    const privacy = (): Privacy => (model.provider === null ? 'full' : (options.privacy?.() ?? 'full'));
    if (model.provider !== null) {
      await this.briefing.listFolders(facts, privacy());
      await this.briefing.tellNetwork(network.state, privacy());
      await this.briefing.tellAll(packages.news(privacy()), privacy());
      await this.briefing.tellAll(this.briefing.countedNews(privacy()), privacy());
    }
    await this.briefing.describeFiles(turnId, facts, options.sandbox.kernel, {
      privacy: privacy(),
      reading: async (files, work) => this.reading(files, work),
      signal,
    });
    const { cellTimeoutMs, outputLimitBytes, limits } = options;
    const spending = options.spending?.() ?? { limits: NO_SESSION_LIMITS, prices: {} };
    const price = priceOf(spending.prices, model.id);
    const outcome = await runTurn({
      turnId,
      messages: conversation(log.events, model.id, attached),
      system: systemPrompt(facts, { cellTimeoutMs, outputLimitBytes, privacy: privacy() }),
      tools: sessionTools({ ...cellOptions(this.parts), sessionLog: async () => log.upToNow() }),
      model,
      ...UNATTENDED,
      toolChoice: plan ? 'none' : 'auto',
      effort: options.effort?.() ?? null,
      decide: async (proposal, stop) => this.decision(proposal, stop),
      emit: (event) => {
        if (this.liveTurnId === turnId) this.parts.emit(event);
      },
      privacy,
      released: async () => {
        const released = await unsentReleases(await log.upToNow());
        if (model.provider === null) return released;
        const seen = privacy();
        const news = [...this.briefing.networkNews(network.state, seen), ...this.briefing.countedNews(seen)];
        return [...released, ...news];
      },
      onRequest: (body) => requestLog.add({ turnId, at: options.now(), model: model.id, body }),
      signal,
      limits,
      price,
      session: { limits: spending.limits, spent: spentSoFar(log.events) },
      earlier: log.events,
    });
    return { ...outcome, price };
  }

  private async reading<T>(files: readonly FileRef[], work: () => Promise<T>): Promise<T> {
    const { sandbox } = this.parts;
    const names = files.map(({ label }) => label).join(', ');
    sandbox.cellStarted(names === '' ? t('Reading the data files') : t`Reading ${names}`);
    try {
      return await work();
    } finally {
      sandbox.cellEnded();
    }
  }

  private async decision({ cellId, purpose, code }: Proposal, signal: AbortSignal): Promise<Decision> {
    const { options, emit, decisions } = this.parts;
    if ((options.mode?.() ?? 'auto') === 'auto') return { kind: 'run', code };
    emit({ type: 'cell_waiting', cellId, purpose, code });
    return decisions.on(cellId, signal);
  }
}

/** Ends the cells of a turn or a run that was left behind. */
export function closeCells({ log, emit }: Pick<SessionParts, 'log' | 'emit'>): void {
  for (const event of closingEvents(log.events)) {
    if (event.type === 'cell_done' || event.type === 'cell_dropped') emit(event);
  }
}
