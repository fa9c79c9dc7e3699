/** Recorded replies of the real API, played to the real client: nothing of them is lost, known here or not. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { parse } from 'yaml';
import type { AssistantBlock, ModelReply } from '../../../src/models/model.ts';
import { apiModel } from '../../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';

/** Lies beside a checkout of the team; others set it, or see these tests as skipped. */
const folder = join(
  process.env['SHARED_FOLDER'] ?? join(import.meta.dirname, '../../../../shared'),
  'recordings',
);
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.chunks.txt') || name.endsWith('.yaml'))
  : [];

interface Chunk {
  type: string;
  index?: number;
  message?: { content: { type: string }[] };
  content_block?: { type: string };
  delta?: { type?: string; text?: string; partial_json?: string };
}

let api: ScriptedApi | null = null;
afterEach(async () => {
  await api?.close();
  api = null;
});

/** Requests and answers as vcrpy keeps them. */
function linesOfCassette(text: string): string[] {
  const { interactions } = parse(text) as { interactions: { response: { body: { string: string } } }[] };
  return interactions.flatMap(({ response }) =>
    response.body.string.split('\n').flatMap((line) => /^data: (.*)$/.exec(line)?.[1] ?? []),
  );
}

/** A file may hold several replies, one after the other. */
function repliesIn(name: string): Chunk[][] {
  const replies: Chunk[][] = [];
  const text = readFileSync(join(folder, name), 'utf8');
  for (const line of name.endsWith('.yaml') ? linesOfCassette(text) : text.split('\n').filter(Boolean)) {
    const chunk = JSON.parse(line) as Chunk;
    if (chunk.type === 'message_start') replies.push([]);
    replies.at(-1)?.push(chunk);
  }
  return replies;
}

async function play(chunks: readonly Chunk[]): Promise<ModelReply> {
  const body = chunks.map((chunk) => `event: ${chunk.type}\ndata: ${JSON.stringify(chunk)}\n\n`).join('');
  api = await startScriptedApi({
    script: () => ({ kind: 'raw', status: 200, contentType: 'text/event-stream', body }),
  });
  const request = {
    system: 'x',
    messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'x' }] }],
    tools: [],
    toolChoice: 'auto' as const,
    effort: null,
    maxTokens: 1000,
  };
  const reply = await apiModel(api).reply(request, () => undefined, new AbortController().signal);
  await api.close();
  api = null;
  return reply;
}

const typeOf = (block: AssistantBlock): string => (block.type === 'opaque' ? block.block.type : block.type);

describe('recorded replies', () => {
  if (files.length === 0) it('are played', { skip: 'the recordings are not here' }, () => undefined);
  for (const name of files) {
    it(name, async () => {
      for (const chunks of repliesIn(name)) {
        const reply = await play(chunks);
        const sent = chunks.flatMap(({ message, content_block: block }) => [
          ...(message?.content.map(({ type }) => type) ?? []),
          ...(block === undefined ? [] : [block.type]),
        ]);
        assert.deepEqual(reply.content.map(typeOf), sent);
        const words = chunks.map(({ delta }) => (delta?.type === 'text_delta' ? delta.text : '')).join('');
        const whole = chunks.flatMap(({ message }) => message?.content ?? []);
        const kept = reply.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
        if (whole.length === 0) assert.equal(kept, words);
        assert.notEqual(reply.stopReason.kind, 'unknown');
        for (const block of reply.content) {
          const input =
            block.type === 'tool_use' ? block.input : block.type === 'opaque' ? block.block['input'] : {};
          assert.ok(
            input === undefined || (typeof input === 'object' && input !== null),
            'inputs are whole JSON',
          );
        }
      }
    });
  }
});
