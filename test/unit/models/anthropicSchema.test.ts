/** Every kind of block we send, against the SDK's own types turned into a strict JSON schema. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { sessionTools } from '../../../src/agent/tools.ts';
import { encodePng } from '../../../src/agent/png.ts';
import { toParams } from '../../../src/models/anthropicWire.ts';
import type { ModelRequest } from '../../../src/models/model.ts';
import type { Message } from '../../../src/models/model.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { messagesRequestSchema } from '../../support/scriptedApiChecks.ts';

function schemaOfRequests(): object {
  const folder = mkdtempSync(path.join(tmpdir(), 'schema-'));
  const sdk = path.join(
    import.meta.dirname,
    '../../../node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts',
  );
  const entry = path.join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import type { MessageCreateParamsStreaming } from ${JSON.stringify(sdk.replace(/\.d\.ts$/, ''))};\n` +
      'export type Request = MessageCreateParamsStreaming;\n',
  );
  try {
    return createGenerator({ path: entry, type: 'Request', skipTypeCheck: true }).createSchema('Request');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const image = encodePng({ width: 2, height: 2, data: new Uint8Array(16) }).toString('base64');
const messages: Message[] = [
  {
    role: 'user',
    content: [
      { type: 'text', text: 'q' },
      { type: 'image', mediaType: 'image/png', data: image },
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 't', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'x' },
      { type: 'tool_use', id: 'a', name: 'python', input: { purpose: 'p', code: 'c' } },
      { type: 'tool_use', id: 'b', name: 'python', input: '{"not json' },
      { type: 'tool_use', id: 'c', name: 'python', input: [1] },
    ],
  },
  {
    role: 'user',
    content: ['a', 'b', 'c'].map((toolUseId) => ({
      type: 'tool_result',
      toolUseId,
      content: [
        { type: 'text', text: 'ok' },
        { type: 'image', mediaType: 'image/png', data: image },
      ],
      isError: false,
    })),
  },
];

describe('a request', () => {
  const tools = sessionTools({
    kernel: () => fakeSandbox().kernel,
    cellTimeoutMs: 1,
    outputLimitBytes: 1,
    storeArtifacts: async () => Promise.resolve({ stored: [], refused: [] }),
    sessionLog: async () => Promise.resolve([]),
  });
  const request: ModelRequest = {
    system: 'system',
    messages,
    tools: tools.map(({ spec }) => spec),
    toolChoice: 'auto',
    effort: null,
    maxTokens: 32_000,
  };
  const withThinking = toParams('m', request, { maxReplyTokens: 8000, adaptiveThinking: true });
  const without = toParams('m', request, { maxReplyTokens: null, adaptiveThinking: false });

  it('is what the SDK of this version declares, to the last field', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schemaOfRequests());
    for (const params of [withThinking, without]) {
      assert.equal(validate(structuredClone(params)), true, JSON.stringify(validate.errors?.slice(0, 3)));
    }
    assert.equal(validate({ ...without, temperature: 1 }), false, 'the schema is strict');
  });

  it('is what the scripted server takes', () => {
    for (const params of [withThinking, without]) {
      const parsed = messagesRequestSchema.safeParse(structuredClone(params));
      assert.ok(parsed.success, JSON.stringify(parsed.error?.issues.slice(0, 3)));
    }
  });

  it('is not longer than the model allows', () => {
    assert.deepEqual([withThinking.max_tokens, without.max_tokens], [8000, 32_000]);
  });
});
