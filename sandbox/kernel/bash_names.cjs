'use strict';
// Names of bash code: tree-sitter's grammar reads it. Variables by their names, functions and aliases as `name()`. What
// happens in a subshell sets nothing; files, and what `eval` and `source` run, are not looked at.
const { createRequire } = require('node:module');

// The image's own, whatever cells have installed.
const installed = createRequire('/opt/code-interpreter/javascript/');
const { Language, Parser } = installed('web-tree-sitter');

const PARSE_MS = 1500;
const NAME = /^[A-Za-z_]\w*$/;
/** That a function or an alias may stand behind. */
const COMMAND = /^[A-Za-z_][\w.:-]*$/;
/** Builtins that set variables → their options that take a value; those of `sets` set the variable they name. */
const SETTING = {
  read: { takes: 'adinNptu', sets: 'a' },
  mapfile: { takes: 'cCdnOsu', sets: '' },
  readarray: { takes: 'cCdnOsu', sets: '' },
  printf: { takes: 'v', sets: 'v' },
  getopts: { takes: '', sets: '' },
};
/** Commands of bash itself, which functions of these names could take the place of, but do not. */
const BUILTINS = new Set(
  `. : [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable
  eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd
  read readarray readonly return set shift shopt source suspend test time times trap true type typeset ulimit umask
  unalias unset wait`.split(/\s+/),
);
/** Each statement of these runs in a shell of its own, or not in this one. */
const SUBSHELLS = new Set(['subshell', 'command_substitution', 'process_substitution']);
const ARITHMETIC = new Set(['arithmetic_expansion', 'c_style_for_statement']);

/** @returns {Promise<(code: string) => object | null>} null: it is no bash, or takes too long to read */
exports.analyser = async () => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(installed.resolve('tree-sitter-bash/tree-sitter-bash.wasm')));
  return (code) => {
    const end = performance.now() + PARSE_MS;
    // The grammar wants the end of the last line.
    const tree = parser.parse(`${code}\n`, null, { progressCallback: () => performance.now() > end });
    if (tree === null) {
      parser.reset();
      return null;
    }
    try {
      if (tree.rootNode.hasError) return null;
      const names = new Names();
      names.visit(tree.rootNode);
      return names;
    } finally {
      tree.delete();
    }
  };
};

/** Goes through the code in the order in which it runs; branches and loops may not run. */
class Names {
  uses = new Set();
  sets = new Set();
  /** Nothing of bash is known to be the same again. */
  imports = new Set();
  defined = new Set();
  /** Variables of the functions around the place. */
  locals = [];
  subshells = 0;
  arithmetic = 0;

  visit(node) {
    if (node === null) return;
    const { type } = node;
    // In a here-document the grammar takes arithmetic for a command in a subshell.
    if (type === 'command_substitution' && node.text.startsWith('$((')) this.inText(node.text);
    else if (SUBSHELLS.has(type)) this.subshell(() => this.all(node));
    else if (ARITHMETIC.has(type) || isDoubleParentheses(node)) {
      this.arithmetic += 1;
      this.all(node);
      this.arithmetic -= 1;
    } else if (type === 'variable_name') this.use(node.text);
    else if (type === 'word') this.word(node);
    else if (type in VISIT) VISIT[type](this, node);
    else this.all(node);
  }

  all(node) {
    const { children } = node;
    children.forEach((child, at) => {
      if (children[at + 1]?.type === '&') this.subshell(() => this.visit(child));
      else this.visit(child);
    });
  }

  use(name) {
    if (this.defined.has(name) || (!name.endsWith('()') && !NAME.test(name))) return;
    if (this.locals.some((names) => names.has(name))) return;
    this.uses.add(name);
  }

  set(name) {
    if (this.locals.some((names) => names.has(name))) return;
    this.defined.add(name);
    if (this.subshells === 0) this.sets.add(name);
  }

  /** What it sets is gone at its end. */
  subshell(work) {
    this.subshells += 1;
    this.maybe(work);
    this.subshells -= 1;
  }

