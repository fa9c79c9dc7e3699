/** What a turn took, and what the session did, in words. Pure. */
import { type Receipt, type SessionEvent } from '../src/shared/events.ts';
import { formatCount, formatDuration, plural } from './format.ts';
import { t } from '../src/shared/l10n.ts';

/** What was used, by one turn or by several. */
export interface Took {
  readonly usage: Extract<SessionEvent, { type: 'turn_ended' }>['usage'];
  /** Null: the turn was cut, or is from an older version. */
  readonly receipt: Receipt | null;
}

const NO_TOKENS = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

const inputOf = ({ usage }: Took): number =>
  usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

/** `3 steps · 12.0 s · 45,210 tokens (83 % from cache) · $0.04`; what is not known is left out. */
export function receiptLine(took: Took): string {
  const { receipt, usage } = took;
  const input = inputOf(took);
  const tokens = input + usage.outputTokens;
  const share = input === 0 ? 0 : Math.floor((usage.cacheReadTokens / input) * 100);
  const tokenCount = plural(tokens, t('1 token'), (n) => t`${n} tokens`);
  return [
    ...(receipt === null
      ? []
      : [plural(receipt.steps, t('1 step'), (n) => t`${n} steps`), formatDuration(receipt.durationMs)]),
    ...(tokens === 0 ? [] : [share === 0 ? tokenCount : t`${tokenCount} (${share} % from cache)`]),
    ...(receipt === null || receipt.dollars === null ? [] : [dollarsText(receipt.dollars)]),
  ].join(' · ');
}

/** `$1.20`, `$0.04`; small ones keep two figures: `$0.0012`. */
export function dollarsText(dollars: number): string {
  if (dollars === 0 || dollars >= 0.01) return `$${dollars.toFixed(2)}`;
  return dollars < 0.0001 ? t('less than $0.0001') : `$${dollars.toFixed(4)}`;
}

/** Dollars are known for the sum when they are known for every turn that used tokens. */
export function sumOf(turns: readonly Took[]): Took {
  const usage = { ...NO_TOKENS };
  let [steps, durationMs, dollars, priced] = [0, 0, 0, true];
  for (const took of turns) {
    usage.inputTokens += took.usage.inputTokens;
    usage.outputTokens += took.usage.outputTokens;
    usage.cacheReadTokens += took.usage.cacheReadTokens;
    usage.cacheWriteTokens += took.usage.cacheWriteTokens;
    steps += took.receipt?.steps ?? 0;
    durationMs += took.receipt?.durationMs ?? 0;
    dollars += took.receipt?.dollars ?? 0;
    if (inputOf(took) > 0 && took.receipt?.dollars == null) priced = false;
  }
  const isPriced = priced && turns.some(({ receipt }) => receipt !== null && receipt.dollars !== null);
  return { usage, receipt: { steps, durationMs, dollars: isPriced ? dollars : null } };
}

/** Rows of a turn's details: name and figure. */
export function tokenRows({ usage }: Took): [string, string][] {
  const rows: [string, number][] = [
    [t('Input, new'), usage.inputTokens],
    [t('Input, read from cache'), usage.cacheReadTokens],
    [t('Input, written to cache'), usage.cacheWriteTokens],
    [t('Output'), usage.outputTokens],
  ];
  return rows.filter(([, count]) => count > 0).map(([name, count]) => [name, formatCount(count)]);
}
