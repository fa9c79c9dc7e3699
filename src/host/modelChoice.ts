/** Which model answers: Claude when there is a key for the address in the settings, else the built-in analyst. */
import { ANALYST_ID, createAnalyst } from '../models/analyst/analyst.ts';
import { createAnthropicModel, DEFAULT_BASE_URL, listModels } from '../models/anthropic.ts';
import type { Effort, Model } from '../models/model.ts';
import type { ModelState } from '../shared/protocol.ts';
import type { ApiKeys } from './secrets.ts';
import { parseBaseUrl, type Settings } from './settings.ts';

/** How long a picker waits for what the API says of a model, in ms. */
const ABILITIES_MS = 10_000;

/** One row of the model picker. */
export interface ModelRow {
  id: string;
  label: string;
  isCurrent: boolean;
}

interface Access {
  apiKey: string;
  baseUrl: string;
}

export class ModelChoice {
  /** Model id → what its provider offers, as far as it was asked: by a turn or a picker, never by the state. */
  private readonly offered = new Map<string, readonly Effort[]>();

  /** @param onOffered the state tells more than before. */
  constructor(
    private readonly keys: Pick<ApiKeys, 'get' | 'getOrAsk'>,
    private readonly settings: () => Settings,
    private readonly log: (line: string) => void,
    private readonly onOffered: () => void = () => undefined,
    private readonly list: typeof listModels = listModels,
  ) {}

  /** Asked at each turn. @throws Failure when a key is set but the address in the settings is not acceptable. */
  async choose(): Promise<Model> {
    return this.modelFor(this.settings().model, await this.access('ask'));
  }

  /** For the status line; asks nobody. Never rejects: with an address that cannot be used there is no key for it. */
  async state(): Promise<ModelState> {
    const access = await this.access('quietly').catch(() => null);
    const settings = this.settings();
    const { id, label, provider } = this.modelFor(settings.model, access);
    const told = { id, label, provider, hasKey: access !== null };
    const hasEffort = (this.offered.get(id) ?? []).length > 0;
    return hasEffort ? { ...told, effort: settings.effort ?? 'auto' } : told;
  }

  private modelFor(modelId: string, access: Access | null): Model {
    if (modelId === ANALYST_ID || access === null) return createAnalyst();
    const model = createAnthropicModel({ ...access, modelId, log: this.log });
    return {
      ...model,
      abilities: async (signal) => {
        const found = await model.abilities(signal);
        const isNews = !this.offered.has(modelId);
        this.offered.set(modelId, found.efforts);
        if (isNews) this.onOffered();
        return found;
      },
    };
  }

  /** What the picker of models offers; null: there is no key. @throws Failure when the API does not tell its models. */
  async models(): Promise<ModelRow[] | null> {
    const access = await this.access('ask');
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

  /** The address in the settings changed: a key for another one may be wanted here. Never rejects. */
  async addressChanged(): Promise<void> {
    await this.access('ask').catch(() => null);
  }

  /** @throws Failure `bad-base-url` */
  private async access(how: 'ask' | 'quietly'): Promise<Access | null> {
    const { model, apiBaseUrl } = this.settings();
    const baseUrl = parseBaseUrl(apiBaseUrl) ?? DEFAULT_BASE_URL;
    // Who chose the analyst is not asked about a key that nobody would use.
    const asks = how === 'ask' && model !== ANALYST_ID;
    const apiKey = asks ? await this.keys.getOrAsk(baseUrl) : await this.keys.get(baseUrl);
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
