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
import type { Privacy } from '../shared/protocol.ts';

export interface Settings {
  /** Model id for the Messages API. */
  model: string;
  /** As typed; `parseBaseUrl` checks it when it is about to be used. Empty: the provider's own address. */
  apiBaseUrl: string;
  /** `unix://…`, `npipe://…`, `tcp://…`; null: what the docker command would use. */
  dockerHost: string | null;
  image: { kind: 'build'; base: string; caFile: string | null } | { kind: 'ready'; reference: string };
  memoryBytes: number;
  cpus: number;
  cellTimeoutMs: number;
  /** Null: the API's own choice. */
  effort: Effort | null;
  turn: TurnLimits;
  /** What a model of a provider may see. A workspace can only ask for less. */
  privacy: Privacy;
  session: SessionLimits;
  prices: Prices;
}

/** What leaves the sandbox for one cell's outputs, at most. */
export const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;

/** `vscode.workspace.getConfiguration('codeInterpreter')`, as far as it is needed. */
export type Configuration = Pick<vscode.WorkspaceConfiguration, 'inspect'>;

const text = z.string().check(z.trim());
const positive = z.number().check(z.positive());
const notNegative = z.number().check(z.nonnegative());
export const MODEL_ID = z.string().check(z.trim(), z.regex(/^[\w.:@/-]{1,128}$/));

/** Reads all settings; a value of the wrong type counts as not set. */
export function readSettings(configuration: Configuration): Settings {
  const own = <T>(key: string, schema: z.ZodMiniType<T>, fallback: T): T => {
    const found = configuration.inspect<unknown>(key);
    return firstValid(schema, [found?.globalValue, found?.defaultValue], fallback);
  };
  const anywhere = <T>(key: string, schema: z.ZodMiniType<T>, fallback: T): T => {
    const found = configuration.inspect<unknown>(key);
    const values = [
      found?.workspaceFolderValue,
      found?.workspaceValue,
      found?.globalValue,
      found?.defaultValue,
    ];
    return firstValid(schema, values, fallback);
  };
  const reference = own('sandbox.image', text, '');
  return {
    model: anywhere('model', MODEL_ID, DEFAULT_MODEL_ID),
    apiBaseUrl: own('apiBaseUrl', text, ''),
    dockerHost: own('docker.host', text, '') || null,
    image:
      reference === ''
        ? {
            kind: 'build',
            base: own('sandbox.baseImage', text, '') || 'debian:forky-slim',
            caFile: own('sandbox.caFile', text, '') || null,
          }
        : { kind: 'ready', reference },
    memoryBytes: own('sandbox.memoryMb', positive, 2048) * 1024 * 1024,
    cpus: own('sandbox.cpus', positive, 2),
    cellTimeoutMs: own('sandbox.cellTimeoutSeconds', positive, 120) * 1000,
    privacy: strictest(configuration.inspect<unknown>('privacy')),
    effort: EFFORTS.find((effort) => effort === anywhere('effort', text, 'auto')) ?? null,
    turn: {
      maxSteps: own('turn.maxSteps', positive, DEFAULT_TURN_LIMITS.maxSteps),
      maxMinutes: own('turn.maxMinutes', positive, DEFAULT_TURN_LIMITS.maxMinutes),
      maxTokens: own('turn.maxTokens', positive, DEFAULT_TURN_LIMITS.maxTokens),
      maxDollars: own('turn.maxDollars', notNegative, 0) || null,
    },
    session: {
      maxTokens: own('session.maxTokens', notNegative, 0) || null,
      maxDollars: own('session.maxDollars', notNegative, 0) || null,
    },
    prices: own('prices', pricesSchema, {}),
  };
}

type Inspected = ReturnType<Configuration['inspect']>;

/** `schema` when the user, the workspace or one of its folders says so. */
function strictest(found: Inspected): Privacy {
  const values = [
    found?.workspaceFolderValue,
    found?.workspaceValue,
    found?.globalValue,
    found?.defaultValue,
  ];
  return values.includes('schema') ? 'schema' : 'full';
}

function firstValid<T>(schema: z.ZodMiniType<T>, values: unknown[], fallback: T): T {
  for (const value of values) {
    if (value === undefined) continue;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
  }
  return fallback;
}

/**
 * The address requests go to, without a trailing slash; null: the provider's own.
 * @throws Failure `bad-base-url` for anything but https, or http to this machine.
 */
export function parseBaseUrl(typed: string): string | null {
  return typed === '' ? null : checkedBaseUrl(typed);
}
