/**
 * The settings, parsed. What could redirect the key, the image, the engine or the network, or raise a limit,
 * is taken from the user's own settings alone, whatever a workspace file says.
 */
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { DEFAULT_TURN_LIMITS, type SessionLimits, type TurnLimits } from '../agent/budget.ts';
import { checkedBaseUrl, DEFAULT_MODEL_ID } from '../models/anthropic.ts';
import { EFFORTS, type Effort } from '../models/model.ts';
import { pricesSchema, type Prices } from '../models/prices.ts';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../container/runtimeChoice.ts';
import type { Privacy } from '../shared/protocol.ts';
import { proxyIn, rulesByFolder, rulesIn, type NetworkChoice } from './networkSettings.ts';
import { t } from '../shared/l10n.ts';

export interface Settings {
  /** Model id for the Messages API. */
  model: string;
  /** As typed; `parseBaseUrl` checks it when it is about to be used. Empty: the provider's own address. */
  apiBaseUrl: string;
  /** `unix://…`, `npipe://…`, `tcp://…`; null: what the docker command would use. */
  dockerHost: string | null;
  image:
    | { kind: 'build'; base: string; caFile: string | null; office: boolean }
    | { kind: 'ready'; reference: string };
  runtime: RuntimeChoice;
  memoryBytes: number;
  cpus: number;
  cellTimeoutMs: number;
  /** Null: the API's own choice. */
  effort: Effort | null;
  turn: TurnLimits;
  /** What a model of a provider may see. A workspace can only ask for less. */
  privacy: Privacy;
  /** Patterns (syntax of a `.gitignore`) of files in which each proposed change is asked about. A workspace can only add some. */
  protectedFiles: string[];
  /** Sessions that are older are deleted; 0: none is. */
  retentionDays: number;
  session: SessionLimits;
  prices: Prices;
  network: NetworkChoice;
}

/** What leaves the sandbox for one cell's outputs, at most. */
export const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;

/** `vscode.workspace.getConfiguration('codeInterpreter')`, as far as it is needed. */
export type Configuration = Pick<vscode.WorkspaceConfiguration, 'inspect'>;

const text = z.string().check(z.trim());
const positive = z.number().check(z.positive());
const notNegative = z.number().check(z.nonnegative());
export const MODEL_ID = z.string().check(z.trim(), z.regex(/^[\w.:@/-]{1,128}$/));

/** What a setting takes: its check, and the words for it. */
interface Kind<T> {
  schema: z.ZodMiniType<T>;
  takes: () => string;
}
const kind = <T>(schema: z.ZodMiniType<T>, takes: () => string): Kind<T> => ({ schema, takes });
const BOOLEAN = kind(z.boolean(), () => t('true or false'));
const TEXT = kind(text, () => t('text'));
const POSITIVE = kind(positive, () => t('a number above 0'));
const NOT_NEGATIVE = kind(notNegative, () => t('a number, 0 or more'));
const PRICES = kind(pricesSchema, () =>
  t('for each model input, output, cacheRead and cacheWrite in dollars'),
);
const MODEL = kind(MODEL_ID, () => t('the id of a model'));
const RUNTIME = kind(z.enum(RUNTIME_CHOICES), () => t`one of ${RUNTIME_CHOICES.join(', ')}`);
const HOSTS = kind(z.array(z.string()), () => t('a list of host names'));
const HOSTS_OF_FOLDERS = kind(z.record(z.string(), z.array(z.string())), () =>
  t('for each folder a list of host names'),
);
const PRESETS = kind(z.array(z.enum(['packages'])), () => t('a list of presets: packages'));
const PATTERNS = z.array(z.string().check(z.trim(), z.minLength(1), z.maxLength(1000)));
const EFFORT = kind(z.enum(['auto', ...EFFORTS]), () => t`one of auto, ${EFFORTS.join(', ')}`);

/**
 * Reads all settings. A value of the wrong type counts as not set.
 * @param onProblem gets a sentence for each value that is not used, and why.
 */
