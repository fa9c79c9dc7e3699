/** What a turn and its session may use, and the sentence when it is used up. */
import type { Usage } from '../models/model.ts';
import { dollarsFor, type Price } from '../models/prices.ts';
import { languageTag, t } from '../shared/l10n.ts';

/** What a turn may use. The first one reached ends the turn with a sentence; the history stays valid. */
export interface TurnLimits {
  /** Replies of the model. */
  maxSteps: number;
  /** Wall time, a waiting model and running cells included. */
  maxMinutes: number;
  /** Tokens that are paid in full: output, and input that was not read from the prompt cache. */
  maxTokens: number;
  /** Null: no limit. Without a price for the model nothing is counted. */
  maxDollars: number | null;
}

/** The same for all turns of a session; null: no limit. */
export interface SessionLimits {
  maxTokens: number | null;
  maxDollars: number | null;
}

export interface Spent {
  tokens: number;
  dollars: number;
}

/** What the session has used before this turn, and may use in all. */
export interface SessionBudget {
  limits: SessionLimits;
  spent: Spent;
}

export const DEFAULT_TURN_LIMITS: TurnLimits = {
  maxSteps: 40,
  maxMinutes: 20,
  maxTokens: 600_000,
  maxDollars: null,
};

export const NO_SESSION_LIMITS: SessionLimits = { maxTokens: null, maxDollars: null };

/** Tokens that count: what was read from the cache does not. */
export const paidTokens = ({ inputTokens, outputTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + outputTokens + cacheWriteTokens;

export interface Budget {
  limits: TurnLimits;
  /** Null: not known. */
  price: Price | null;
  session: SessionBudget;
}

/**
 * Why no further request is made, or null.
 * @param steps replies of this turn so far.
 */
export function usedUp({ limits, price, session }: Budget, steps: number, usage: Usage): string | null {
  const tokens = paidTokens(usage);
  const dollars = price === null ? 0 : dollarsFor(usage, price);
  const turn = (what: string): string =>
    t`The turn was ended after ${what}, its limit. Send a message to go on.`;
  if (steps >= limits.maxSteps)
    return turn(limits.maxSteps === 1 ? t('1 step') : t`${limits.maxSteps} steps`);
  if (tokens >= limits.maxTokens) return turn(t`${count(tokens)} tokens`);
  if (limits.maxDollars !== null && dollars >= limits.maxDollars) return turn(amount(dollars));

  const all = { tokens: session.spent.tokens + tokens, dollars: session.spent.dollars + dollars };
  const { maxTokens, maxDollars } = session.limits;
  if (maxTokens !== null && all.tokens >= maxTokens)
    return sessionEnd(t`${count(all.tokens)} tokens`, 'maxTokens');
  if (maxDollars !== null && all.dollars >= maxDollars) return sessionEnd(amount(all.dollars), 'maxDollars');
  return null;
}

const sessionEnd = (what: string, setting: string): string =>
  t`The session has used ${what}, its budget. Start a new session, or raise the setting codeInterpreter.session.${setting}.`;

const count = (tokens: number): string => tokens.toLocaleString(languageTag());

/** `$1.20`; below ten cents with four digits. */
const amount = (dollars: number): string => `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`;
