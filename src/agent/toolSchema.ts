/** From zod to what the API takes as a strict schema. */
import * as z from 'zod/mini';

/**
 * JSON schema of type object: every property required, no others allowed, and no bounds of numbers, which strict
 * schemas cannot have.
 */
export function strictSchema(schema: z.ZodMiniObject): Record<string, unknown> {
  const json: Record<string, unknown> = {
    ...z.toJSONSchema(schema, {
      override: ({ jsonSchema }) => {
        delete jsonSchema.minimum;
        delete jsonSchema.maximum;
      },
    }),
  };
  delete json['$schema'];
  return json;
}

/** Where an input does not fit, for the model: `code, purpose`. */
export const misfits = (error: z.core.$ZodError): string =>
  [...new Set(error.issues.map((issue) => issue.path.join('.') || 'input'))].join(', ');
