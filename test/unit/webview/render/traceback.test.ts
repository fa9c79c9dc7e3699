import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { stripAnsi } from '../../../../webview/render/ansi.ts';
import { readTraceback } from '../../../../webview/render/traceback.ts';

const error = z.object({ ename: z.string(), traceback: z.array(z.string()) });
const recorded = z
  .object({ error, syntaxError: error })
  .parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/webview/bundles.json'), 'utf8')),
  );

describe('tracebacks recorded from IPython', () => {
  it('finds the deepest line of the cell, not of the library', () => {
    const { failingLine, excerpt } = readTraceback(recorded.error.traceback, recorded.error.ename);
    assert.equal(failingLine, 5);
    assert.match(stripAnsi(excerpt ?? ''), /^Cell In\[3\], line 5, in monthly\(frame\)\n[\s\S]*----> 5/);
    assert.doesNotMatch(stripAnsi(excerpt ?? ''), /site-packages|dist-packages/);
  });

  it('leaves out the rule of dashes and the summary shown above it', () => {
    const { full, lines } = readTraceback(recorded.error.traceback, recorded.error.ename);
    assert.doesNotMatch(stripAnsi(full), /-{20,}|^KeyError: /m);
    assert.equal(lines, full.split('\n').length);
  });

  it('finds the line of a syntax error', () => {
    assert.equal(readTraceback(recorded.syntaxError.traceback, 'SyntaxError').failingLine, 2);
  });
});

it('makes do with other shapes', () => {
  assert.deepEqual(readTraceback([], 'E'), { failingLine: null, excerpt: null, full: '', lines: 0 });
  assert.equal(readTraceback(['bash: line 3: foo: command not found'], 'ExitCode').failingLine, null);
});
