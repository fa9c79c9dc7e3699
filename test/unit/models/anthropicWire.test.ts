/** Where the cache markers of a request stand, and what goes with it only when the model takes it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_ABILITIES } from '../../../src/models/anthropicAbilities.ts';
import { toParams } from '../../../src/models/anthropicWire.ts';
import type { AssistantBlock, Message, ModelRequest, UserBlock } from '../../../src/models/model.ts';

const user = (...content: UserBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: AssistantBlock[]): Message => ({ role: 'assistant', content });
const words = (text: string) => ({ type: 'text' as const, text });
const calls = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    type: 'tool_use' as const,
    id: `c${from + n}`,
    name: 'python',
    input: {},
  }));
const results = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    type: 'tool_result' as const,
    toolUseId: `c${from + n}`,
    content: [words('ok')],
    isError: false,
  }));

const request = (messages: Message[], more: Partial<ModelRequest> = {}): ModelRequest => ({
  system: 'system',
  messages,
  tools: [{ kind: 'custom', name: 'python', description: 'd', inputSchema: {} }],
  toolChoice: 'auto',
  effort: null,
  maxTokens: 1000,
  ...more,
});

/** `message.block` of each marker behind the system prompt. */
const marks = (of: ModelRequest): string[] =>
  toParams('m', of, NO_ABILITIES).messages.flatMap(({ content }, at) =>
    typeof content === 'string'
      ? []
      : content.flatMap((block, index) => ('cache_control' in block ? [`${at}.${index}`] : [])),
  );

describe('the cache markers of a request', () => {
  it('are behind the system prompt and on the last block of all', () => {
    const asked = request([user(words('a'), words('b'))]);
    assert.deepEqual(marks(asked), ['0.1']);
    assert.match(JSON.stringify(toParams('m', asked, NO_ABILITIES).system), /cache_control/);
  });

  it('are also where the last request ended, when more than the API looks back over was added', () => {
    const step = (count: number) =>
      request([user(words('q')), assistant(...calls(0, count)), user(...results(0, count))]);
    assert.deepEqual(marks(step(9)), ['2.8']);
    assert.deepEqual(marks(step(10)), ['0.0', '2.9']);
  });

  it('are at the ends of the parts that stay, the newest first, and never more than four in all', () => {
    const long = Array.from({ length: 6 }, (_, n) => [
      assistant(...calls(n * 20, 12)),
      user(...results(n * 20, 12)),
    ]).flat();
    const asked = request([user(words('q')), ...long], { stableMessages: [3, 7] });
    assert.deepEqual(marks(asked), ['6.11', '10.11', '12.11']);
    const short = request([user(words('q')), assistant(words('a')), user(words('r'))], {
      stableMessages: [1, 2],
    });
    assert.deepEqual(marks(short), ['0.0', '1.0', '2.0']);
  });

  it('are on no block that takes none', () => {
    const thinking = { type: 'thinking' as const, thinking: 't', signature: 's' };
    const opaque = { type: 'opaque' as const, block: { type: 'server_tool_use', id: 'x' } };
    const asked = request(
      [
        user(words('q')),
        assistant(words('a'), thinking, opaque),
        user(words('r')),
        assistant(thinking),
        user(words('s')),
      ],
      { stableMessages: [2, 4] },
    );
    assert.deepEqual(marks(asked), ['1.0', '4.0']);
  });
});

describe('a request', () => {
  const asked = (more: Partial<ModelRequest>) => request([user(words('q'))], more);

  it('forbids calls without leaving the tools out: they are in the cached prefix', () => {
    const params = toParams('m', asked({ toolChoice: 'none' }), NO_ABILITIES);
    assert.deepEqual(params.tool_choice, { type: 'none' });
    assert.equal(params.tools?.length, 1);
    assert.equal('tool_choice' in toParams('m', asked({}), NO_ABILITIES), false);
  });

  it('names an effort only to a model that knows it', () => {
    const known = { ...NO_ABILITIES, efforts: ['low', 'high'] as const };
    assert.deepEqual(toParams('m', asked({ effort: 'high' }), known).output_config, { effort: 'high' });
    for (const params of [
      toParams('m', asked({ effort: 'max' }), known),
      toParams('m', asked({ effort: 'high' }), NO_ABILITIES),
    ]) {
      assert.equal('output_config' in params, false);
    }
  });
});
