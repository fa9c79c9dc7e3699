/** The sources against the bundle, and package.json against package.nls.json. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import ts from 'typescript';
import * as z from 'zod/mini';
import { englishBundle } from '../../support/pseudoLanguage.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const filesOf = (folder: string, form: RegExp): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => form.test(name))
    .map((name) => path.join(folder, name));

function parsed(name: string, text = read(name)): ts.SourceFile {
  const kind = name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, kind);
}

const lineOf = (node: ts.Node): string => {
  const source = node.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  return `${source.fileName}:${String(line)} ${node.getText(source).trim().slice(0, 60)}`;
};

/** Everything of the tree for which `wanted` is true. */
function found(node: ts.Node, wanted: (node: ts.Node) => boolean): ts.Node[] {
  const nodes = wanted(node) ? [node] : [];
  ts.forEachChild(node, (child) => void nodes.push(...found(child, wanted)));
  return nodes;
}

const isSaying = (node: ts.Node): boolean => {
  const said = ts.isCallExpression(node)
    ? node.expression
    : ts.isTaggedTemplateExpression(node)
      ? node.tag
      : null;
  return said !== null && ts.isIdentifier(said) && (said.text === 't' || said.text === 'words');
};

/** The language is not known yet while modules are loaded. */
function saidTooEarly(node: ts.Node): ts.Node[] {
  return found(node, isSaying).filter((call) => {
    for (let at = call.parent; !ts.isSourceFile(at); at = at.parent) {
      if (ts.isFunctionLike(at)) return false;
      if (ts.isPropertyDeclaration(at))
        return at.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
    }
    return true;
  });
}

const READ_ALOUD = new Set([
  'aria-label',
  'title',
  'label',
  'hint',
  'placeholder',
  'alt',
  'reason',
  'facts',
  'text',
]);
/** Names of keys: shown as VS Code shows them, in every language. */
const KEYS = /^(Enter|Escape|Shift\+Enter)$/;
/** Reads the same in every language. */
const isWord = (text: string): boolean => /\p{L}{2,}/u.test(text);

/** Words in JSX that do not go through `t`. */
function unsaid(source: ts.SourceFile): ts.Node[] {
  return found(source, (node) => {
    if (ts.isJsxText(node)) return isWord(node.text);
    if (!ts.isJsxAttribute(node) || !READ_ALOUD.has(node.name.getText(source))) return false;
    const value = node.initializer;
    const literals =
      value === undefined
        ? []
        : ts.isStringLiteral(value)
          ? [value.text]
          : found(value, (part) => ts.isStringLiteral(part) || ts.isNoSubstitutionTemplateLiteral(part))
              .filter(isShown)
              .map((part) => part.getText(source).slice(1, -1));
    return literals.some((text) => isWord(text) && !KEYS.test(text));
  });
}

/** A literal that can become the attribute's value: no argument, no name of a kind that is compared. */
function isShown(literal: ts.Node): boolean {
  for (let at = literal; !ts.isJsxAttribute(at.parent); at = at.parent) {
    const { parent } = at;
    if (ts.isCallExpression(parent) || ts.isTaggedTemplateExpression(parent) || ts.isTemplateSpan(parent))
      return false;
    if (ts.isElementAccessExpression(parent)) return false;
    if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken)
      return false;
  }
  return true;
}

describe('what the user reads', () => {
  it('is in the bundle, as l10n-dev extracts it now', async () => {
    await promisify(execFile)(process.execPath, ['l10n/extract.mjs', '--check'], { cwd: ROOT });
  });

  it('is said only when the language is known', () => {
    const early = [...filesOf('src', /\.ts$/), ...filesOf('webview', /\.tsx?$/)].flatMap((name) => {
      const text = read(name);
      const says = !name.endsWith('l10n.ts') && text.includes('/l10n.ts');
      return says ? saidTooEarly(parsed(name, text)).map(lineOf) : [];
    });
    assert.deepEqual(early, [], 'make it a function');
  });

  it('is no bare text in the panel: JSX text, labels, tooltips', () => {
    const bare = filesOf('webview', /\.tsx$/).flatMap((name) => unsaid(parsed(name)).map(lineOf));
    assert.deepEqual(bare, [], 'say it through t of src/shared/l10n.ts');
  });

  it('is found by these tests when it is bare or early', () => {
    const jsx = (text: string): number => unsaid(parsed('x.tsx', `const a = () => ${text};`)).length;
    assert.equal(jsx('<p>Not said</p>'), 1);
    assert.equal(jsx('<p title="Not said" />'), 1);
    assert.equal(jsx('<p aria-label={open ? "Not said" : t("Said")} />'), 1);
    assert.equal(
      jsx('<p title={t("Said")} class="not read" aria-label={t`Said ${a("b")}`}>{t("Said")}</p>'),
      0,
    );
    const early = (text: string): number => saidTooEarly(parsed('x.ts', text)).length;
    assert.equal(early('const a = t("Too early");'), 1);
    assert.equal(early('const a = { b: [words`Too early`] };'), 1);
    assert.equal(early('class A { static b = t("Too early"); }'), 1);
    assert.equal(early('const a = () => t("In time"); class B { b = t("In time"); }'), 0);
  });
});

const words = z.record(z.string(), z.string());
const holes = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join(' ');

describe('translations', () => {
  const english = englishBundle();
  for (const name of filesOf('l10n', /^bundle\.l10n\..+\.json$/).filter(
    (file) => !file.endsWith('bundle.l10n.json'),
  )) {
    it(`${name} has every sentence, with the same places for values`, () => {
      const translated = words.parse(JSON.parse(read(name)));
      assert.deepEqual(Object.keys(translated).sort(), Object.keys(english).sort());
      for (const [key, text] of Object.entries(translated)) assert.equal(holes(text), holes(key), key);
    });
  }

  it('package.json names its words, and package.nls.json has exactly those', () => {
    const manifest = read('package.json');
    const named = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const nls = words.parse(JSON.parse(read('package.nls.json')));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(nls).sort());
    for (const [key, text] of Object.entries(nls)) assert.ok(text.trim() !== '', key);
  });

  it('package.json has no words of its own for what is shown', () => {
    const bare: string[] = [];
    /** The product's name, and paths to icons, are the same everywhere. */
    const same = /^(Code Interpreter|%.*%|media\/.*)$/;
    const visit = (value: unknown, key: string): void => {
      if (Array.isArray(value)) for (const entry of value) visit(entry, key);
      else if (typeof value === 'object' && value !== null)
        for (const [name, entry] of Object.entries(value)) visit(entry, name);
      else if (typeof value === 'string' && SHOWN.test(key) && !same.test(value))
        bare.push(`${key}: ${value}`);
    };
    const { contributes, capabilities, description } = manifestSchema.parse(JSON.parse(read('package.json')));
    visit(contributes, '');
    visit(capabilities, '');
    visit(description, 'description');
    assert.deepEqual(bare, []);
  });

  for (const name of readdirSync(ROOT).filter((file) => /^package\.nls\..+\.json$/.test(file))) {
    it(`${name} has every word`, () => {
      const keys = (file: string): string[] => Object.keys(words.parse(JSON.parse(read(file)))).sort();
      assert.deepEqual(keys(name), keys('package.nls.json'));
    });
  }
});

const SHOWN =
  /^(title|description|markdownDescription|enumDescriptions|markdownEnumDescriptions|name|displayName|contents|altText|deprecationMessage|markdownDeprecationMessage)$/;
const manifestSchema = z.object({
  contributes: z.unknown(),
  capabilities: z.unknown(),
  description: z.string(),
});
