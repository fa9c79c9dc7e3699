/**
 * The API's own text editor, on files below `/outputs`; what it changed is an artifact as a cell's files are. A change
 * of a file below `/workspace` is made in a copy, which proposes it: the user decides, the file itself stays.
 */
import * as path from 'node:path/posix';
import * as z from 'zod/mini';
import type { EditRequest, EditResult, Kernel } from '../kernel/kernel.ts';
import type { NewSessionEvent } from '../shared/events.ts';
import type { Artifact, RefusedFile } from '../shared/outputs.ts';
import { formatBytes, headAndTail, plainText, wellFormed } from './text.ts';
import type { CallContext, Tool, ToolOutcome } from './tool.ts';
import { misfits } from './toolSchema.ts';
import { CHANGES_FOLDER } from '../shared/changes.ts';
import { t, words, type Words } from '../shared/l10n.ts';

const VIEW_LIMIT_CHARS = 7800;
const DIFF_LIMIT_CHARS = 6000;

/** Copies files out of the sandbox; `stored` are safe on the host when it resolves, `refused` say why not. */
export type StoreArtifacts = (
  artifacts: readonly Artifact[],
  signal: AbortSignal,
  /** When the code that made them began, in milliseconds since the epoch. */
  since: number,
) => Promise<{ stored: Artifact[]; refused: RefusedFile[] }>;

export interface EditorToolOptions {
  kernel(): Kernel;
  /** Without it files stay in the sandbox. */
  storeArtifacts?: StoreArtifacts;
  /** Why nothing may be proposed for a file of the user: a phrase. Null: it may. Absent: the sandbox alone decides. */
  changeRefusal?(containerPath: string): Promise<Words | null>;
}

type ModelRequest = Exclude<EditRequest, { command: 'restore' | 'attach' }>;
type Command = ModelRequest['command'];

// The API's own names. It does not check the input for us.
const inputSchema = z.discriminatedUnion('command', [
  z.object({
    command: z.literal('view'),
    path: z.string(),
    view_range: z.nullish(z.tuple([z.int(), z.int()])),
  }),
  z.object({ command: z.literal('create'), path: z.string(), file_text: z.string() }),
  z.object({
    command: z.literal('str_replace'),
    path: z.string(),
    old_str: z.string(),
    /** Left out: the text is taken away. */
    new_str: z._default(z.string(), ''),
  }),
  z.object({
    command: z.literal('insert'),
    path: z.string(),
    insert_line: z.int().check(z.minimum(0)),
    insert_text: z.string(),
  }),
]);

const FIELDS: Record<Command, string> = {
  view: 'view needs "path", and may have "view_range": [first, last].',
  create: 'create needs "path" and "file_text".',
  str_replace: 'str_replace needs "path", "old_str" and "new_str".',
  insert: 'insert needs "path", "insert_line" (0 or more) and "insert_text".',
};

/** What a call needs, or what is wrong with it. */
function parse(value: unknown): ModelRequest | string {
  const named = z.object({ command: z.string() }).safeParse(value);
  if (!named.success)
    return 'The input must be a JSON object with "command" and "path". Nothing was changed.';
  const { command } = named.data;
  if (!isCommand(command)) {
    const names = Object.keys(FIELDS).join(', ');
    return `There is no command ${JSON.stringify(plainText(command).slice(0, 60))}. The commands are: ${names}. Nothing was changed.`;
  }
  const parsed = inputSchema.safeParse(value);
  if (!parsed.success) {
    return `${FIELDS[command]} Missing or of the wrong type: ${misfits(parsed.error)}. Nothing was changed.`;
  }
  return requestOf(parsed.data);
}

const isCommand = (command: string): command is Command => Object.hasOwn(FIELDS, command);

function requestOf(input: z.infer<typeof inputSchema>): ModelRequest {
  const path = wellFormed(input.path);
  switch (input.command) {
    case 'view':
      return { command: 'view', path, range: input.view_range ?? null, limitChars: VIEW_LIMIT_CHARS };
    case 'create':
      return { command: 'create', path, text: wellFormed(input.file_text) };
    case 'str_replace':
      return { command: 'str_replace', path, old: wellFormed(input.old_str), new: wellFormed(input.new_str) };
    case 'insert':
      return { command: 'insert', path, line: input.insert_line, text: wellFormed(input.insert_text) };
  }
}

export function editorTool(options: EditorToolOptions): Tool {
  return {
    spec: { kind: 'text_editor', name: 'str_replace_based_edit_tool' },
    language: null,
    prepare: (input) => {
      const request = parse(input);
      if (typeof request === 'string') return { ok: false, problem: request };
      return {
        ok: true,
        key: JSON.stringify(request),
        code: null,
        run: async (context) => edit(options, request, context),
      };
    },
  };
}

/** Below `/outputs` without it; as the model wrote it otherwise. */
const shownPath = (path: string): string => plainText(path.replace(/^\/outputs\/+(?=.)/, ''));

