/** An error of the user's code: what it was, the line, and the rest of the traceback one click away. */
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { plural } from '../format.ts';
import { Icon } from '../view/icon.tsx';
import { stripAnsi } from './ansi.ts';
import { readTraceback } from './traceback.ts';
import { TracebackText } from './tracebackText.tsx';
import { t } from '../../src/shared/l10n.ts';

const SHORT_LINES = 16;

/** IPython's name for the cell: the line is marked in the code. */
const CELL_NAME = / \((?:<ipython-input[^>]*>|\d+\.py), line \d+\)$/;

interface ErrorProps {
  ename: string;
  evalue: string;
  traceback: readonly string[];
}

export function ErrorOutput({ ename, evalue, traceback }: ErrorProps): JSX.Element {
  const read = useMemo(() => readTraceback(traceback, ename), [traceback, ename]);
  const short = read.lines <= SHORT_LINES;
  const message = stripAnsi(evalue).replace(CELL_NAME, '');
  return (
    <div class="error-output">
      <p class="error-summary">
        <Icon name="error" />
        <span>
          <strong>{ename}</strong>
          {message === '' ? '' : `: ${message}`}
        </span>
      </p>
      {short && read.lines > 0 && (
        <pre class="traceback" tabindex={0}>
          <TracebackText text={read.full} />
        </pre>
      )}
      {!short && read.excerpt !== null && (
        <pre class="traceback" tabindex={0}>
          <TracebackText text={read.excerpt.trimEnd()} />
        </pre>
      )}
      {!short && (
        <details class="more">
          <summary>
            {plural(read.lines, t('Full traceback (1 line)'), (n) => t`Full traceback (${n} lines)`)}
          </summary>
          <pre class="traceback" tabindex={0}>
            <TracebackText text={read.full} />
          </pre>
        </details>
      )}
    </div>
  );
}
