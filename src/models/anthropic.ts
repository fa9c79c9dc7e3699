/** Claude through Anthropic's API. The SDK is loaded at the first call, not before. */
import { badBaseUrl } from '../failures.ts';
import type { Connection, Patience } from './anthropicClient.ts';
import type { Model } from './model.ts';

export const DEFAULT_MODEL_ID = 'claude-sonnet-5-5';
export const DEFAULT_BASE_URL = 'https://api.anthropic.com';

export interface AnthropicOptions {
  apiKey: string;
  /** Where the key and the data go: https, or http to the loopback interface. */
  baseUrl: string;
  modelId: string;
  /** Never gets the key or contents: statuses, codes and request ids. */
  log: (line: string) => void;
  /** Only tests change it. */
  patience?: Partial<Patience>;
}

export interface ModelChoice {
  id: string;
  label: string;
}

/** @throws Failure `bad-base-url` */
export function createAnthropicModel(options: AnthropicOptions): Model & Required<Pick<Model, 'abilities'>> {
  const { apiKey, modelId, log, patience = {} } = options;
  const baseUrl = checkedBaseUrl(options.baseUrl);
  const host = new URL(baseUrl).host;
  const load = async () => {
    const client = await import('./anthropicClient.ts');
    const connection: Connection = { apiKey, baseUrl, log, patience: { ...client.PATIENCE, ...patience } };
    return { client, connection };
  };
  return {
    id: modelId,
    label: modelId,
    provider: baseUrl === DEFAULT_BASE_URL ? 'Anthropic' : `Anthropic API at ${host}`,
    abilities: async (signal) => {
      const { client, connection } = await load();
      return client.abilitiesOf(connection, modelId, signal);
    },
    reply: async (request, onEvent, signal) => {
      const { client, connection } = await load();
      return client.streamReply(connection, modelId, request, onEvent, signal);
    },
  };
}

/** One small request with the key. @throws Failure that says what is wrong with the key or the way to the API. */
export async function validateKey(apiKey: string, baseUrl: string): Promise<void> {
  await listModels(apiKey, baseUrl);
}

/** The models the key can use, newest first. @throws Failure */
export async function listModels(apiKey: string, baseUrl: string): Promise<ModelChoice[]> {
  const checked = checkedBaseUrl(baseUrl);
  const { fetchModels, PATIENCE } = await import('./anthropicClient.ts');
  const patience = { ...PATIENCE, headerTimeoutMs: 20_000 };
  return fetchModels({ apiKey, baseUrl: checked, patience, log: () => undefined });
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Without a trailing slash. The key travels encrypted, or does not leave this machine.
 * @throws Failure `bad-base-url`
 */
export function checkedBaseUrl(typed: string): string {
  if (!URL.canParse(typed)) throw badBaseUrl(typed, 'it is not an address');
  const url = new URL(typed);
  if (url.username !== '' || url.password !== '')
    throw badBaseUrl(url.host, 'it holds a user name or password');
  if (url.search !== '' || url.hash !== '') throw badBaseUrl(typed, 'it has a query or a fragment');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    throw badBaseUrl(typed, 'only https is accepted, or http to this machine itself');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}
