/** Fields of known blocks that only the provider reads go back as they came, also after the session was closed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseModelInfo } from '../../../src/models/anthropicAbilities.ts';
import { ReplyBuilder } from '../../../src/models/anthropicStream.ts';
import { NO_ABILITIES } from '../../../src/models/anthropicAbilities.ts';
import { toParams } from '../../../src/models/anthropicWire.ts';
import { parseMessage } from '../../../src/models/messageSchema.ts';
import type { AssistantBlock, Message } from '../../../src/models/model.ts';
import { sdkProblems } from '../../support/sdkSchema.ts';

const CITATION = {
  type: 'web_search_result_location',
  cited_text: 'It rained.',
  encrypted_index: 'abc',
  title: 'Rain',
  url: 'https://example.test/',
};
const CALLER = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' };

function reply(): AssistantBlock[] {
  const builder = new ReplyBuilder();
  const block = (index: number, content: object, ...deltas: object[]): void => {
    builder.accept({ type: 'content_block_start', index, content_block: content });
    for (const delta of deltas) builder.accept({ type: 'content_block_delta', index, delta });
    builder.accept({ type: 'content_block_stop', index });
  };
  builder.accept({ type: 'message_start', message: { content: [], usage: {} } });
  block(
    0,
    { type: 'text', text: '', citations: null },
    { type: 'text_delta', text: 'It rained.' },
    { type: 'citations_delta', citation: CITATION },
    { type: 'citations_delta', citation: { ...CITATION, title: 'More rain' } },
  );
  block(
    1,
    { type: 'tool_use', id: 'a', name: 'python', input: {}, caller: CALLER },
    { type: 'input_json_delta', partial_json: '{"purpose":"p","code":"c"}' },
  );
  builder.accept({ type: 'message_delta', delta: { stop_reason: 'tool_use' } });
  builder.accept({ type: 'message_stop' });
  return builder.finish().content;
}

function sentBack(content: AssistantBlock[]): { body: object; assistant: unknown } {
  const messages: Message[] = [
    { role: 'user', content: [{ type: 'text', text: 'q' }] },
    { role: 'assistant', content },
    { role: 'user', content: [{ type: 'tool_result', toolUseId: 'a', content: [], isError: false }] },
  ];
  const body = toParams(
    'm',
    { system: 's', messages, tools: [], toolChoice: 'auto', effort: null, maxTokens: 10 },
    NO_ABILITIES,
  );
  return { body, assistant: body.messages[1]?.content };
}

describe('fields that are not read here', () => {
  const wanted = [
    { type: 'text', text: 'It rained.', citations: [CITATION, { ...CITATION, title: 'More rain' }] },
    { type: 'tool_use', id: 'a', name: 'python', input: { purpose: 'p', code: 'c' }, caller: CALLER },
  ];
  it('go back as they came', () => {
    const { body, assistant } = sentBack(reply());
    assert.equal(JSON.stringify(assistant), JSON.stringify(wanted));
    assert.deepEqual(sdkProblems('MessageCreateParamsStreaming', body), []);
  });
  it('go back the same from the log of the session', () => {
    const kept = parseMessage(JSON.parse(JSON.stringify({ role: 'assistant', content: reply() })));
    assert.ok(kept?.role === 'assistant');
    assert.equal(JSON.stringify(sentBack(kept.content).assistant), JSON.stringify(wanted));
  });
});

describe('what a model can do', () => {
  it('is read from what the API says', () => {
    const info = parseModelInfo({
      type: 'model',
      id: 'm',
      display_name: 'Model',
      max_input_tokens: 1_000_000,
      max_tokens: 64_000,
      capabilities: {
        pdf_input: { supported: true },
        image_input: { supported: false },
        effort: { low: { supported: true }, high: { supported: true }, max: { supported: false } },
        thinking: { supported: true, types: { adaptive: { supported: true } } },
      },
    });
    assert.deepEqual(info, {
      id: 'm',
      label: 'Model',
      abilities: {
        maxInputTokens: 1_000_000,
        maxReplyTokens: 64_000,
        efforts: ['low', 'high'],
        pdfInput: true,
        imageInput: false,
        adaptiveThinking: true,
      },
    });
  });
  it('is nothing special where the API says nothing, or null, or zero', () => {
    for (const more of [{}, { max_tokens: 0, capabilities: null }, { max_input_tokens: null }]) {
      assert.deepEqual(parseModelInfo({ id: 'm', ...more }), {
        id: 'm',
        label: 'm',
        abilities: {
          maxInputTokens: null,
          maxReplyTokens: null,
          efforts: [],
          pdfInput: false,
          adaptiveThinking: false,
        },
      });
    }
  });
  it('is not taken from something else', () => {
    for (const raw of [null, 'm', {}, { id: 1 }, { id: 'm', max_tokens: 'many' }])
      assert.equal(parseModelInfo(raw), null);
  });
});
