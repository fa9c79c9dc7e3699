/** From the panel's word about an attempt to a rule: the page can open nothing that code did not ask for. */
import { cannotOpenHost } from '../failures.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { NetworkRule } from '../shared/network.ts';
import { parseRule } from '../shared/networkRules.ts';
import { canBeOpened } from '../shared/networkWords.ts';
import { t } from '../shared/l10n.ts';

/** @throws Failure `cannot-open-host` */
export function attemptedRule(
  events: readonly SessionEvent[],
  { host, port }: { host: string; port: number },
): NetworkRule {
  const attempt = events.find(
    (event) =>
      event.type === 'network_attempt' &&
      event.attempt.host === host &&
      event.attempt.port === port &&
      canBeOpened(event.attempt),
  );
  if (attempt === undefined) throw cannotOpenHost(t('Code of this session did not try to reach that host.'));
  const parsed = parseRule(`${host}:${port}`);
  if (!parsed.ok) throw cannotOpenHost(parsed.problem);
  // No program asks for that; it would open more than what is shown.
  if (parsed.rule.below) throw cannotOpenHost(t('Only a single host can be opened here.'));
  return parsed.rule;
}
