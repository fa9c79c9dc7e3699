/** Rules of the network as the user writes them. Whatever is not plainly one name and one port is refused. */
import type { NetworkRule } from './network.ts';
import { t } from './l10n.ts';

export const DEFAULT_PORT = 443;
/** The only port on which requests are not encrypted. */
export const PLAIN_PORT = 80;

const FORM = /^(\*\.)?([^\s:/@?#%\\*[\]]+?)\.?(?::(\d{1,5}))?$/u;
/** At least two labels, the last of them no number: no address in any spelling, no name of a local network. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export type ParsedRule = { ok: true; rule: NetworkRule } | { ok: false; problem: string };

/** @param text e.g. `example.org`, `*.example.org`, `example.org:8443`; other scripts are turned into `xn--…`. */
export function parseRule(text: string): ParsedRule {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const bad = (why: string): ParsedRule => ({ ok: false, problem: t`${shown} cannot be opened: ${why}.` });
  const match = FORM.exec(text.trim());
  if (match === null)
    return bad(t('write a host name, e.g. data.example.org, *.example.org or example.org:8443'));
  const [, star, name = '', portText] = match;
  const host = asciiName(name);
  if (host === null) return bad(t('it is an address or no full host name'));
  const port = portText === undefined ? DEFAULT_PORT : Number(portText);
  if (port < 1 || port > 65_535) return bad(t('a port is a number from 1 to 65535'));
  return { ok: true, rule: { host, below: star !== undefined, port } };
}

/** The name as resolvers know it; null: it is none, or stands for an address. */
function asciiName(name: string): string | null {
  if (!URL.canParse(`https://${name}/`)) return null;
  // Also turns every spelling of an IPv4 address into four numbers, which are no name then.
  const { hostname } = new URL(`https://${name}/`);
  return NAME.test(hostname) ? hostname : null;
}

export function ruleText({ host, below, port }: NetworkRule): string {
  return `${below ? '*.' : ''}${host}${port === DEFAULT_PORT ? '' : `:${port}`}`;
}

/** Whether the rule opens this. @param host as a program wrote it */
export function covers(rule: NetworkRule, host: string, port: number): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return rule.port === port && (rule.below ? name.endsWith(`.${rule.host}`) : name === rule.host);
}

/** Without what is there twice, in a fixed order. */
export function uniqueRules(rules: readonly NetworkRule[]): NetworkRule[] {
  const byText = new Map(rules.map((rule) => [ruleText(rule), rule]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}