  /** What need not run: names are not taken for set after it. */
  maybe(work) {
    const before = new Set(this.defined);
    work();
    this.defined = before;
  }

  /** In arithmetic, names stand without a sign. */
  word({ text }) {
    if (this.arithmetic > 0 && NAME.test(text)) this.use(text);
  }

  inText(text) {
    for (const [name] of text.matchAll(/[A-Za-z_]\w*/g)) this.use(name);
  }

  /** `name`, or `name[index]`. */
  target(node, keeps) {
    const name = node.type === 'subscript' ? node.childForFieldName('name') : node;
    if (node.type === 'subscript') this.visit(node.childForFieldName('index'));
    if (name === null || !NAME.test(name.text)) return;
    if (keeps || node.type === 'subscript') this.use(name.text);
    this.set(name.text);
  }
}

const isDoubleParentheses = (node) => node.type === 'compound_statement' && node.firstChild?.type === '((';

const isTarget = (node) =>
  node?.type === 'variable_name' || node?.type === 'subscript' || node?.type === 'word';

/** @type {Record<string, (names: Names, node: import('web-tree-sitter').Node) => void>} */
const VISIT = {
  variable_assignment(names, node) {
    names.visit(node.childForFieldName('value'));
    const keeps = node.children.some(({ type }) => type !== '=' && type.endsWith('='));
    names.target(node.childForFieldName('name'), keeps);
  },

  command(names, node) {
    const name = node.childForFieldName('name');
    for (const child of node.children) {
      // `A=1 command`: for that command alone.
      if (child.type === 'variable_assignment') names.visit(child.childForFieldName('value'));
      else if (child.type !== 'command_name') names.visit(child);
    }
    const words = node.childrenForFieldName('argument').map((each) => (each === null ? '' : plain(each)));
    const text = name?.text ?? '';
    if (!COMMAND.test(text)) {
      names.visit(name);
      return;
    }
    const called = text === 'time' ? (words[0] ?? '') : text;
    if (COMMAND.test(called) && !BUILTINS.has(called)) names.use(`${called}()`);
    if (text === 'let') words.forEach((word) => letWord(names, word));
    else if (text === 'alias') {
      for (const [, alias] of words.map((word) => /^([A-Za-z_][\w.:-]*)=/.exec(word) ?? [])) {
        if (alias !== undefined) names.set(`${alias}()`);
      }
    } else if (Object.hasOwn(SETTING, text)) setByBuiltin(names, text, words);
  },

  declaration_command(names, node) {
    const keyword = node.firstChild?.text ?? '';
    const options = node.children.filter((child) => child.type === 'word').map((child) => child.text);
    const has = (letter) => options.some((option) => /^-\w+$/.test(option) && option.includes(letter));
    const isLocal =
      names.locals.length > 0 &&
      (keyword === 'local' || (['declare', 'typeset'].includes(keyword) && !has('g')));
    for (const child of node.children) {
      if (child.type === 'variable_name') {
        if (isLocal) names.locals.at(-1).add(child.text);
        else if (keyword !== 'declare' && keyword !== 'typeset') names.target(child, true);
        else if (has('p') || has('f')) names.use(has('f') ? `${child.text}()` : child.text);
        else names.target(child, true);
      } else if (child.type === 'variable_assignment') {
        if (!isLocal) names.visit(child);
        else {
          names.visit(child.childForFieldName('value'));
          names.locals.at(-1).add(child.childForFieldName('name')?.text ?? '');
        }
      } else if (child.type !== 'word') names.visit(child);
    }
  },

  unset_command(names, node) {
    const functions = node.children.some(({ text }) => text === '-f');
    for (const child of node.namedChildren) {
      const text = plain(child);
      if (!NAME.test(text)) continue;
      const name = functions ? `${text}()` : text;
      names.use(name);
      names.set(name);
      names.defined.delete(name);
    }
  },

  function_definition(names, node) {
    names.set(`${node.childForFieldName('name')?.text ?? ''}()`);
    names.locals.push(new Set());
    names.maybe(() => names.visit(node.childForFieldName('body')));
    names.locals.pop();
  },

  pipeline(names, node) {
    for (const child of node.namedChildren) names.subshell(() => names.visit(child));
  },

  list(names, node) {
    const [first, ...others] = node.namedChildren;
    names.visit(first ?? null);
    names.maybe(() => others.forEach((child) => names.visit(child)));
  },

  for_statement(names, node) {
    for (const value of node.childrenForFieldName('value')) names.visit(value);
    const variable = node.childForFieldName('variable');
    if (variable !== null) names.target(variable, false);
    names.maybe(() => names.visit(node.childForFieldName('body')));
  },

  while_statement(names, node) {
    const body = node.childForFieldName('body');
    for (const child of node.children) {
      if (child.id === body?.id) names.maybe(() => names.visit(child));
      else names.visit(child);
    }
  },

  if_statement(names, node) {
    const condition = new Set(node.childrenForFieldName('condition').map((child) => child?.id));
    for (const child of node.children) {
      if (condition.has(child.id)) names.visit(child);
      else names.maybe(() => names.visit(child));
    }
  },

  case_item(names, node) {
    names.maybe(() => names.all(node));
  },

  /** `x = 1`, `x += 1` in arithmetic. */
  binary_expression(names, node) {
    const operator = node.childForFieldName('operator')?.text ?? '';
    const left = node.childForFieldName('left');
    if (
      names.arithmetic === 0 ||
      left === null ||
      !isTarget(left) ||
      !/^(=|[^=!<>]+=|<<=|>>=)$/.test(operator)
    ) {
      names.all(node);
      return;
    }
    names.visit(node.childForFieldName('right'));
    names.target(left, operator !== '=');
  },

  postfix_expression: changedByOne,

  unary_expression(names, node) {
    const operator = node.childForFieldName('operator')?.text ?? node.firstChild?.text ?? '';
    if (operator === '++' || operator === '--') changedByOne(names, node);
    else if (operator === '-v') names.use(node.lastChild?.text ?? '');
    else names.all(node);
  },

  expansion(names, node) {
    // `${x:=5}` sets it where it is not set.
    const sets = node.children.some(({ type }) => type === ':=' || type === '=');
    names.all(node);
    const name = node.children.find(({ type }) => type === 'variable_name');
    if (sets && name !== undefined) names.set(name.text);
  },
};

