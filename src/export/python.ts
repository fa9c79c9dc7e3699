/**
 * A session as a Python script in the percent format (`# %%`), which plain Python runs and editors take for a notebook.
 * What only a notebook understands is translated where plain Python has the same, and else a comment that says why.
 */
import type { DocumentCell } from './document.ts';
import { helpersFor } from './helpers.ts';
import { linesOfPython, type Line } from './pythonLines.ts';
import { requirements } from './environment.ts';
import { cellsOf, facts, runNote, warningOf, type Report } from './report.ts';
import { markdownOf } from './notebook.ts';

export function toPython(report: Report): string {
  const cells = report.parts.flatMap((part) => {
    if (part.kind === 'cell') return [cellText(part.cell)];
    const text = markdownOf(part).trim();
    return text === '' ? [] : [`# %% [markdown]\n${comment(text)}`];
  });
  const body = cells.join('\n\n');
  const sections = [head(report), setup(body, report), ...cells, closing(report)];
  return sections.filter((section) => section !== '').join('\n\n') + '\n';
}

/** Every line of it: nothing that was said can become code. */
const comment = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => (line.trim() === '' ? '#' : `# ${line}`))
    .join('\n');

function head(report: Report): string {
  const needs = report.used === null ? [] : requirements(report.used, report.installed);
  const lines = [
    report.title,
    warningOf(report),
    ...(report.used === null ? [] : [`Made with Python ${report.used.python}.`]),
    ...(needs.length === 0 ? [] : [`Needs: pip install ${needs.join(' ')}`]),
  ];
  return comment(lines.filter((line) => line !== '').join('\n'));
}

function setup(body: string, report: Report): string {
  const lines: string[] = [];
  if (/\bsubprocess\.run\(/.test(body)) lines.push('import subprocess');
  if (/^\s*display\(|[^.\w]display\(/m.test(body)) {
    lines.push(
      'try:',
      '    from IPython.display import display',
      'except ImportError:',
      '    display = print',
    );
  }
  const helpers = helpersFor(cellsOf(report.parts));
  if (helpers !== '') lines.push(helpers.trimEnd());
  return lines.length === 0 ? '' : ['# %%', ...lines].join('\n');
}

function closing(report: Report): string {
  const lines = facts(report).map(({ name, value }) => `- ${name}: ${value}`);
  return lines.length === 0 ? '' : `# %% [markdown]\n${comment(['How this was made', ...lines].join('\n'))}`;
}

function cellText(cell: DocumentCell): string {
  const title = `# %%${cell.purpose === '' ? '' : ` ${cell.purpose.replace(/\s+/g, ' ')}`}`;
  return `${title}\n${cellBody(cell)}`;
}

function cellBody(cell: DocumentCell): string {
  switch (cell.end) {
    case 'error':
    case 'interrupted':
    case 'timeout':
    case 'killed':
      // With code that does not come to its end nothing behind it would run.
      if (!cell.edited) return leftOut(cell.code, runNote(cell));
      break;
    case 'ok':
    case 'running':
    case 'recorded':
    case 'never':
  }
  switch (cell.language) {
    case 'bash':
      return program(['bash'], cell.code);
    case 'javascript':
      return program(['node'], cell.code);
    case 'python':
      return plainPython(cell.code);
  }
}

const leftOut = (code: string, reason: string): string => comment(`Left out: ${reason}\n${code}`);

/** A literal of Python: JSON's strings are a part of Python's. */
const literal = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

const program = (command: readonly string[], input: string): string =>
  `subprocess.run([${command.map(literal).join(', ')}], input=${literal(input)}, text=True, check=True)`;

const SHELLS: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash'],
  sh: ['sh'],
  perl: ['perl'],
  ruby: ['ruby'],
  python: ['python3'],
  python3: ['python3'],
};

export function plainPython(code: string): string {
  const lines = code.split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const magic = /^%%(\w+)[ \t]*(.*)$/.exec(lines[first] ?? '');
  if (magic !== null)
    return cellMagic(code, magic[1] ?? '', magic[2] ?? '', lines.slice(first + 1).join('\n'));
  const scanned = linesOfPython(code);
  if (awaitsAtTop(scanned)) return leftOut(code, 'a script cannot await outside of a function.');
  return translated(scanned);
}

/** In no function; a block of `for` or `if` is none. */
function awaitsAtTop(lines: readonly Line[]): boolean {
  let functions: number[] = [];
  return lines.some(({ text, begins }) => {
    if (!begins || text.trim() === '') return false;
    const indent = text.search(/\S/);
    functions = functions.filter((outer) => outer < indent);
    const isFunction = /^\s*(?:async\s+)?def\b/.test(text);
    if (isFunction) functions.push(indent);
    if (isFunction || functions.length > 0) return false;
    return /^\s*(?:async\s+(?:for|with)\b|[^#'"]*\bawait\b)/.test(text);
  });
}

function cellMagic(code: string, name: string, rest: string, body: string): string {
  const shell = SHELLS[name];
  if (shell !== undefined && rest.trim() === '') return program(shell, body);
  if (name === 'script' && /^[\w./-]+$/.test(rest.trim())) return program([rest.trim()], body);
  if (name === 'time' || name === 'capture') return `${why(`%%${name} ${rest}`)}\n${plainPython(body)}`;
  if (name === 'writefile' && /^[^\s-]\S*$/.test(rest.trim())) {
    return `open(${literal(rest.trim())}, "w").write(${literal(`${body}\n`)})`;
  }
  return leftOut(code, `%%${name} is a magic of notebooks, and a script has nothing like it.`);
}

const why = (line: string): string => `# ${line.trim()}  (of a notebook: means nothing in a script)`;

/** Lines of a magic that is continued belong together. */
function translated(lines: readonly Line[]): string {
  const result: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const { text = '', begins = false } = lines[at] ?? {};
    if (!begins || !/^\s*(?:[%!?]|[\w., ]+=\s*[%!])|\?\??\s*$/.test(text) || /^\s*#/.test(text)) {
      result.push(text);
      continue;
    }
    let whole = text;
    while (whole.endsWith('\\') && at + 1 < lines.length) {
      at += 1;
      whole = `${whole.slice(0, -1)} ${(lines[at]?.text ?? '').trim()}`;
    }
    result.push(statement(whole));
  }
  return result.join('\n');
}

function statement(line: string): string {
  const [, indent = '', target = '', mark = '', rest = ''] =
    /^(\s*)(?:([\w., ]+?)\s*=\s*)?([%!?]{1,2})?(.*)$/.exec(line) ?? [];
  const command = mark.startsWith('!') ? rest.trim() : null;
  // What stands in braces or behind a dollar is a variable of the notebook.
  if (command !== null && command !== '' && !/[{}$]/.test(command)) {
    const call = `subprocess.run(${literal(command)}, shell=True`;
    if (target === '' && mark === '!') return `${indent}${call})`;
    if (target !== '') {
      return `${indent}${target} = ${call}, capture_output=True, text=True).stdout.splitlines()`;
    }
  }
  if (target !== '') return `${indent}${target} = None  ${why(line)}`;
  return indent === '' ? why(line) : `${indent}pass  ${why(line)}`;
}
