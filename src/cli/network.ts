/** The network of one run: hosts that the command line opens by name, and what was denied, on standard error. */
import { badUsage } from '../failures.ts';
import type { Sandbox } from '../kernel/sandbox.ts';
import type { NetworkRule } from '../shared/network.ts';
import { parseRule } from '../shared/networkRules.ts';
import { deniedWords, placeOf } from '../shared/networkWords.ts';
import { harmless } from './turnPrinter.ts';
import type { World } from './world.ts';

/** Options of the subcommands that run code. */
export const NETWORK_OPTIONS = {
  'allow-host': { type: 'string', multiple: true },
} as const;

export const NETWORK_USAGE = `
Network (there is none without this):
  --allow-host RULE  code may reach this host: data.example.org, *.example.org or example.org:8443 (without a port:
                     443; port 80: reading only). May be given several times. What code sees can be sent there.`;

/** What is denied is told once for each host and reason, and not without end: code decides how often it tries. */
const MAX_NOTES = 50;

/** @throws Failure `usage` */
export function allowedHosts(command: string, texts: readonly string[] | undefined): NetworkRule[] {
  return (texts ?? []).map((text) => {
    const parsed = parseRule(text);
    if (!parsed.ok) throw badUsage(command, `--allow-host: ${parsed.problem}`);
    return parsed.rule;
  });
}

export function noteDenied(sandbox: Pick<Sandbox, 'onAttempt'>, world: Pick<World, 'stderr'>): void {
  const told = new Set<string>();
  sandbox.onAttempt((attempt) => {
    if (attempt.reason === null || told.size > MAX_NOTES) return;
    const note = `Network: denied: ${harmless(placeOf(attempt))} (${deniedWords(attempt.reason).english})`;
    if (told.has(note)) return;
    told.add(note);
    world.stderr.line(told.size > MAX_NOTES ? 'Network: more was denied, which is not listed.' : note);
  });
}
