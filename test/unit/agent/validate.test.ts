/** What the API would answer with 400 is found before; each case beside one that passes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodePng } from '../../../src/agent/png.ts';
import { acceptable, asPlainText, problemsOf } from '../../../src/agent/validate.ts';
import { withUsableCalls } from '../../../src/agent/callNames.ts';
import type { AssistantBlock, Message, UserBlock } from '../../../src/models/model.ts';

const user = (...content: UserBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: AssistantBlock[]): Message => ({ role: 'assistant', content });
const text = (words: string) => ({ type: 'text' as const, text: words });
const call = (id: string, name = 'python'): AssistantBlock => ({ type: 'tool_use', id, name, input: {} });
const result = (toolUseId: string): UserBlock => ({
  type: 'tool_result',
  toolUseId,
  content: [text('42')],
  isError: false,
});
const png = (width: number, height: number): string =>
  encodePng({ width, height, data: new Uint8Array(width * height * 4) }).toString('base64');
const image = (width = 2, height = 2): UserBlock => ({
  type: 'image',
  mediaType: 'image/png',
  data: png(width, height),
});

const question = user(text('How many?'));
const whole = [question, assistant(text('I count.'), call('a')), user(result('a')), assistant(text('42.'))];
const next = user(text('Sure?'));

const cases: [string, { bad: Message[]; problem: RegExp; good: Message[] }][] = [
  ['no message', { bad: [], problem: /there is no message/, good: [question] }],
  ["a last message that is not the user's", { bad: whole, problem: /no user's/, good: [...whole, next] }],
  [
    'roles that do not alternate',
    { bad: [question, next], problem: /alternate/, good: [question, assistant(text('x')), next] },
  ],
  [
    'a first message of the model',
    { bad: [assistant(text('x')), next], problem: /alternate/, good: [question] },
  ],
  ['an empty message', { bad: [user()], problem: /it is empty/, good: [question] }],
  ['a blank text', { bad: [user(text(' \n'))], problem: /blank/, good: [user(text(' x'))] }],
  [
    'a blank text in a result',
    {
      bad: [
        question,
        assistant(call('a')),
        user({ type: 'tool_result', toolUseId: 'a', content: [text('')], isError: false }),
      ],
      problem: /blank/,
      good: [question, assistant(call('a')), user(result('a'))],
    },
  ],
  [
    'a call without a result',
    {
      bad: [question, assistant(call('a'), call('b')), user(result('a'))],
      problem: /do not match the calls/,
      good: [question, assistant(call('a'), call('b')), user(result('b'), result('a'))],
    },
  ],
  [
    'a result without a call',
    {
      bad: [question, assistant(text('x')), user(result('a'))],
      problem: /do not match/,
      good: [question, assistant(text('x')), next],
    },
  ],
  [
    'a result behind other content',
    {
      bad: [question, assistant(call('a')), user(text('x'), result('a'))],
      problem: /do not match/,
      good: [question, assistant(call('a')), user(result('a'), text('x'))],
    },
  ],
  [
    'two results of one call',
    {
      bad: [question, assistant(call('a')), user(result('a'), result('a'))],
      problem: /do not match/,
      good: [question, assistant(call('a')), user(result('a'))],
    },
  ],
  [
    'an id used twice',
    {
      bad: [question, assistant(call('a')), user(result('a')), assistant(call('a')), user(result('a'))],
      problem: /the id "a"/,
      good: [question, assistant(call('a')), user(result('a')), assistant(call('b')), user(result('b'))],
    },
  ],
  [
    'an id the API does not take',
    {
      bad: [question, assistant(call('a:1')), user(result('a:1'))],
      problem: /the id "a:1"/,
      good: [question, assistant(call('a_1-B')), user(result('a_1-B'))],
    },
  ],
  [
    "a tool's name the API does not take",
    {
      bad: [question, assistant(call('a', 'run me')), user(result('a'))],
      problem: /name "run me"/,
      good: [question, assistant(call('a', 'run_me')), user(result('a'))],
    },
  ],
  [
    'thinking at the end',
    {
      bad: [question, assistant({ type: 'thinking', thinking: 't', signature: 's' }), next],
      problem: /ends with thinking/,
      good: [question, assistant({ type: 'thinking', thinking: 't', signature: 's' }, text('x')), next],
    },
  ],
  [
    "a call of the provider's own tools without a result",
    {
      bad: [question, assistant({ type: 'opaque', block: { type: 'server_tool_use', id: 's' } }), next],
      problem: /provider has no result/,
      good: [
        question,
        assistant(
          { type: 'opaque', block: { type: 'server_tool_use', id: 's' } },
          { type: 'opaque', block: { type: 'web_search_tool_result', tool_use_id: 's' } },
        ),
        next,
      ],
    },
  ],
  [
    'a picture of more than 8000 px',
    { bad: [user(image(8001, 1))], problem: /8001×1 px/, good: [user(image(8000, 1))] },
  ],
  [
    'a picture of more than 2000 px among more than 20',
    {
      bad: [user(image(2001, 1), ...Array.from({ length: 20 }, () => image()))],
      problem: /2001×1 px/,
      good: [user(image(2001, 1), ...Array.from({ length: 19 }, () => image()))],
    },
  ],
  [
    'more than 100 pictures',
    {
      bad: [user(...Array.from({ length: 101 }, () => image()))],
      problem: /101 images/,
      good: [user(...Array.from({ length: 100 }, () => image()))],
    },
  ],
  [
    'a picture that is none',
    {
      bad: [user({ type: 'image', mediaType: 'image/jpeg', data: png(2, 2) })],
      problem: /no image\/jpeg/,
      good: [user(image())],
    },
  ],
  [
    'documents of more than a request may have',
    {
      bad: [
        user({
          type: 'document',
          mediaType: 'application/pdf',
          title: 'x',
          data: 'A'.repeat(31 * 1024 ** 2),
        }),
      ],
      problem: /characters/,
      good: [user({ type: 'document', mediaType: 'application/pdf', title: 'x', data: 'A'.repeat(1024) })],
    },
  ],
];

describe('a conversation', () => {
  for (const [name, { bad, problem, good }] of cases) {
    it(`with ${name} is not sent as it is`, () => {
      assert.match(problemsOf(bad).join('; '), problem);
      assert.deepEqual(problemsOf(good), []);
      assert.deepEqual(problemsOf(acceptable(bad, false)), [], 'as text it passes');
      assert.deepEqual(acceptable(good, false), good);
    });
  }

  it('may end with a reply that was paused', () => {
    assert.deepEqual(problemsOf(whole.slice(0, 2), true).length, 1, 'unless it calls for a tool');
    assert.deepEqual(problemsOf([question, assistant(text('x'))], true), []);
  });

  it('keeps as text what was said, called and answered', () => {
    const plain = asPlainText([...whole, user(result('z'), text('And now?'), image())]);
    const words = plain.map(({ content }) => JSON.stringify(content));
    for (const part of ['How many?', 'called python', '42', 'And now?', 'no longer attached'])
      assert.ok(
        words.some((word) => word.includes(part)),
        part,
      );
  });
});

describe('calls of a reply', () => {
  const names = (content: AssistantBlock[]): unknown =>
    content.map((block) => (block.type === 'tool_use' ? [block.id, block.name] : block.type));
  it('stay as they came when the API takes them back', () => {
    assert.deepEqual(names(withUsableCalls([text('x'), call('toolu_1')], whole, 't1-s1')), [
      'text',
      ['toolu_1', 'python'],
    ]);
  });
  it('get an id of their own when theirs is taken, empty or odd', () => {
    const reply = [call('a'), call(''), call('ü'), call('b'), call('b')];
    assert.deepEqual(names(withUsableCalls(reply, whole, 't1-s1')), [
      ['t1-s1-call-0', 'python'],
      ['t1-s1-call-1', 'python'],
      ['t1-s1-call-2', 'python'],
      ['b', 'python'],
      ['t1-s1-call-4', 'python'],
    ]);
  });
  it('get a name that can be sent', () => {
    const reply = ['run me!', '', 'x'.repeat(200)].map((name, index) => call(`c${index}`, name));
    assert.deepEqual(names(withUsableCalls(reply, [], 'p')), [
      ['c0', 'run_me_'],
      ['c1', 'unnamed'],
      ['c2', 'x'.repeat(128)],
    ]);
  });
});
