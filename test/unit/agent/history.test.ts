import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evictImages, MAX_IMAGES, validHistory, withoutThinking } from '../../../src/agent/history.ts';
import type { Message, UserBlock } from '../../../src/models/model.ts';

/** Of a conversation that is short enough to go whole. */
const toRequestMessages = (history: readonly Message[]): Message[] => evictImages(validHistory(history));

const user = (...content: UserBlock[]): Message => ({ role: 'user', content });
const words = (text: string) => ({ type: 'text' as const, text });
const calls = (...ids: string[]): Message => ({
  role: 'assistant',
  content: ids.map((id) => ({ type: 'tool_use', id, name: 'python', input: {} })),
});
const result = (
  toolUseId: string,
  ...content: { type: 'image'; mediaType: 'image/png'; data: string }[]
) => ({
  type: 'tool_result' as const,
  toolUseId,
  content,
  isError: false,
});
const image = (data = 'AAAA') => ({ type: 'image' as const, mediaType: 'image/png' as const, data });

describe('the history of a request', () => {
  it('is left alone when it is valid', () => {
    const valid = [
      user(words('q')),
      calls('a', 'b'),
      user(result('a'), result('b')),
      { role: 'assistant' as const, content: [words('x')] },
      user(words('r')),
    ];
    assert.deepEqual(toRequestMessages(valid), valid);
  });

  it("leaves out a call of the provider's own tools that was never answered, and the thinking before it", () => {
    const server = (type: string, more: object) => ({ type: 'opaque' as const, block: { type, ...more } });
    const answered: Message = {
      role: 'assistant',
      content: [
        server('server_tool_use', { id: 's1' }),
        server('web_search_tool_result', { tool_use_id: 's1' }),
        words('found'),
      ],
    };
    const never: Message = {
      role: 'assistant',
      content: [
        words('I look.'),
        { type: 'thinking', thinking: 't', signature: 's' },
        server('server_tool_use', { id: 's2' }),
      ],
    };
    assert.deepEqual(
      toRequestMessages([user(words('q')), answered, user(words('r')), never, user(words('s'))]),
      [
        user(words('q')),
        answered,
        user(words('r')),
        { role: 'assistant', content: [words('I look.')] },
        user(words('s')),
      ],
    );
    const paused = [user(words('q')), never];
    assert.deepEqual(validHistory(paused), paused, 'it may still be answered');
  });

  it('gives a call without result one that says what is known', () => {
    for (const rest of [
      [],
      [user(words('next'))],
      [{ role: 'assistant' as const, content: [words('odd')] }],
    ]) {
      const repaired = toRequestMessages([user(words('q')), calls('a', 'b'), ...rest]);
      const last = repaired[2];
      assert.equal(last?.role, 'user');
      assert.deepEqual(
        last?.content.slice(0, 2).map((b) => b.type === 'tool_result' && b.toolUseId),
        ['a', 'b'],
      );
      assert.match(JSON.stringify(last), /no recorded result/);
    }
  });

  it('drops results of nothing, keeps one of two, and puts them first and in order', () => {
    const repaired = toRequestMessages([
      user(words('q')),
      calls('a', 'b'),
      user(words('text'), result('b', image('1')), result('b', image('2')), result('stray'), result('a')),
    ]);
    assert.deepEqual(repaired[2], user(result('a'), result('b', image('1')), words('text')));
    assert.deepEqual(toRequestMessages([user(words('q'), result('stray'))]), [user(words('q'))]);
  });

  it('joins questions that were never answered and skips empty replies', () => {
    const repaired = toRequestMessages([
      { role: 'assistant', content: [words('before anybody asked')] },
      user(words('one')),
      { role: 'assistant', content: [words('  ')] },
      user(words('two')),
    ]);
    assert.deepEqual(repaired, [user(words('one'), words('two'))]);
  });

  it('never carries more images than the limit, the newest, and rarely changes what is cached', () => {
    const history = (n: number): Message[] => [
      user(words('q')),
      ...Array.from({ length: n }, (_, i): Message[] => [
        calls(`c${i}`),
        user(result(`c${i}`, image(`I${i}`))),
      ]).flat(),
    ];
    const kept = (n: number) =>
      [...JSON.stringify(toRequestMessages(history(n))).matchAll(/"I(\d+)"/g)].map(([, i]) => Number(i));
    assert.equal(kept(MAX_IMAGES).length, MAX_IMAGES);
    const starts = new Set<number>();
    for (let n = MAX_IMAGES + 1; n <= 60; n += 1) {
      const images = kept(n);
      assert.ok(images.length <= MAX_IMAGES && images.length > MAX_IMAGES - 5);
      assert.equal(images.at(-1), n - 1);
      starts.add(images[0] ?? -1);
    }
    assert.equal(starts.size, 9);
    assert.match(JSON.stringify(toRequestMessages(history(20))), /an older image, no longer attached/);
  });

  it('drops heavy images before the body is too large', () => {
    const heavy = 'A'.repeat(4_000_000);
    const repaired = toRequestMessages([user(...Array.from({ length: 10 }, () => image(heavy)))]);
    assert.ok(JSON.stringify(repaired).length < 20_000_000);
  });

  it('goes to another model without thinking', () => {
    const thought: Message = {
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 't', signature: 's' }, words('x')],
    };
    assert.deepEqual(withoutThinking([user(words('q')), thought]), [
      user(words('q')),
      { role: 'assistant', content: [words('x')] },
    ]);
  });
});