export function readSettings(
  configuration: Configuration,
  onProblem: (sentence: string) => void = () => undefined,
): Settings {
  const choose = <T>(key: string, { schema, takes }: Kind<T>, values: unknown[], fallback: T): T => {
    for (const value of values) {
      if (value === undefined) continue;
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      onProblem(t`The setting codeInterpreter.${key} takes ${takes()}; ${shown(value)} is not used.`);
    }
    return fallback;
  };
  const own = <T>(key: string, kind: Kind<T>, fallback: T): T => {
    const found = configuration.inspect<unknown>(key);
    for (const planted of [found?.workspaceFolderValue, found?.workspaceValue]) {
      if (planted === undefined) continue;
      onProblem(
        t`The workspace sets codeInterpreter.${key}; that is not used, only your own settings for it count.`,
      );
      break;
    }
    return choose(key, kind, [found?.globalValue, found?.defaultValue], fallback);
  };
  const anywhere = <T>(key: string, kind: Kind<T>, fallback: T): T => {
    const found = configuration.inspect<unknown>(key);
    const values = [
      found?.workspaceFolderValue,
      found?.workspaceValue,
      found?.globalValue,
      found?.defaultValue,
    ];
    return choose(key, kind, values, fallback);
  };
  const reference = own('sandbox.image', TEXT, '');
  const baseImage = own('sandbox.baseImage', TEXT, '') || 'debian:forky-slim';
  const caFile = own('sandbox.caFile', TEXT, '') || null;
  const office = own('sandbox.office', BOOLEAN, false);
  const effort = anywhere('effort', EFFORT, 'auto');
  return {
    model: anywhere('model', MODEL, DEFAULT_MODEL_ID),
    apiBaseUrl: own('apiBaseUrl', TEXT, ''),
    dockerHost: own('docker.host', TEXT, '') || null,
    image:
      reference === '' ? { kind: 'build', base: baseImage, caFile, office } : { kind: 'ready', reference },
    runtime: own('sandbox.runtime', RUNTIME, 'auto'),
    memoryBytes: own('sandbox.memoryMb', POSITIVE, 2048) * 1024 * 1024,
    cpus: own('sandbox.cpus', POSITIVE, 2),
    cellTimeoutMs: own('sandbox.cellTimeoutSeconds', POSITIVE, 120) * 1000,
    retentionDays: own('history.retentionDays', NOT_NEGATIVE, 0),
    protectedFiles: allPatterns(configuration.inspect<unknown>('changes.protected'), onProblem),
    privacy: strictest(configuration.inspect<unknown>('privacy'), onProblem),
    effort: effort === 'auto' ? null : effort,
    turn: {
      maxSteps: own('turn.maxSteps', POSITIVE, DEFAULT_TURN_LIMITS.maxSteps),
      maxMinutes: own('turn.maxMinutes', POSITIVE, DEFAULT_TURN_LIMITS.maxMinutes),
      maxTokens: own('turn.maxTokens', POSITIVE, DEFAULT_TURN_LIMITS.maxTokens),
      maxDollars: own('turn.maxDollars', NOT_NEGATIVE, 0) || null,
    },
    session: {
      maxTokens: own('session.maxTokens', NOT_NEGATIVE, 0) || null,
      maxDollars: own('session.maxDollars', NOT_NEGATIVE, 0) || null,
    },
    prices: own('prices', PRICES, {}),
    network: {
      allow: rulesIn(own('network.allow', HOSTS, []), 'network.allow', onProblem),
      allowInFolder: rulesByFolder(own('network.allowInFolder', HOSTS_OF_FOLDERS, {}), onProblem),
      packages: own('network.presets', PRESETS, []).includes('packages'),
      certificatesFile: own('network.certificates', TEXT, '') || null,
      proxy: proxyIn(own('network.proxy', TEXT, ''), onProblem),
    },
  };
}

const SHOWN_CHARACTERS = 60;

/** An address may hold a password: it is not repeated. */
function shown(value: unknown): string {
  const words = JSON.stringify(value) ?? t('the value');
  return words.includes('@') || words.length > SHOWN_CHARACTERS ? t('its value') : words;
}

type Inspected = ReturnType<Configuration['inspect']>;

/** `schema` when the user, the workspace or one of its folders says so. */
function strictest(found: Inspected, onProblem: (sentence: string) => void): Privacy {
  const values = [
    found?.workspaceFolderValue,
    found?.workspaceValue,
    found?.globalValue,
    found?.defaultValue,
  ];
  const wrong = values.find((value) => value !== undefined && value !== 'schema' && value !== 'full');
  if (wrong !== undefined) {
    onProblem(t`The setting codeInterpreter.privacy takes full or schema; ${shown(wrong)} is not used.`);
  }
  return values.includes('schema') ? 'schema' : 'full';
}

/** As in `package.json`; a configuration without defaults protects as much. */
export const PROTECTED_FILES = [
  '**/test/**',
  '**/tests/**',
  '**/*.test.*',
  '**/*.spec.*',
  '**/*_test.*',
  '**/test_*.py',
];

/** The user's list, or the default, with what the workspace and its folders add to it. */
function allPatterns(found: Inspected, onProblem: (sentence: string) => void): string[] {
  const listed = (value: unknown): string[] | null => {
    if (value === undefined) return null;
    const parsed = PATTERNS.safeParse(value);
    // Each pattern protects by itself: one that takes others back protects nothing.
    const wrong = parsed.success ? parsed.data.filter((pattern) => /^[!#]/.test(pattern)) : [value];
    for (const one of wrong)
      onProblem(
        t`The setting codeInterpreter.changes.protected takes a list of patterns, none of which begins with !; ${shown(one)} is not used.`,
      );
    return parsed.success ? parsed.data.filter((pattern) => !wrong.includes(pattern)) : null;
  };
  const own = listed(found?.globalValue) ?? listed(found?.defaultValue) ?? PROTECTED_FILES;
  const added = [found?.workspaceValue, found?.workspaceFolderValue].flatMap((value) => listed(value) ?? []);
  return [...new Set([...own, ...added])];
}

/**
 * The address requests go to, without a trailing slash; null: the provider's own.
 * @throws Failure `bad-base-url` for anything but https, or http to this machine.
 */
export function parseBaseUrl(typed: string): string | null {
  return typed === '' ? null : checkedBaseUrl(typed);
}
