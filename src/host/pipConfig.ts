/** What `pip config list` prints: lines of `section.name='value'`, the value as Python writes a text. */

export interface PipIndexes {
  /** Null: pip's own. */
  index: string | null;
  more: string[];
}

/** `install` goes before `global`, as for pip. */
export function indexesInPipConfig(printed: string): PipIndexes {
  const values = new Map<string, string>();
  for (const line of printed.split(/\r?\n/)) {
    const match = /^(install|global)\.(index-url|extra-index-url)=(['"])(.*)\3$/.exec(line);
    if (match === null) continue;
    const [, section, name, , text = ''] = match;
    values.set(`${section}.${name}`, unescaped(text));
  }
  const value = (name: string): string | null =>
    values.get(`install.${name}`) ?? values.get(`global.${name}`) ?? null;
  const index = value('index-url')?.trim() ?? '';
  return {
    index: index === '' ? null : index,
    more: (value('extra-index-url') ?? '').split(/\s+/).filter((url) => url !== ''),
  };
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
