/** Styles without anything that loads. The policy of the page stops what this misses. Pure. */
export const cleanCss = (css: string): string =>
  // A letter may be written as an escape; what is cleaned is what the browser would read.
  css
    .replace(/\\([\da-f]{1,6})\s?|\\(.)/gi, (_, hex?: string, char?: string) =>
      hex === undefined ? (char ?? '') : String.fromCodePoint(Math.min(parseInt(hex, 16), 0x10ffff)),
    )
    // It could end the element that the style stands in.
    .replaceAll('<', '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/@(?:import|font-face|namespace)[^;{}]*(?:;|\{[^}]*\}|$)/gi, '')
    .replace(/(?:url|src|image-set|cross-fade)\([^)]*\)?/gi, 'none');
