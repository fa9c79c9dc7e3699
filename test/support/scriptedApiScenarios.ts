/** Scripts by name: what the server answers to the `n`-th request. Used by unit tests and by tests in a real VS Code. */
import { blocksOf, imagesOf, type MessagesRequest } from './scriptedApiChecks.ts';
import { apiError, cell, text, type Reply } from './scriptedApiReplies.ts';

/** @param n number of this request to `/v1/messages`, from 1. */
export type Script = (request: MessagesRequest, n: number) => Reply;

/** The results of the last message; none when it asks something (after a Stop it holds both). */
const lastResults = ({ messages }: MessagesRequest) => {
  const last = messages.at(-1);
  const parts = last === undefined ? [] : blocksOf(last);
  return parts.some(({ type }) => type === 'text') ? [] : parts.filter((part) => part.type === 'tool_result');
};

/** It brings results, and no question. */
export const isAnswered = (request: MessagesRequest): boolean => lastResults(request).length > 0;

/** The user's words in the last message, without what the program wrote. */
export function wordsOf({ messages }: MessagesRequest): string {
  const last = messages.at(-1);
  const texts =
    last === undefined ? [] : blocksOf(last).flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const request = texts.findLastIndex((text) => text.startsWith('<request>'));
  return texts
    .slice(request + 1)
    .filter((text) => !text.startsWith('<note>'))
    .join('\n');
}

const resultText = (request: MessagesRequest): string =>
  lastResults(request)
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n');

/** A question is answered with a cell, its result with a sentence. */
const oneCell =
  (question: Reply, answer: (request: MessagesRequest) => string): Script =>
  (request) =>
    lastResults(request).length === 0 ? question : text(answer(request));

const CHART = `import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(7, 4))
ax.bar(["north", "south", "east", "west"], [42, 31, 27, 18], color="#4477aa")
ax.set_title("Orders by region")
ax.set_ylabel("orders")
plt.show()
print("drawn")`;

const statusOf = (request: MessagesRequest): string => resultText(request).split('\n')[0] ?? '';

export const SCENARIOS: Record<string, Script> = {
  text: () => text('Hello from the scripted server.'),
  chart: oneCell(cell('I draw the orders.', CHART, 'Draw orders by region'), (request) => {
    const attached = imagesOf(request).length;
    return `The chart is drawn; I see ${attached} image${attached === 1 ? '' : 's'}.`;
  }),
  /** For a follow-up to an analysis: says how many earlier charts the question carried, then draws another one. */
  'chart-follow-up': (request) => {
    if (lastResults(request).length > 0) {
      return text(`The follow-up chart is drawn (${statusOf(request)}). The north has the most orders: 42.`);
    }
    const earlier = imagesOf(request).length;
    const words =
      earlier === 0
        ? 'No earlier chart is attached to this question.'
        : `I can see ${earlier} earlier chart${earlier === 1 ? '' : 's'}. I draw the orders by region.`;
    return cell(words, CHART, 'Draw orders by region');
  },
  'endless-cell': oneCell(
    cell('This runs until it is stopped.', 'while True:\n    pass', 'Loop for ever'),
    (request) => `The cell ended: ${statusOf(request)}`,
  ),
  /** Each question's words are run as Python code. */
  echo: (request) => {
    if (lastResults(request).length > 0) return text(`Result: ${resultText(request).slice(0, 500)}`);
    return cell('Running it.', wordsOf(request), 'Run the message');
  },
  artifact: oneCell(
    cell(
      'I write a file.',
      'open("result.csv", "w").write("a,b\\n1,2\\n")\nprint("written")',
      'Write result.csv',
    ),
    (request) => `Done: ${statusOf(request)}`,
  ),
  'three-languages': (request, n) => {
    if (n === 1) return cell('Python first.', 'print(6 * 7)', 'Python');
    if (n === 2) return cell('Then bash.', 'echo $((6 * 7))', 'bash', 'bash');
    if (n === 3) return cell('Then JavaScript.', '6 * 7', 'JavaScript', 'javascript');
    return text(`All three: ${statusOf(request)}`);
  },
  thinking: (request) =>
    lastResults(request).length > 0
      ? text('Thought, run, answered.')
      : {
          kind: 'message',
          blocks: [
            { type: 'thinking', thinking: 'The user wants a number. I compute it.' },
            { type: 'redacted_thinking', data: 'opaque' },
            { type: 'text', text: 'Computing.' },
            { type: 'tool_use', name: 'python', input: { purpose: 'Compute', code: '6 * 7' } },
          ],
        },
  parallel: (request) =>
    lastResults(request).length > 0
      ? text(`${lastResults(request).length} results.`)
      : {
          kind: 'message',
          blocks: [1, 2, 3].map((n) => ({
            type: 'tool_use',
            name: n === 3 ? 'browser' : 'python',
            input: { purpose: `Part ${n}`, code: `print(${n})` },
          })),
        },
  'bad-json': (request) =>
    lastResults(request).length > 0
      ? text('I see that it was not run.')
      : {
          kind: 'message',
          blocks: [{ type: 'tool_use', name: 'python', input: '{"purpose": "x", "code": "print(1' }],
        },
  'max-tokens': () => ({
    ...cell('I start.', 'import shutil\nshutil.rmtree("/outputs")'),
    stopReason: 'max_tokens',
  }),
  refusal: () => ({
    kind: 'message',
    blocks: [],
    stopReason: 'refusal',
    explanation: 'This is against the rules.',
  }),
  'pause-turn': () => ({ ...text('One moment.'), stopReason: 'pause_turn' }),
  'cut-stream': () => ({ ...cell('I begin to', 'print(1)'), breaksOff: { after: 6, how: 'socket' } }),
  'ends-early': () => ({ ...text('I begin to say something'), breaksOff: { after: 4, how: 'end' } }),
  'error-event': () => ({ ...text('I begin to say something'), breaksOff: { after: 4, how: 'error' } }),
  slow: () => ({ ...text('Word by word, slowly, until somebody stops me. '.repeat(20)), delayMs: 50 }),
  stuck: () => ({ kind: 'stuck', pingEveryMs: null }),
  unauthorized: () => apiError(401, 'authentication_error', 'invalid bearer token'),
  payment: () => apiError(402, 'billing_error', 'Your credit balance is too low.'),
  'rate-limited': () => apiError(429, 'rate_limit_error', 'Too many requests', { 'retry-after': '120' }),
  overloaded: () => apiError(529, 'overloaded_error', 'Overloaded'),
  'overloaded-twice': (_, n) =>
    n <= 2 ? apiError(529, 'overloaded_error', 'Overloaded') : text('Here I am.'),
};
