/**
 * What has happened in this conversation, read from its messages: the analyst keeps no state of its own. The
 * steps of a turn are known by the ids of their tool calls (`analyst_<message>_<key>`).
 */
import type { FileRef } from '../../shared/events.ts';
import { decodeFacts, decodeRequest, type UserRequest } from '../blocks.ts';
import type { Message, ToolResultBlock } from '../model.ts';

/** How a step's cell ended, as its tool result says. */
export interface StepResult {
  key: string;
  ok: boolean;
  /** The cell's `report`, unparsed; undefined when it reported nothing. */
  facts: unknown;
  /** For a failed cell: one line, the error's own words. */
  problem: string;
  /** The kernel was replaced: variables are gone. */
  stateLost: boolean;
}

export interface CurrentTurn {
  request: UserRequest;
  /** The files of the request, or of the last request that named some. */
  files: FileRef[];
  steps: StepResult[];
}

const ID = /^analyst_\d+_(.+)$/;

/** The id of the call that runs the step `key`, unique in the conversation. */
export const callId = (messages: readonly Message[], key: string): string =>
  `analyst_${messages.length}_${key}`;

/** The turn to go on with, or null when nobody has asked for anything. */
export function currentTurn(messages: readonly Message[]): CurrentTurn | null {
  let turn: CurrentTurn | null = null;
  let files: FileRef[] = [];
  for (const message of messages) {
    if (message.role !== 'user') continue;
    const request = decodeRequest(message);
    if (request !== null) {
      if (request.files.length > 0) files = request.files;
      turn = { request, files, steps: [] };
      continue;
    }
    for (const block of message.content) {
      if (block.type === 'tool_result' && turn !== null) addStep(turn, block);
    }
  }
  return turn;
}

function addStep(turn: CurrentTurn, block: ToolResultBlock): void {
  const key = ID.exec(block.toolUseId)?.[1];
  if (key === undefined) return;
  const texts = block.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const facts = texts.map((text) => decodeFacts(text)).find((value) => value !== undefined);
  const words = texts[0] ?? '';
  turn.steps.push({
    key,
    ok: !block.isError,
    facts,
    problem: block.isError ? problemOf(words) : '',
    stateLost: /process was replaced|sandbox was lost/.test(words),
  });
}

/** The last line of a traceback names the error; a cell that did not end by itself says so in its status. */
function problemOf(words: string): string {
  const status = /^status: (timeout|killed|interrupted)[^\n(]*/.exec(words)?.[0];
  if (status !== undefined) return status.slice('status: '.length).trim();
  const lines = words.split('\n').filter((line) => /^\w*(Error|Exception|Interrupt|Warning)\b/.test(line));
  return (lines.at(-1) ?? words.split('\n').find((line) => line.trim() !== '') ?? '').slice(0, 200);
}