function changedByOne(names, node) {
  const target = node.children.find(isTarget);
  if (target === undefined || names.arithmetic === 0) names.all(node);
  else names.target(target, true);
}

/** The text of a word without its quotes. */
const plain = ({ type, text }) => (type === 'string' || type === 'raw_string' ? text.slice(1, -1) : text);

function letWord(names, word) {
  names.inText(word);
  const [, name] = /^([A-Za-z_]\w*)\s*(?:[-+*/%&|^]?=|<<=|>>=|\+\+|--)/.exec(word) ?? [];
  if (name !== undefined) names.set(name);
}

function setByBuiltin(names, builtin, words) {
  const { takes, sets } = SETTING[builtin];
  const named = [];
  let byOption = false;
  let ended = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    const option = ended ? null : /^-([A-Za-z]+)$/.exec(word);
    if (word === '--') ended = true;
    else if (option === null) {
      ended = true;
      named.push(word);
    } else {
      const last = option[1].at(-1);
      if (!takes.includes(last)) continue;
      at += 1;
      if (!sets.includes(last)) continue;
      names.set(words[at] ?? '');
      byOption = true;
    }
  }
  const targets = builtin === 'printf' ? [] : builtin === 'getopts' ? [named[1], 'OPTARG', 'OPTIND'] : named;
  for (const name of targets) if (name !== undefined && NAME.test(name)) names.set(name);
  if (builtin === 'read' && named.length === 0 && !byOption) names.set('REPLY');
}
