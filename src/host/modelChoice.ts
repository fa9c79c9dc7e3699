/** Which model answers: Claude when there is a key for the address in the settings, else the built-in analyst. */
import { ANALYST_ID, createAnalyst } from '../models/analyst/analyst.ts';
import { createAnthropicModel, DEFAULT_BASE_URL, listModels } from '../models/anthropic.ts';
import type { Effort, Model } from '../models/model.ts';
import type { ModelState } from '../shared/protocol.ts';
import type { ApiKeys } from './secrets.ts';
import { parseBaseUrl, type Settings } from './settings.ts';

/** How long the panel's state waits for what the API says of a model, in ms. */
const ABILITIES_MS = 10_000;

/** One row of the model picker. */
export interface ModelRow {
  id: string;
  label: string;
  isCurrent: boolean;
}

export class ModelChoice {
  constructor(
    private readonly keys: Pick<ApiKeys, 'get'>,
    private readonly settings: () => Settings,
    private readonly log: (line: string) => void,
    private readonly list: typeof listModels = listModels,
  ) {}

  /** Asked at each turn. @throws Failure when a key is set but the address in the settings is not acceptable. */
  async choose(): Promise<Model> {
    const { model } = this.settings();
    if (model === ANALYST_ID) return createAnalyst();
    const access = await this.access();
    if (access === null) return createAnalyst();
    return createAnthropicModel({ ...access, modelId: model, log: this.log });
  }

  /** For the status line. Never rejects: with an address that cannot be used there is no key for it. */
  async state(): Promise<ModelState> {
    const model = await this.choose().catch(() => createAnalyst());
    const hasKey = (await this.access().catch(() => null)) !== null;
    const { id, label, provider } = model;
    const efforts = await effortsOf(model);
    return {
      ...{ id, label, provider, hasKey },
      ...(efforts.length > 0 ? { effort: this.settings().effort ?? 'auto' } : {}),
    };
  }

  /** What the picker of models offers; null: there is no key. @throws Failure when the API does not tell its models. */
  async models(): Promise<ModelRow[] | null> {
    const access = await this.access();
    if (access === null) return null;
    const { model } = this.settings();
    const listed = await this.list(access.apiKey, access.baseUrl);
    const known = listed.some(({ id }) => id === model) || model === ANALYST_ID;
    const all = known ? listed : [{ id: model, label: model }, ...listed];
    return all.map(({ id, label }) => ({ id, label, isCurrent: id === model }));
  }

  /** What the model in use offers; empty: it has no such setting, or does not say. @throws Failure */
  async efforts(): Promise<readonly Effort[]> {
    return effortsOf(await this.choose());
  }

  /** @throws Failure `bad-base-url` */
  private async access(): Promise<{ apiKey: string; baseUrl: string } | null> {
    const baseUrl = parseBaseUrl(this.settings().apiBaseUrl) ?? DEFAULT_BASE_URL;
    const apiKey = await this.keys.get(baseUrl);
    return apiKey === null ? null : { apiKey, baseUrl };
  }
}

async function effortsOf(model: Model): Promise<readonly Effort[]> {
  try {
    return (await model.abilities?.(AbortSignal.timeout(ABILITIES_MS)))?.efforts ?? [];
  } catch {
    return [];
  }
}
