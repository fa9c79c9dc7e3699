/**
 * What code of this session may reach, and what it tried to reach. Rules come from the user's settings, from the
 * user for this session, and from the user for one answer; together they are what the sandbox opens.
 */
import { saidDetail, unexpected } from '../failures.ts';
import { CLOSED, type Network, type Sandbox, type SandboxFacts } from '../kernel/sandbox.ts';
import type { NewSessionEvent, SessionEvent } from '../shared/events.ts';
import type { NetworkAttempt, NetworkRule, NetworkState } from '../shared/network.ts';
import { covers, ruleText, uniqueRules } from '../shared/networkRules.ts';
import type { NetworkLedger } from './networkLedger.ts';
import { notice } from './notices.ts';
import { languageTag, words, type Words } from '../shared/l10n.ts';

/** What the user's settings say. */
export interface NetworkSettings extends Network {
  rules: readonly NetworkRule[];
  /** The hosts of pip and npm are among them. */
  packages?: boolean;
}

/**
 * `once`: until the end of the answer that is being worked on, or of the next one. What is opened in the middle of an
 * answer and not used in it counts for the next, too: the user then says "try again".
 */
export type HowLong = 'once' | 'session';

export const MAX_CELL_EVENTS = 200;
export const MAX_SESSION_EVENTS = 2000;
/** The word about an attempt may come a moment after the result of its cell. */
const SETTLE_MS = 50;
const LATE_MS = 500;

export interface SessionNetworkOptions {
  sandbox: Pick<Sandbox, 'setNetwork' | 'onAttempt'>;
  /** Read anew at each start and each question. @throws Failure when they cannot be read; nothing is open then */
  settings(): Promise<NetworkSettings>;
  ledger: Pick<NetworkLedger, 'add'>;
  /** The log as it was restored: its attempts count. */
  earlier: readonly SessionEvent[];
  push(event: NewSessionEvent): void;
  /** What is open has changed. */
  onChange(): void;
}

export class SessionNetwork {
  private settings: NetworkSettings = CLOSED;
  /** `spent`: used, or there for the whole answer. */
  private readonly opened = new Map<string, { rule: NetworkRule; how: HowLong; spent: boolean }>();
  /** Rules of the settings that the user has closed in this session. */
  private readonly shut = new Set<string>();
  /** What the sandbox was told last; null: not known, because it failed. */
  private applied: string | null = JSON.stringify(CLOSED);
  /** What is open, as far as it is known. */
  private shown: NetworkState['open'] = [];
  private told = '';
  private facts: SandboxFacts | null = null;
  private work: Promise<void> = Promise.resolve();

  private running: string | null = null;
  private ended: { cellId: string; at: number } | null = null;
  private readonly counts = new Map<string | null, number>();
  private total: number;
  private leftOut = 0;
  private denied: { cellId: string | null; attempt: NetworkAttempt }[] = [];

  constructor(private readonly options: SessionNetworkOptions) {
    this.total = options.earlier.filter(({ type }) => type === 'network_attempt').length;
    options.sandbox.onAttempt((attempt) => this.attempted(attempt));
  }

  get state(): NetworkState {
    return { open: this.shown, canOpen: this.facts?.canOpenNetwork ?? true };
  }

  /** The user's settings open the hosts of pip and npm, and they are open. */
  get isOpenForPackages(): boolean {
    return this.settings.packages === true && this.shown.length > 0 && this.state.canOpen;
  }

  /** Brings the sandbox to what is wanted now; what cannot be done is told in a notice. Never rejects. */
  async apply(): Promise<void> {
    this.work = this.work.then(async () => this.applyNow());
    return this.work;
  }

  private async applyNow(): Promise<void> {
    const before = JSON.stringify(this.state);
    try {
      this.settings = await this.options.settings();
      const network: Network = {
        rules: uniqueRules([
          ...this.settings.rules.filter((rule) => !this.shut.has(ruleText(rule))),
          ...[...this.opened.values()].map(({ rule }) => rule),
        ]),
        certificates: this.settings.certificates,
        parentProxy: this.settings.parentProxy,
      };
      const key = JSON.stringify(network);
      if (key !== this.applied) {
        this.applied = null;
        await this.options.sandbox.setNetwork(network);
        this.applied = key;
      }
      this.shown = this.wanted();
      this.told = '';
    } catch (error) {
      await this.closeAfter(error);
    }
    if (JSON.stringify(this.state) !== before) this.options.onChange();
  }

  /** Nothing is open then; what could not be closed is shown as open. */
  private async closeAfter(error: unknown): Promise<void> {
    this.problem(...problemOf(error));
    // The settings cannot be read: what they opened before must not stay open.
    if (this.applied !== null && this.applied !== JSON.stringify(CLOSED)) {
      this.applied = null;
      try {
        await this.options.sandbox.setNetwork(CLOSED);
        this.applied = JSON.stringify(CLOSED);
      } catch (closing) {
        this.problem(...problemOf(closing));
      }
    }
  }

