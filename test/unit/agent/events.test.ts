/** One whole turn as the panel sees it, with everything in it: the order of events is a contract. */
import { describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS, runTurn, UNATTENDED } from '../../../src/agent/loop.ts';
import { cellTools } from '../../../src/agent/tools.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { assertGolden } from '../../support/golden.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

describe('the events of a turn', () => {
  it('come in this order', async () => {
    const lines: string[] = [];
    const model = scriptedModel((n) =>
      n === 1
        ? {
            content: [
              { type: 'thinking', thinking: 'Think.', signature: 's' },
              say('Let me look.'),
              call('df.plot()', 'python', 'one'),
              call('nonsense', 'browser', 'two'),
              call('echo hi', 'bash', 'three'),
            ],
          }
        : n === 2
          ? { content: [say('I would'), call('cut', 'python', 'four')], stopReason: { kind: 'max_tokens' } }
          : {},
    );
    const sandbox = fakeSandbox(({ language }) =>
      language === 'python'
        ? {
            outputs: [
              { output_type: 'stream', name: 'stdout', text: 'rows: 3\n' },
              { output_type: 'display_data', data: { 'text/plain': 'a table' }, metadata: {} },
            ],
            files: { 'out.csv': 'a\n' },
          }
        : { result: { status: 'error' } },
    );
    const { end, usage } = await runTurn({
      ...UNATTENDED,
      turnId: 't1',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Question' }] }],
      system: '',
      tools: cellTools({
        kernel: () => sandbox.kernel,
        cellTimeoutMs: 1000,
        outputLimitBytes: 1000,
        storeArtifacts: async (stored) => Promise.resolve({ stored: [...stored], refused: [] }),
      }),
      model,
      emit: (event) => lines.push(line(event)),
      signal: new AbortController().signal,
      limits: DEFAULT_TURN_LIMITS,
    });
    lines.push(`end: ${JSON.stringify(end)}`, `usage: ${JSON.stringify(usage)}`);
    assertGolden('events.txt', lines.join('\n') + '\n');
  });
});

/** One line for an event; hashes are shortened. */
const line = ({ type, ...rest }: NewSessionEvent): string =>
  `${type} ${JSON.stringify(rest).replace(/[0-9a-f]{64}/g, (hash) => hash.slice(0, 8))}`;
