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

type Body = Record<string, unknown>;
/** The object at a place of the request. */
const of = (body: Body, ...place: (string | number)[]): Body => {
  const found = place.reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), body);
  assert.ok(isObject(found), place.join('.'));
  return found as Body;
};
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const TWO_HOURS = { type: 'ephemeral', ttl: '2h' };

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
  });

  it('is what the scripted server takes', () => {
    for (const params of [withThinking, without]) {
      const parsed = messagesRequestSchema.safeParse(structuredClone(params));
      assert.ok(parsed.success, JSON.stringify(parsed.error?.issues.slice(0, 3)));
    }
  });

  const editorAt = request.tools.findIndex(({ kind }) => kind === 'text_editor');
  /** What the real API refuses, or what this version of the SDK does not send. */
  const PLANTED: [name: string, change: (body: Body) => void][] = [
    ['an unknown field', (body) => (body['temperature_of_tea'] = 1)],
    ['no max_tokens', (body) => delete body['max_tokens']],
    ['no model', (body) => delete body['model']],
    ['betas that are not asked for here', (body) => (body['betas'] = ['tomorrow-2030-01-01'])],
    ['a marker that is kept for two hours', (body) => (of(body, 'system', 0)['cache_control'] = TWO_HOURS)],
    [
      'a picture in SVG',
      (body) => (of(body, 'messages', 0, 'content', 1, 'source')['media_type'] = 'image/svg+xml'),
    ],
    [
      'a field of a result that does not exist',
      (body) => (of(body, 'messages', 2, 'content', 0)['status'] = 'ok'),
    ],
    ['a result of nothing', (body) => delete of(body, 'messages', 2, 'content', 0)['tool_use_id']],
    ['thinking without its signature', (body) => delete of(body, 'messages', 1, 'content', 0)['signature']],
    ['a call without an input', (body) => delete of(body, 'messages', 1, 'content', 3)['input']],
    ['a role of its own', (body) => (of(body, 'messages', 1)['role'] = 'model')],
    [
      'an editor of a version that does not exist',
      (body) => (of(body, 'tools', editorAt)['type'] = 'text_editor_20990101'),
    ],
    ['a tool without a schema', (body) => delete of(body, 'tools', 0)['input_schema']],
    ['an effort beyond the highest', (body) => (body['output_config'] = { effort: 'heroic' })],
  ];
  for (const [name, change] of PLANTED) {
    it(`with ${name} is refused by both`, () => {
      const planted = structuredClone(without) as unknown as Body;
      change(planted);
      assert.notDeepEqual(planted, without, 'it is planted');
      assert.notDeepEqual(
        sdkProblems('MessageCreateParamsStreaming', planted),
        [],
        'by the types of the SDK',
      );
      assert.equal(messagesRequestSchema.safeParse(planted).success, false, 'by the scripted server');
    });
  }

  it('is not longer than the model allows', () => {
    assert.deepEqual([withThinking.max_tokens, without.max_tokens], [8000, 32_000]);
  });
});
