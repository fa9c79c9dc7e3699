/** Attempts and rules of the network, as tests write them. */
import type { NetworkAttempt, NetworkRule } from '../../src/shared/network.ts';
import { parseRule } from '../../src/shared/networkRules.ts';

/** At a closed door, unless it is said otherwise. */
export const deniedAttempt = (host: string, change: Partial<NetworkAttempt> = {}): NetworkAttempt => ({
  time: '2026-01-02T03:04:05.000Z',
  host,
  port: 443,
  method: 'CONNECT',
  verdict: 'denied',
  reason: 'closed',
  bytes: 0,
  ...change,
});

export const allowedAttempt = (host: string, bytes = 1000): NetworkAttempt =>
  deniedAttempt(host, { verdict: 'allowed', reason: null, bytes });

/** @throws for one that is no rule */
export function ruleOf(text: string): NetworkRule {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.rule;
}
