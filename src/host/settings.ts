/**
 * The settings, parsed. What could redirect the key, the image, the engine or the network, or raise a limit,
 * is taken from the user's own settings alone, whatever a workspace file says.
 */
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { DEFAULT_TURN_LIMITS, type TurnLimits } from '../agent/loop.ts';
import { checkedBaseUrl, DEFAULT_MODEL_ID } from '../models/anthropic.ts';

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
  turn: TurnLimits;
}

/** What leaves the sandbox for one cell's outputs, at most. */
export const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;

/** `vscode.workspace.getConfiguration('codeInterpreter')`, as far as it is needed. */
export type Configuration = Pick<vscode.WorkspaceConfiguration, 'inspect'>;

const text = z.string().check(z.trim());
const positive = z.number().check(z.positive());
const MODEL_ID = z.string().check(z.trim(), z.regex(/^[\w.:@/-]{1,128}$/));

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
    turn: {
      maxSteps: own('turn.maxSteps', positive, DEFAULT_TURN_LIMITS.maxSteps),
      maxMinutes: own('turn.maxMinutes', positive, DEFAULT_TURN_LIMITS.maxMinutes),
      maxTokens: own('turn.maxTokens', positive, DEFAULT_TURN_LIMITS.maxTokens),
    },
  };
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
