'use strict';
// The variables that cells of JavaScript have declared, read through the inspector from a thread of its own: no code of
// the user's runs, no getter, and what cells have changed in the language's own objects is not used.

const MAX_VARIABLES = 5000;
const MAX_PREVIEW = 120;
const MAX_TEXT = 200_000;
const BYTES_OF = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Buffer: 1,
  ArrayBuffer: 1,
  SharedArrayBuffer: 1,
  DataView: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Float16Array: 2,
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
  BigInt64Array: 8,
  BigUint64Array: 8,
};

const cut = (text, limit) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
const oneLine = (text) => text.replace(/\s+/g, ' ').trim();
const isName = (text) => /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(text);
const refused = (problem) => ({ ok: false, reason: 'refused', problem });

class Variables {
  #session;
  /** Names of the global object's properties from before the first cell. */
  #before = new Set();
  /** The inspector's ids of the global object and of two functions that cells cannot replace. */
  #global;
  #functions;

  /** @param session connected to the main thread */
  constructor(session) {
    this.#session = session;
  }

  async begin() {
    this.#global = await this.#evaluate('this', 'kept');
    this.#functions = await this.#evaluate(
      '({ names: Object.getOwnPropertyNames, descriptor: Reflect.getOwnPropertyDescriptor })',
      'kept',
    );
    this.#before = new Set(await this.#globalNames());
  }

  async answer(name, params) {
    try {
      if (name === 'variables') return { ok: true, answer: await this.#list() };
      if (name === 'variableValue') return await this.#value(String(params.name));
    } finally {
      await this.#post('Runtime.releaseObjectGroup', { objectGroup: 'looked' });
    }
    return { ok: false, reason: 'unknown', problem: `JavaScript knows no query ${cut(name, 60)}.` };
  }

  async #list() {
    const names = await this.#names();
    // All at once: most of the time is spent on the way between the threads.
    const variables = await Promise.all(names.slice(0, MAX_VARIABLES).map((name) => this.#told(name)));
    return { variables, more: Math.max(names.length - MAX_VARIABLES, 0) };
  }

  async #names() {
    const { names } = await this.#post('Runtime.globalLexicalScopeNames', {});
    const declared = (await this.#globalNames()).filter((name) => !this.#before.has(name) && isName(name));
    return [...new Set([...declared, ...names])];
  }

  /** Properties of the global object that hold a value: `var`, functions, and what was set without a declaration. */
  async #globalNames() {
    const { result } = await this.#post('Runtime.callFunctionOn', {
      objectId: this.#functions.objectId,
      functionDeclaration: `function (of) {
        const all = this.names(of), found = [];
        for (let at = 0; at < all.length; at++) {
          const told = this.descriptor(of, all[at]);
          if (told !== undefined && 'value' in told) found[found.length] = all[at];
        }
        return found;
      }`,
      arguments: [{ objectId: this.#global.objectId }],
      returnByValue: true,
    });
    return result.value.filter((name) => typeof name === 'string');
  }

  async #told(name) {
    const found = await this.#look(name, MAX_PREVIEW);
    return {
      name: cut(name, 200),
      type: typeOf(found),
      shape: lengthOf(found)?.toLocaleString('en') ?? null,
      bytes: bytesOf(found),
      preview: cut(oneLine(found.text ?? ''), MAX_PREVIEW),
      table: false,
    };
  }

  async #value(name) {
    if (!(await this.#names()).includes(name))
      return refused(`There is no variable ${cut(name, 80)} any more.`);
    const found = await this.#look(name, MAX_TEXT);
    return {
      ok: true,
      answer: { name, type: typeOf(found), text: cut(found.text ?? '', MAX_TEXT), tree: null },
    };
  }

  /** A variable as the inspector describes it, its text, and the length of a string, of which only the beginning comes. */
  async #look(name, limit) {
    const kind = await this.#evaluate(`typeof ${name}`, 'looked');
    if (kind.value === undefined) return { type: 'uninitialized', text: '' };
    if (kind.value === 'string') {
      const { value: length } = await this.#evaluate(`${name}.length`, 'looked');
      // By places: a cell may have changed what strings can do. One by one, which is slow for the whole of a long one.
      const places = Array.from({ length: Math.min(length, MAX_PREVIEW) }, (_, at) => `${name}[${at}]`).join(
        '+',
      );
      const whole = limit > MAX_PREVIEW && length <= 50 * MAX_TEXT;
      const { value } = await this.#evaluate(whole ? name : places || '""', 'looked');
      return { type: 'string', text: whole ? value : quoted(value, length), length };
    }
    const found = await this.#evaluate(name, 'looked', true);
    return {
      ...found,
      text: limit > MAX_PREVIEW && found.type === 'function' ? found.description : textOf(found),
    };
  }

  /** A remote object; one of type `unknown` where evaluating would run code. */
  async #evaluate(expression, objectGroup, generatePreview = false) {
    const { result, exceptionDetails } = await this.#post('Runtime.evaluate', {
      expression,
      objectGroup,
      generatePreview,
      silent: true,
      throwOnSideEffect: objectGroup === 'looked',
    });
    return exceptionDetails === undefined ? result : { type: 'unknown' };
  }

  #post(method, params) {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }
}

const typeOf = ({ type, subtype, className, description = '' }) => {
  if (subtype === 'null') return 'null';
  if (type === 'function') return description.startsWith('class') ? 'class' : 'function';
  return type === 'object' ? cut(className ?? type, 80) : type;
};

/** Of a string, an array, a map and the like, which are described as `Map(2)`. */
function lengthOf({ length, description = '', subtype }) {
  if (length !== undefined) return length;
  const counted = subtype === undefined ? null : /^[\w$]+\((\d+)\)$/.exec(description);
  return counted === null ? undefined : Number(counted[1]);
}

function bytesOf(found) {
  const size = BYTES_OF[/^[A-Za-z0-9]+/.exec(found.description ?? '')?.[0]];
  const length = lengthOf(found);
  return size === undefined || length === undefined ? null : size * length;
}

const quoted = (beginning, length) => JSON.stringify(beginning) + (length > beginning.length ? '…' : '');

function textOf({ type, subtype, value, unserializableValue, description, preview }) {
  if (unserializableValue !== undefined) return unserializableValue;
  if (type === 'function') return oneLine(description).slice(0, 2 * MAX_PREVIEW);
  if (preview !== undefined && subtype !== 'error') return previewText(preview);
  if (subtype === 'error') return description.split('\n')[0];
  if (subtype === 'null') return 'null';
  return String(value ?? description ?? type);
}

function previewText({ subtype, description, properties, entries, overflow }) {
  if (['date', 'regexp', 'proxy'].includes(subtype)) return description;
  const shown = (one) =>
    one.type === 'string'
      ? JSON.stringify(one.value ?? one.description)
      : one.type === 'accessor'
        ? '(getter)'
        : one.type === 'function'
          ? 'function'
          : (one.value ?? one.description ?? '');
  const list = ['array', 'typedarray'].includes(subtype);
  const parts = entries
    ? entries.map(({ key, value }) => (key ? `${shown(key)} => ` : '') + shown(value))
    : // What a typed array has beside its numbers is told by its type.
      properties
        .filter(({ name }) => subtype !== 'typedarray' || /^\d+$/.test(name))
        .map((one) => (list && /^\d+$/.test(one.name) ? shown(one) : `${one.name}: ${shown(one)}`));
  if (overflow) parts.push('…');
  const inside = parts.join(', ');
  return list ? `[${inside}]` : `{${inside}}`;
}

module.exports = { Variables };
