/** Values as Python source. The one way by which names of files and columns get into a cell. */

export type PyValue =
  string | number | boolean | null | readonly PyValue[] | { readonly [key: string]: PyValue };

/** Letters, marks, digits and symbols of any script are left readable; everything that could hide is escaped. */
const READABLE = /^[\p{L}\p{M}\p{N}\p{S}\p{P} ]$/u;
/** Direction marks and invisible fillers that Unicode counts as letters or marks. */
const INVISIBLE =
  /^[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]$|^[\u{e0100}-\u{e01ef}]$/u;

/**
 * Source of a Python literal that evaluates to the value. Lone surrogates become `\udcNN` escapes, which is how
 * Python itself names files whose bytes are no UTF-8.
 */
export function pyLiteral(value: PyValue): string {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'string':
      return pyString(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return pyNumber(value);
    default:
  }
  if (isList(value)) return `[${value.map(pyLiteral).join(', ')}]`;
  const items = Object.entries(value).map(([key, item]) => `${pyString(key)}: ${pyLiteral(item)}`);
  return `{${items.join(', ')}}`;
}

const isList = (value: object): value is readonly PyValue[] => Array.isArray(value);

function pyNumber(value: number): string {
  if (Number.isNaN(value)) return "float('nan')";
  if (!Number.isFinite(value)) return value > 0 ? "float('inf')" : "float('-inf')";
  return String(value);
}

function pyString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const char of text) body += escaped(char, quote);
  return quote + body + quote;
}

function escaped(char: string, quote: string): string {
  if (char === '\\') return '\\\\';
  if (char === quote) return `\\${quote}`;
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  if (READABLE.test(char) && !INVISIBLE.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
