/** The sandbox's editor on files in memory: the same commands and refusals, with a simple diff. */
import { createHash } from 'node:crypto';
import type { EditRequest, EditResult } from '../../src/kernel/kernel.ts';
import type { Artifact } from '../../src/shared/outputs.ts';

export const artifactOf = (name: string, bytes: Uint8Array): Artifact => ({
  name,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

export function fakeEdit(files: Map<string, Uint8Array>, request: EditRequest): EditResult {
  if (request.command === 'attach') {
    files.set(request.path, Buffer.from(request.base64, 'base64'));
    return { ok: true, text: '', diff: '', artifact: null, refused: null };
  }
  // What the sandbox reads of the user's files is not in here: a proposal goes on from its copy, or is created.
  const proposes = request.command !== 'view' && request.path.startsWith('/workspace/');
  const name = proposes ? `changes${request.path}` : request.path.replace(/^\/outputs\//, '');
  if (name.startsWith('/') || name.split('/').includes('..')) {
    return { ok: false, problem: `${request.path} lies outside /outputs. Nothing was changed.` };
  }
  const bytes = files.get(name);
  if (request.command === 'restore') {
    const data = Buffer.from(request.base64, 'base64');
    const same = bytes !== undefined && data.equals(bytes) ? { same: true } : {};
    files.set(name, data);
    return { ok: true, text: '', diff: '', artifact: { ...artifactOf(name, data), ...same }, refused: null };
  }
  const before = bytes === undefined ? null : Buffer.from(bytes).toString();
  if (request.command !== 'create' && before === null) {
    return { ok: false, problem: `${request.path}: There is no such file. Nothing was changed.` };
  }
  if (request.command === 'view') {
    const lines = (before ?? '').replace(/\n$/, '').split('\n');
    const [first, last] = request.range ?? [1, -1];
    const shown = lines.slice(first - 1, last === -1 ? undefined : last);
    const text = shown.map((line, at) => `${first + at}\t${line}`).join('\n');
    return { ok: true, text, diff: '', artifact: null, refused: null };
  }
  const after = changed(before ?? '', request);
  if (typeof after !== 'string') return after;
  if (after === before) return { ok: false, problem: `Nothing would change in ${request.path}.` };
  const data = Buffer.from(after);
  files.set(name, data);
  return {
    ok: true,
    text: '',
    diff: diffOf(name, before, after),
    artifact: artifactOf(name, data),
    refused: null,
  };
}

function changed(
  text: string,
  request: Exclude<EditRequest, { command: 'view' | 'restore' | 'attach' }>,
): string | EditResult {
  if (request.command === 'create') return request.text;
  if (request.command === 'insert') {
    const lines = text.split('\n');
    return [...lines.slice(0, request.line), request.text, ...lines.slice(request.line)].join('\n');
  }
  const parts = text.split(request.old);
  if (parts.length === 2) return parts.join(request.new);
  const problem =
    parts.length === 1
      ? `old_str was not found in ${request.path}. Nothing was changed.`
      : `old_str occurs ${parts.length - 1} times in ${request.path}. Nothing was changed.`;
  return { ok: false, problem };
}

/** Lines that only one of the two has. */
function diffOf(name: string, before: string | null, after: string): string {
  const [old, fresh] = [before === null ? [] : before.split('\n'), after.split('\n')];
  const gone = old.filter((line) => !fresh.includes(line)).map((line) => `-${line}`);
  const added = fresh.filter((line) => !old.includes(line)).map((line) => `+${line}`);
  const from = before === null ? '/dev/null' : `a/${name}`;
  return [`--- ${from}`, `+++ b/${name}`, ...gone, ...added].join('\n');
}
