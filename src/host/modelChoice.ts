/** Which model answers: Claude when there is a key for the address in the settings, else the built-in analyst. */
import { createAnalyst } from '../models/analyst/analyst.ts';
import { createAnthropicModel, DEFAULT_BASE_URL } from '../models/anthropic.ts';
import type { Model } from '../models/model.ts';
import type { ModelState } from '../shared/protocol.ts';
import type { ApiKeys } from './secrets.ts';
import { parseBaseUrl, type Settings } from './settings.ts';

export class ModelChoice {
  constructor(
    private readonly keys: ApiKeys,
    private readonly settings: () => Settings,
    private readonly log: (line: string) => void,
  ) {}

  /** Asked at each turn. @throws Failure when a key is set but the address in the settings is not acceptable. */
  async choose(): Promise<Model> {
    const { apiBaseUrl, model } = this.settings();
    const baseUrl = parseBaseUrl(apiBaseUrl) ?? DEFAULT_BASE_URL;
    const apiKey = await this.keys.get(baseUrl);
    if (apiKey === null) return createAnalyst();
    return createAnthropicModel({ apiKey, baseUrl, modelId: model, log: this.log });
  }

  /** For the status line. Never rejects: with an address that cannot be used there is no key for it. */
  async state(): Promise<ModelState> {
    const model = await this.choose().catch(() => createAnalyst());
    const { id, label, provider } = model;
    return { id, label, provider, hasKey: provider !== null };
  }
}