async function edit(
  options: EditorToolOptions,
  request: ModelRequest,
  { turnId, callId, emit, signal }: CallContext,
): Promise<ToolOutcome> {
  const path = shownPath(request.path);
  const since = Date.now();
  const tell = (
    told: Pick<Extract<NewSessionEvent, { type: 'file_edit' }>, 'ok' | 'sentence' | 'diff' | 'artifact'>,
  ): void => emit({ type: 'file_edit', turnId, callId, command: request.command, path, ...told });
  let result: EditResult;
  let stored: Artifact | null = null;
  let refused: RefusedFile | null = null;
  const proposedFor = request.command === 'view' ? null : proposedFile(request.path);
  try {
    const why = proposedFor === null ? null : ((await options.changeRefusal?.(proposedFor)) ?? null);
    if (proposedFor !== null && why !== null) {
      const { english, local } = words`no change is proposed for ${plainText(proposedFor)}: ${why}`;
      tell({ ok: false, sentence: failedWords(request.command, path, local), diff: '', artifact: null });
      return { ...textOutcome(`Refused: ${plainText(english)}. Nothing was changed.`), isError: true };
    }
    result = await options.kernel().edit(request, signal);
    if (result.ok) ({ stored, refused } = await keep(options, result, since, signal));
  } catch (error) {
    tell({ ok: false, sentence: t`${path}: the sandbox was lost`, diff: '', artifact: null });
    throw error;
  }
  if (!result.ok) {
    const problem = plainText(result.problem);
    tell({ ok: false, sentence: failedWords(request.command, path, problem), diff: '', artifact: null });
    return { ...textOutcome(problem), isError: true };
  }
  const { sentence, text } = told(request, path, result, stored, refused);
  tell({ ok: true, sentence: sentence.local, diff: result.diff, artifact: stored });
  if (request.command === 'view') return { content: [{ type: 'text', text }], isError: false };
  // A diff shows lines around the change, which need not be the model's own.
  return {
    content: [{ type: 'text', text }],
    schemaContent: textOutcome(sentence.english).content,
    isError: false,
  };
}

const textOutcome = (text: string) => {
  const content = [{ type: 'text' as const, text }];
  return { content, schemaContent: content };
};

function failedWords(command: Command, path: string, problem: string): string {
  switch (command) {
    case 'view':
      return t`Could not look at ${path}: ${problem}`;
    case 'create':
      return t`Could not write ${path}: ${problem}`;
    case 'str_replace':
    case 'insert':
      return t`Could not change ${path}: ${problem}`;
  }
}

async function keep(
  { storeArtifacts }: EditorToolOptions,
  { artifact, refused }: Extract<EditResult, { ok: true }>,
  since: number,
  signal: AbortSignal,
): Promise<{ stored: Artifact | null; refused: RefusedFile | null }> {
  if (artifact === null || storeArtifacts === undefined) return { stored: artifact, refused };
  const outcome = await storeArtifacts([artifact], signal, since);
  return { stored: outcome.stored[0] ?? null, refused: outcome.refused[0] ?? refused };
}

/** The file of the user that a change of this path is a proposal for; null: it is a file of the sandbox's own. */
function proposedFile(written: string): string | null {
  const full = path.normalize(path.join(written.startsWith('/') ? '/' : '/outputs', written));
  const copied = `/outputs/${CHANGES_FOLDER}`;
  const file = full.startsWith(copied) ? `/${full.slice(copied.length)}` : full;
  return file.startsWith('/workspace/') ? file : null;
}

/** For the user in one line, and for the model with the diff. */
function told(
  request: ModelRequest,
  path: string,
  { text, diff }: Extract<EditResult, { ok: true }>,
  stored: Artifact | null,
  refused: RefusedFile | null,
): { sentence: Words; text: string } {
  if (request.command === 'view') return { sentence: words`Looked at ${path}`, text: plainText(text) };
  const size = stored === null ? '' : ` (${formatBytes(stored.bytes)})`;
  const file = proposedFile(request.path);
  const done =
    file !== null
      ? proposedWords(plainText(file), diff)
      : isNew(diff)
        ? words`Created ${path}${size}`
        : words`Changed ${path}: ${changedLines(diff)}`;
  const why = refused === null ? '' : plainText(refused.reason);
  const lost = refused === null ? '' : `. The user does NOT get it: ${why}`;
  const shown = headAndTail(plainText(diff), DIFF_LIMIT_CHARS, () => '; view the file to see it all');
  // The model knows what it has just written.
  const diffForModel = isNew(diff) ? '' : `\n${shown}`;
  const line = `${done.english}${lost}`;
  const sentence = {
    english: line,
    local: refused === null ? done.local : t`${done.local}. The user does NOT get it: ${why}`,
  };
  return { sentence, text: `${line}.${diffForModel}` };
}

function proposedWords(file: string, diff: string): Words {
  const what = isNew(diff)
    ? words`Proposed a new file ${file}. It is not written`
    : words`Proposed a change to ${file}: ${changedLines(diff)}. The file itself is unchanged`;
  const copy = `/outputs/${CHANGES_FOLDER}${file.slice(1)}`;
  return {
    english: `${what.english}: the user decides whether it is taken over. Say so, and do not say that the file was changed. The proposed content is ${copy}; further edits of ${file} go on from there`,
    local: t`${what.local}: you decide whether it is taken over`,
  };
}

const isNew = (diff: string): boolean => diff.startsWith('--- /dev/null');

/** `+3 −1 lines`. */
function changedLines(diff: string): Words {
  const lines = diff.split('\n').slice(2);
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  const isCut = /^\[… .* left out …\]$/.test(lines.at(-1) ?? '');
  return isCut
    ? words`at least +${count('+')} −${count('-')} lines`
    : words`+${count('+')} −${count('-')} lines`;
}