  /** Each sentence once, as long as it stays true: it is tried again with every question. */
  private problem(code: string, said: Words): void {
    const { english: sentence } = said;
    if (code !== 'network-not-closed') this.shown = [];
    if (sentence === this.told) return;
    this.told = sentence;
    // No warning: the model is told what is open, and a path of the host is not its business.
    this.options.push(notice('error', said));
  }

  /**
   * For each start of a sandbox; the same facts again say nothing new. With a new one the settings may say more: where
   * packages come from can be known only now, when there is an image. Never rejects.
   */
  async started(facts: SandboxFacts): Promise<void> {
    if (facts === this.facts) return;
    const couldOpen = this.state.canOpen;
    this.facts = facts;
    if (facts.networkProblem !== undefined) {
      this.applied = null;
      this.problem('network', { english: facts.networkProblem, local: facts.networkProblem });
    }
    if (facts.networkProblem !== undefined || couldOpen !== this.state.canOpen) this.options.onChange();
    if (facts.networkProblem === undefined) await this.apply();
  }

  /** Resolves when it is open, or a notice says why not. */
  async allow(rule: NetworkRule, how: HowLong): Promise<void> {
    const text = ruleText(rule);
    this.shut.delete(text);
    // For the session is more than once.
    if (this.opened.get(text)?.how !== 'session') this.opened.set(text, { rule, how, spent: false });
    this.told = '';
    await this.apply();
  }

  /** A rule of the settings that was closed here counts again. */
  async trustSettings(rule: NetworkRule): Promise<void> {
    this.shut.delete(ruleText(rule));
    this.told = '';
    await this.apply();
  }

  /** @param texts of rules; null: all. Those of the settings are closed in this session only. */
  async close(texts: readonly string[] | null): Promise<void> {
    const closing = texts ?? this.wanted().map(({ rule }) => rule);
    const ofSettings = new Set(this.settings.rules.map(ruleText));
    for (const text of closing) {
      this.opened.delete(text);
      if (ofSettings.has(text)) this.shut.add(text);
    }
    await this.apply();
  }

  private wanted(): NetworkState['open'] {
    const byText = new Map<string, NetworkState['open'][number]>();
    for (const [rule, { how }] of this.opened) byText.set(rule, { rule, by: how });
    for (const rule of this.settings.rules.map(ruleText)) {
      if (!this.shut.has(rule)) byText.set(rule, { rule, by: 'settings' });
    }
    return [...byText.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }

  // ---- Attempts ---------------------------------------------------------------------------------------------

  turnStarts(): void {
    for (const each of this.opened.values()) each.spent = true;
  }

  /** Before its code is sent: the word about an attempt comes on a way of its own. */
  cellStarts(cellId: string): void {
    this.running = cellId;
    this.denied = [];
  }

  cellEnded(cellId: string): void {
    this.running = null;
    this.ended = { cellId, at: performance.now() };
  }

  /** What was opened for one answer is closed; what was left out of the log is told. */
  turnEnded(): void {
    for (const [text, { how, spent }] of this.opened) if (how === 'once' && spent) this.opened.delete(text);
    void this.apply();
    if (this.leftOut === 0) return;
    const count = this.leftOut;
    this.leftOut = 0;
    const figure = count.toLocaleString(languageTag());
    const text = words`${figure} more attempts to use the network are not listed here.`;
    this.options.push(notice('info', text));
  }

  private attempted(attempt: NetworkAttempt): void {
    const late =
      this.ended !== null && performance.now() - this.ended.at < LATE_MS ? this.ended.cellId : null;
    const cellId = this.running ?? late;
    this.options.ledger.add(cellId, attempt);
    const { verdict, host, port } = attempt;
    for (const each of this.opened.values()) {
      if (verdict === 'allowed' && port !== null && covers(each.rule, host, port)) each.spent = true;
    }
    const count = this.counts.get(cellId) ?? 0;
    if (count >= MAX_CELL_EVENTS || this.total >= MAX_SESSION_EVENTS) {
      this.leftOut += 1;
      return;
    }
    this.counts.set(cellId, count + 1);
    this.total += 1;
    if (verdict === 'denied') this.denied.push({ cellId, attempt });
    this.options.push({ type: 'network_attempt', cellId, attempt });
  }

  /** What was denied to a cell that has ended. @param failed its code did: then a late word is waited for */
  async deniedTo(cellId: string, failed: boolean): Promise<NetworkAttempt[]> {
    if (failed || this.state.open.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    return this.denied.filter((denied) => denied.cellId === cellId).map(({ attempt }) => attempt);
  }
}

function problemOf(error: unknown): [code: string, said: Words] {
  const failure = unexpected(error);
  return [failure.code, saidDetail(failure)];
}
