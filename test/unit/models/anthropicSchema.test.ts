/** Every kind of block we send, against the SDK's own types turned into a strict JSON schema. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sessionTools } from '../../../src/agent/tools.ts';
import { encodePng } from '../../../src/agent/png.ts';
import { NO_ABILITIES } from '../../../src/models/anthropicAbilities.ts';
import { toParams } from '../../../src/models/anthropicWire.ts';
import type { ModelRequest } from '../../../src/models/model.ts';
import type { Message } from '../../../src/models/model.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { sdkProblems } from '../../support/sdkSchema.ts';
import { messagesRequestSchema } from '../../support/scriptedApiChecks.ts';

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
  const withThinking = toParams('m', request, { maxReplyTokens: 8000, adaptiveThinking: true, efforts: [] });
  const without = toParams('m', request, NO_ABILITIES);

  it('is what the SDK of this version declares, to the last field', () => {
    for (const params of [withThinking, without])
      assert.deepEqual(sdkProblems('MessageCreateParamsStreaming', structuredClone(params)), []);
    const planted = { ...without, temperature: 1 };
    assert.notDeepEqual(sdkProblems('MessageCreateParamsStreaming', planted), [], 'the schema is strict');
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
