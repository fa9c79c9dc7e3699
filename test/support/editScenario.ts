/** Edits of CSV files as a model makes them, in turn: some do nothing, and are said to have been done all the same. */
import type { AssistantBlock } from '../../src/models/model.ts';
import { call, say } from './scriptedModel.ts';

export const EDITED_FILES = 10;
/** Every fourth does nothing, each time in another way. */
const IDLE = ['same bytes', 'nothing written', 'another file', 'no such text', 'not run'] as const;
type Idle = (typeof IDLE)[number];
export const idleOf = (n: number): Idle | null =>
  n % 4 === 0 ? (IDLE[(n / 4) % IDLE.length] ?? null) : null;

export const fileOf = (n: number): string => `part${n % EDITED_FILES}.csv`;
const editor = (n: number, input: object): AssistantBlock => ({
  type: 'tool_use',
  id: `edit${n}`,
  name: 'str_replace_based_edit_tool',
  input,
});

/** What the model calls. Null: it calls nothing and only says that it did. */
export function editOf(n: number): AssistantBlock | null {
  const file = fileOf(n);
  switch (idleOf(n)) {
    case 'same bytes':
      return call(`data = open('${file}').read(); open('${file}', 'w').write(data)`);
    case 'nothing written':
      return call(`data = open('${file}').read().replace('no such text', '')`);
    case 'another file':
      return call(`open('scratch${n}.txt', 'w').write('${n}')`);
    case 'no such text':
      return editor(n, { command: 'str_replace', path: file, old_str: 'no such text', new_str: 'x' });
    case 'not run':
      return null;
    case null:
      return n % 3 === 0
        ? editor(n, { command: 'insert', path: file, insert_line: 1, insert_text: `${n},edited\n` })
        : call(`open('${file}', 'a').write('${n},edited\\n')`);
  }
}

export const claimOf = (n: number): AssistantBlock =>
  say(n % 2 === 0 ? `I have updated ${fileOf(n)}.` : `Updated \`${fileOf(n)}\` as you asked.`);

export const firstText = 'n,what\n0,made\n';
