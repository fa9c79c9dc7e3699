/**
 * The string fields of a JSON object that is still being typed. Only for showing: what runs comes from the
 * complete input. Reads one flat level, as our tools have; anything else ends the reading.
 */

const ESCAPED: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads a string that starts after its quote. `end`: index behind the closing quote, null when still open. */
function readString(json: string, start: number): { text: string; end: number | null } {
  let text = '';
  let plainFrom = start;
  for (let at = start; at < json.length; at += 1) {
    const char = json[at];
    if (char === '"') return { text: text + json.slice(plainFrom, at), end: at + 1 };
    if (char !== '\\') continue;
    text += json.slice(plainFrom, at);
    const kind = json[at + 1];
    if (kind === 'u') {
      const hex = json.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) return { text, end: null };
      text += String.fromCharCode(Number.parseInt(hex, 16));
      at += 5;
    } else {
      const plain = kind === undefined ? undefined : ESCAPED[kind];
      if (plain === undefined) return { text, end: null };
      text += plain;
      at += 1;
    }
    plainFrom = at + 1;
  }
  // A high surrogate whose other half is still to come is held back.
  const open = (text + json.slice(plainFrom)).replace(/[\ud800-\udbff]$/, '');
  return { text: open, end: null };
}

/** Never throws; returns the fields seen so far, the last one as far as typed. */
export function partialStrings(json: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let at = skip(json, 0, '{');
  while (at !== null && json[at] === '"') {
    const key = readString(json, at + 1);
    if (key.end === null) break;
    const valueAt = skip(json, key.end, ':');
    if (valueAt === null || json[valueAt] !== '"') break;
    const value = readString(json, valueAt + 1);
    Object.defineProperty(fields, key.text, {
      value: value.text,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    if (value.end === null) break;
    at = skip(json, value.end, ',');
  }
  return fields;
}

/** Index of the first character behind `punctuation` and blanks, or null when something else stands there. */
function skip(json: string, from: number, punctuation: string): number | null {
  const blank = (index: number): number => {
    let at = index;
    while (at < json.length && /\s/.test(json[at] ?? '')) at += 1;
    return at;
  };
  const at = blank(from);
  return json[at] === punctuation ? blank(at + 1) : null;
}
