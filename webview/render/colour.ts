/** Who colours code. Apart from the library, which is large. */

/** Escaped markup with classes for a known language, or null: it is shown plain. */
export type Colour = (code: string, language: string) => string | null;

export const plainCode: Colour = () => null;
