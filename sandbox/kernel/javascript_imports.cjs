'use strict';
// Code that the inspector evaluates has no module loader: `import` of both forms is rewritten to a call of a helper
// that has one. Everything else about the cell stays as typed, line by line.
const { createRequire } = require('node:module');

// The image's own, whatever cells have installed.
const { parse } = createRequire('/opt/code-interpreter/javascript/')('acorn');

const HELPER = "globalThis[Symbol.for('code-interpreter.import')]";

/** `import a, { b as c } from "m"` as a declaration of the same names. */
function declaration(node, source) {
  const call = `await ${HELPER}(${source.slice(node.source.start, node.source.end)})`;
  if (node.specifiers.length === 0) return `${call};`;
  const namespace = node.specifiers.find((each) => each.type === 'ImportNamespaceSpecifier');
  const names = node.specifiers
    .filter((each) => each !== namespace)
    .map((each) => {
      if (each.type === 'ImportDefaultSpecifier') return `default: ${each.local.name}`;
      const imported = source.slice(each.imported.start, each.imported.end);
      return `${imported}: ${each.local.name}`;
    });
  const parts = [];
  if (namespace !== undefined) parts.push(`${namespace.local.name} = ${call}`);
  if (names.length > 0) parts.push(`{ ${names.join(', ')} } = ${namespace?.local.name ?? call}`);
  return `const ${parts.join(', ')};`;
}

function collect(node, source, edits) {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, source, edits);
    return;
  }
  if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return;
  if (node.type === 'ImportDeclaration') {
    const lines = source.slice(node.start, node.end).split('\n').length - 1;
    edits.push({ start: node.start, end: node.end, text: declaration(node, source) + '\n'.repeat(lines) });
    return;
  }
  if (node.type === 'ImportExpression') {
    edits.push({ start: node.start, end: node.start + 'import'.length, text: HELPER });
  }
  for (const value of Object.values(node)) collect(value, source, edits);
}

/** The code to evaluate; code that does not parse is left alone, so that the error is the engine's own. */
exports.withLoadableImports = (source) => {
  if (!source.includes('import')) return source;
  let tree;
  try {
    tree = parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
      allowHashBang: true,
    });
  } catch {
    return source;
  }
  const edits = [];
  collect(tree.body, source, edits);
  let rewritten = source;
  for (const edit of edits.sort((a, b) => b.start - a.start)) {
    rewritten = rewritten.slice(0, edit.start) + edit.text + rewritten.slice(edit.end);
  }
  return rewritten;
};
