/** A reply as it would be typed: text by words, code by lines, in a fraction of a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelEvent } from '../model.ts';

const TEXT_CHUNKS = 12;
const CODE_CHUNKS = 24;

/** @param totalMs how long the whole text takes to appear. */
export async function typeText(
  text: string,
  index: number,
  totalMs: number,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const words = text.split(/(?<=\s)/);
  const size = Math.max(1, Math.ceil(words.length / TEXT_CHUNKS));
  const chunks = Math.ceil(words.length / size);
  for (let at = 0; at < words.length; at += size) {
    signal.throwIfAborted();
    onEvent({ type: 'text', index, delta: words.slice(at, at + size).join('') });
    await pause(totalMs / chunks, signal);
  }
}

/** Snapshots are prefixes of the input's JSON text, cut between characters, never inside an escape. */
export async function typeInput(
  input: { purpose: string; code: string },
  place: { index: number; id: string },
  totalMs: number,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const head = JSON.stringify({ purpose: input.purpose }).slice(0, -1);
  const lines = input.code.split(/(?<=\n)/);
  const size = Math.max(1, Math.ceil(lines.length / CODE_CHUNKS));
  const chunks = Math.ceil(lines.length / size);
  for (let end = size; end < lines.length + size; end += size) {
    signal.throwIfAborted();
    const complete = end >= lines.length;
    const typed = JSON.stringify(lines.slice(0, end).join(''));
    const snapshot = `${head},"code":${complete ? `${typed}}` : typed.slice(0, -1)}`;
    onEvent({ type: 'tool_input', ...place, snapshot });
    await pause(totalMs / chunks, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms < 1) return;
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}
