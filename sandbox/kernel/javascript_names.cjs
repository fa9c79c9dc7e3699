'use strict';
// Names of JavaScript code: acorn reads it, eslint-scope says what belongs to whom. What is left here is the order of a
// cell's statements, and objects that are changed in place.
const { createRequire } = require('node:module');

// The image's own, whatever cells have installed.
const installed = createRequire('/opt/code-interpreter/javascript/');
const { parse } = installed('acorn');
const { analyze } = installed('eslint-scope');

/** Methods that change the object they belong to, of the types everybody uses. */
const MUTATING = new Set(
  'add append clear copyWithin delete fill pop push reverse set shift sort splice unshift'.split(' '),
);
/** Functions that change their first argument. */
const CHANGES_FIRST = new Set(
  'Object.assign Object.defineProperty Object.defineProperties Object.setPrototypeOf Reflect.set'.split(' '),
);
const GLOBAL_OBJECT = new Set(['globalThis', 'global']);
const NOT_NAMES = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...['require', 'module', 'exports', '__filename', '__dirname', 'arguments'],
]);

/** Every node → the node it stands in. */
function parentsOf(tree) {
  const parents = new Map();
  const left = [tree];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child?.type !== 'string') continue;
        parents.set(child, node);
        left.push(child);
      }
    }
  }
  return parents;
}

/** `a` of `a.b[0].c`: the whole, from the name outwards. */
function memberAround(node, parents) {
  for (let parent = parents.get(node); ; parent = parents.get(node)) {
    const within = parent?.type === 'MemberExpression' && parent.object === node;
    if (!within && parent?.type !== 'ChainExpression') return node;
    node = parent;
  }
}

/** The expression is given a value, or removed. */
function isTarget(node, parent) {
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node;
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    default:
      return false;
  }
}

const isPatternValue = (node, parents) => {
  const parent = parents.get(node);
  return (
    parent?.type === 'Property' && parent.value === node && parents.get(parent)?.type === 'ObjectPattern'
  );
};

/** `b` of `a.b` and `a['b']`; null: only known when it runs. */
function propertyOf(member) {
  if (member.type === 'ChainExpression') return propertyOf(member.expression);
  if (member.type !== 'MemberExpression') return null;
  if (!member.computed) return member.property.name ?? null;
  return typeof member.property.value === 'string' ? member.property.value : null;
}

function calleeText(callee) {
  const property = callee.type === 'MemberExpression' ? propertyOf(callee) : null;
  return property !== null && callee.object.type === 'Identifier' ? `${callee.object.name}.${property}` : '';
}

/** The object that the name stands for is another one after this place. */
function isChanged(identifier, parents) {
  const whole = memberAround(identifier, parents);
  const parent = parents.get(whole);
  if (whole !== identifier) {
    if (isTarget(whole, parent) || isPatternValue(whole, parents)) return true;
    if (parent?.type === 'CallExpression' && parent.callee === whole && MUTATING.has(propertyOf(whole)))
      return true;
  }
  return (
    parent?.type === 'CallExpression' &&
    parent.arguments[0] === whole &&
    CHANGES_FIRST.has(calleeText(parent.callee))
  );
}

/** `require('m').b`, `await import('m')`: the same code gives the same again. */
function isImport(expression) {
  switch (expression?.type) {
    case 'AwaitExpression':
      return isImport(expression.argument);
    case 'MemberExpression':
      return isImport(expression.object);
    case 'ImportExpression':
      return true;
    case 'CallExpression':
      return expression.callee.type === 'Identifier' && expression.callee.name === 'require';
    default:
      return false;
  }
}

function namesOfPattern(pattern) {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) => namesOfPattern(each.value ?? each.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap(namesOfPattern);
    case 'AssignmentPattern':
      return namesOfPattern(pattern.left);
    case 'RestElement':
      return namesOfPattern(pattern.argument);
    default:
      return [];
  }
}

/** Names without a declaration that are certainly set by then → from which character on. */
function setFrom(statements, from = new Map()) {
  for (const statement of statements) {
    if (statement.type === 'BlockStatement') setFrom(statement.body, from);
    if (statement.type !== 'ExpressionStatement') continue;
    let expression = statement.expression;
    while (expression.type === 'AssignmentExpression' && expression.operator === '=') {
      for (const name of namesOfPattern(expression.left)) {
        if (!from.has(name)) from.set(name, statement.end);
      }
      expression = expression.right;
    }
  }
  return from;
}

/** A `var` that is given no value keeps the one it has. */
const keepsItsValue = (variable) =>
  variable.defs.every(({ type, parent }) => type === 'Variable' && parent.kind === 'var') &&
  !variable.references.some((reference) => reference.isWrite());

/** @throws SyntaxError */
exports.namesOfCode = (code) => {
  const tree = parse(code, {
    ecmaVersion: 'latest',
    sourceType: 'script',
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowHashBang: true,
    ranges: true,
  });
  const parents = parentsOf(tree);
  // As a module, so that what is declared at the top is told from what is only named.
  const scopes = analyze(tree, { ecmaVersion: 2022, sourceType: 'module', ignoreEval: true });
  const { through, childScopes } = scopes.globalScope;
  const found = { uses: new Set(), sets: new Set(), imports: new Set() };
  const bound = new Set();
  const outer = [...through];
  for (const variable of childScopes[0].variables) {
    if (variable.defs.length === 0) continue;
    if (keepsItsValue(variable)) {
      outer.push(...variable.references);
      continue;
    }
    bound.add(variable.name);
    if (variable.defs.every(({ type, node }) => type === 'ImportBinding' || isImport(node?.init)))
      found.imports.add(variable.name);
  }
  const from = setFrom(tree.body);
  for (const reference of outer) {
    const { identifier } = reference;
    if (GLOBAL_OBJECT.has(identifier.name)) {
      propertyOfGlobal(identifier, parents, found, bound);
      continue;
    }
    if (reference.isWrite()) bound.add(identifier.name);
    if (reference.isRead() && identifier.start < (from.get(identifier.name) ?? Infinity))
      found.uses.add(identifier.name);
    if (isChanged(identifier, parents)) found.sets.add(identifier.name);
  }
  for (const name of [...found.uses, ...found.sets]) {
    if (!NOT_NAMES.has(name)) continue;
    found.uses.delete(name);
    found.sets.delete(name);
  }
  for (const name of bound) found.sets.add(name);
  return found;
};

/** `globalThis.total = 1` sets `total`. */
function propertyOfGlobal(identifier, parents, found, bound) {
  const member = parents.get(identifier);
  const name =
    member?.type === 'MemberExpression' && member.object === identifier ? propertyOf(member) : null;
  if (name === null || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return;
  const parent = parents.get(member);
  if (isTarget(member, parent) || isPatternValue(member, parents)) {
    bound.add(name);
    const onlySets = parent.type === 'AssignmentExpression' && parent.operator === '=';
    if (onlySets) return;
  }
  found.uses.add(name);
}
