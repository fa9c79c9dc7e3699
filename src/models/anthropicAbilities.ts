/** What a model can do, as the API's list of models says. Every field may be missing: older servers lack most. */
import * as z from 'zod/mini';
import { EFFORTS, type ModelAbilities } from './model.ts';

/** With what only the request's writer needs to know. */
export interface ApiAbilities extends ModelAbilities {
  adaptiveThinking: boolean;
}

/** A server that does not tell is asked for nothing special. */
export const NO_ABILITIES: ApiAbilities = {
  maxInputTokens: null,
  maxReplyTokens: null,
  efforts: [],
  pdfInput: false,
  adaptiveThinking: false,
};

const maybe = <T extends z.core.$ZodType>(schema: T) => z.optional(z.nullable(schema));
const ability = maybe(z.object({ supported: z.boolean() }));

const modelInfoSchema = z.object({
  id: z.string(),
  display_name: maybe(z.string()),
  max_input_tokens: maybe(z.number()),
  max_tokens: maybe(z.number()),
  capabilities: maybe(
    z.object({
      pdf_input: ability,
      image_input: ability,
      effort: maybe(z.record(z.string(), z.unknown())),
      thinking: maybe(z.object({ types: maybe(z.object({ adaptive: ability })) })),
    }),
  ),
});
const abilitySchema = z.object({ supported: z.boolean() });

export interface ModelInfo {
  id: string;
  label: string;
  abilities: ApiAbilities;
}

/** Null when it cannot be read. */
export function parseModelInfo(raw: unknown): ModelInfo | null {
  const parsed = modelInfoSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { id, display_name: label, max_input_tokens, max_tokens, capabilities } = parsed.data;
  const efforts = capabilities?.effort ?? {};
  return {
    id,
    label: label ?? id,
    abilities: {
      // The API says 0 where there is no figure.
      maxInputTokens: max_input_tokens || null,
      maxReplyTokens: max_tokens || null,
      efforts: EFFORTS.filter((effort) => abilitySchema.safeParse(efforts[effort]).data?.supported === true),
      pdfInput: capabilities?.pdf_input?.supported ?? false,
      ...(capabilities?.image_input ? { imageInput: capabilities.image_input.supported } : {}),
      adaptiveThinking: capabilities?.thinking?.types?.adaptive?.supported ?? false,
    },
  };
}
