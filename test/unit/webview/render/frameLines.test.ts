import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { parseAnsi } from '../../../../webview/render/ansi.ts';
import { frameOf, runsByLine, splitRuns } from '../../../../webview/render/frameLines.ts';

const error = z.object({ ename: z.string(), traceback: z.array(z.string()) });
const recorded = z
  .object({ error, syntaxError: error })
  .parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/webview/bundles.json'), 'utf8')),
  );
const plain = (traceback: readonly string[]): string[] =>
  runsByLine(parseAnsi(traceback.join('\n'))).map((runs) => runs.map(({ text }) => text).join(''));

describe('places in a traceback', () => {
  it('are the lines of cells in one recorded from IPython, not those of libraries', () => {
    const frames = plain(recorded.error.traceback).flatMap((line) => frameOf(line)?.frame ?? []);
    assert.deepEqual(frames, [
      { kind: 'cell', count: 3, line: 7 },
      { kind: 'cell', count: 3, line: 5 },
    ]);
    const syntax = plain(recorded.syntaxError.traceback).flatMap((line) => frameOf(line)?.frame ?? []);
    assert.deepEqual(syntax, [{ kind: 'cell', count: 4, line: 2 }]);
  });

  it('are files of the workspace, as Python, IPython and Node write them', () => {
    const file = (containerPath: string, line: number) => ({ kind: 'file', containerPath, line });
    const cases: [string, unknown][] = [
      ['File /workspace/lib/helpers.py:12, in load(path)', file('/workspace/lib/helpers.py', 12)],
      ['File /workspace/a b:c/x.py:3', file('/workspace/a b:c/x.py', 3)],
      ['  File "/workspace/x.py", line 4, in f', file('/workspace/x.py', 4)],
      ['    at load (/workspace/lib.js:3:5)', file('/workspace/lib.js', 3)],
      ['    at file:///workspace/lib.mjs:7:1', file('/workspace/lib.mjs', 7)],
      ['File <ipython-input-3-abc123>:4, in f(x)', { kind: 'cell', count: 3, line: 4 }],
    ];
    for (const [line, frame] of cases) assert.deepEqual(frameOf(line)?.frame, frame, line);
  });

  it('are nothing else', () => {
    const lines = [
      'File /usr/lib/python3/x.py:1, in f',
      '----> 4 Cell In[3], line 4',
      'Cell In[3]',
      'x'.repeat(3000),
    ];
    for (const line of lines) assert.equal(frameOf(line), null, line.slice(0, 60));
  });

  it('end where the rest of the line begins, across runs of colour', () => {
    const [runs] = runsByLine(
      parseAnsi('\x1b[36mCell\x1b[39m \x1b[32mIn[3]\x1b[39m\x1b[32m, line 5\x1b[39m, in f'),
    );
    assert.ok(runs);
    const end = frameOf(runs.map(({ text }) => text).join(''))?.end ?? 0;
    const [head, tail] = splitRuns(runs, end);
    assert.equal(head.map(({ text }) => text).join(''), 'Cell In[3], line 5');
    assert.equal(tail.map(({ text }) => text).join(''), ', in f');
  });

  it('keep a colour that goes over lines', () => {
    const lines = runsByLine(parseAnsi('\x1b[31ma\n\nb\x1b[0m'));
    assert.deepEqual(
      lines.map((runs) => runs.map(({ text, style }) => [text, style.fg])),
      [[['a', 1]], [], [['b', 1]]],
    );
  });
});
