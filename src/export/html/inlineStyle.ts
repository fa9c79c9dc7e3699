/** Styles at elements, by lists of what is allowed: nothing of CSS that could name an address or leave its place. Pure. */

const SIZE = /^-?\d+(?:\.\d+)?(?:px|em|rem|%|pt|ch)?$/;
const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]+|(?:rgb|hsl)a?\([\d.,%\s/]+\))$/i;
const WORD = /^(?:[a-z-]+|\d+)$/i;

const ALLOWED: ReadonlyMap<string, RegExp> = new Map([
  ...['color', 'background-color', 'border-color'].map((name) => [name, COLOUR] as const),
  ...'width height max-width min-width font-size padding margin border-width'
    .split(' ')
    .map((name) => [name, SIZE] as const),
  ...'text-align vertical-align font-weight font-style white-space border-style'
    .split(' ')
    .map((name) => [name, WORD] as const),
]);

/** Null: nothing of it is left. A declaration that is written in a way we do not know goes. */
export function harmlessStyle(css: string): string | null {
  const kept = css.split(';').flatMap((declaration) => {
    const [name = '', ...rest] = declaration.split(':');
    const [property, value] = [name.trim().toLowerCase(), rest.join(':').trim()];
    return ALLOWED.get(property)?.test(value) === true ? [`${property}:${value}`] : [];
  });
  return kept.length === 0 ? null : kept.join(';');
}
