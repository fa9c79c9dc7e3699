/**
 * Writes bundle.l10n.json: the English sentences of `src/` and `webview/`, as translators get them. The calls of our
 * own `t` and `words` (src/shared/l10n.ts) are found here; what they say is read by @vscode/l10n-dev.
 * `--check`: fails when it is another one.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import l10nDev from '@vscode/l10n-dev';
import * as prettier from 'prettier';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '..');
const SAYERS = ['t', 'words'];
const BUNDLE = path.join(ROOT, 'l10n', 'bundle.l10n.json');

/** What an import of src/shared/l10n.ts brings. */
function sayersOf(statement) {
  if (!ts.isImportDeclaration(statement) || !statement.moduleSpecifier.text.endsWith('/l10n.ts')) return [];
  const named = statement.importClause?.namedBindings;
  if (named === undefined || !ts.isNamedImports(named)) return [];
  return named.elements.map(({ name }) => name.text).filter((name) => SAYERS.includes(name));
}

/** The calls of a file, each as one of `l10n.t`, which is the form that l10n-dev knows. */
function callsIn(file, text) {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kind);
  const sayers = new Set(source.statements.flatMap(sayersOf));
  const calls = [];
  const visit = (node) => {
    const said =
      (ts.isCallExpression(node) && node.expression) || (ts.isTaggedTemplateExpression(node) && node.tag);
    if (said && ts.isIdentifier(said) && sayers.has(said.text)) {
      calls.push(`l10n.t${text.slice(said.end, node.end)};`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

/** Text of the bundle as it must be now. @throws Error for a message that is put together at run time */
async function extracted() {
  // One text for all of them: l10n-dev makes its queries anew for each.
  const calls = [];
  for (const folder of ['src', 'webview']) {
    for (const name of await readdir(path.join(ROOT, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(name) || name.endsWith('l10n.ts')) continue;
      const text = await readFile(path.join(ROOT, folder, name), 'utf8');
      if (text.includes('/l10n.ts')) calls.push(...callsIn(name, text));
    }
  }
  const contents = ["import * as l10n from '@vscode/l10n';", ...calls].join('\n');
  const bundle = await l10nDev.getL10nJson([{ extension: '.ts', contents }]);
  const sorted = Object.fromEntries(Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  const options = await prettier.resolveConfig(BUNDLE);
  return prettier.format(JSON.stringify(sorted), { ...options, filepath: BUNDLE });
}

const bundle = await extracted();
if (!process.argv.includes('--check')) await writeFile(BUNDLE, bundle);
else if (bundle !== (await readFile(BUNDLE, 'utf8').catch(() => ''))) {
  console.error('l10n/bundle.l10n.json is not what the sources say: npm run l10n writes it.');
  process.exitCode = 1;
}
