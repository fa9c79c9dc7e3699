/** The model of a run: the built-in analyst, or Claude with the key of the user's environment. */
import { modelNeedsKey } from '../failures.ts';
import { createAnalyst } from '../models/analyst/analyst.ts';
import { createAnthropicModel, DEFAULT_BASE_URL, DEFAULT_MODEL_ID } from '../models/anthropic.ts';
import type { Model } from '../models/model.ts';

export const KEY_VARIABLE = 'ANTHROPIC_API_KEY';
const ANALYST = 'analyst';

/**
 * @param modelId `analyst`, a model id, or null: Claude when there is a key, else the analyst.
 * @throws Failure of the area `model` when a model is asked for and there is no key for it.
 */
export function modelFor(
  modelId: string | null,
  baseUrl: string | null,
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
): Model {
  const apiKey = env[KEY_VARIABLE]?.trim() ?? '';
  if (modelId === ANALYST || (modelId === null && apiKey === '')) return createAnalyst();
  if (apiKey === '') throw modelNeedsKey(modelId ?? DEFAULT_MODEL_ID, KEY_VARIABLE);
  return createAnthropicModel({
    apiKey,
    baseUrl: baseUrl ?? DEFAULT_BASE_URL,
    modelId: modelId ?? DEFAULT_MODEL_ID,
    log,
  });
}
