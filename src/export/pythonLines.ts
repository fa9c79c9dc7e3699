/** Which lines of Python begin a statement: those inside of a string, a bracket or a continued line do not. Pure. */

export interface Line {
  text: string;
  begins: boolean;
}

const isShell = (line: string): boolean => /^\s*(?:[%!?]|[\w., ]+=\s*[%!])/.test(line);

/** Lines of magics and shell commands are taken as they are: their quotes mean nothing to Python. */
export function linesOfPython(code: string): Line[] {
  const state = { quote: '', depth: 0, continued: false };
  let shell = false;
  return code.split(/\r\n|\r|\n/).map((text) => {
    const begins = state.quote === '' && state.depth === 0 && !state.continued;
    shell = begins ? isShell(text) : shell && state.continued;
    if (shell) state.continued = text.endsWith('\\');
    else scan(text, state);
    return { text, begins };
  });
}

function scan(line: string, state: { quote: string; depth: number; continued: boolean }): void {
  state.continued = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (char === '\\') {
      if (at === line.length - 1) state.continued = true;
      at += 1;
    } else if (state.quote !== '') {
      if (!line.startsWith(state.quote, at)) continue;
      at += state.quote.length - 1;
      state.quote = '';
    } else if (char === '#') break;
    else if (char === '"' || char === "'") {
      state.quote = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += state.quote.length - 1;
    } else if ('([{'.includes(char)) state.depth += 1;
    else if (')]}'.includes(char)) state.depth = Math.max(0, state.depth - 1);
  }
  // A string of one quote ends with its line.
  if (state.quote.length === 1 && !state.continued) state.quote = '';
}
