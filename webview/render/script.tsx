/** JavaScript as an output: said, and its text on demand. It never runs. */
import { type JSX } from 'preact';
import { CannotShow } from './cannotShow.tsx';
import { Text } from './text.tsx';
import { textOf } from '../textBuffer.ts';
import { t } from '../../src/shared/l10n.ts';

export function ScriptOutput({ code }: { code: string }): JSX.Element {
  return (
    <div class="script-output">
      <CannotShow reason={t('This output is JavaScript, and scripts of outputs are not run.')} />
      <details class="more">
        <summary>{t('Show the script')}</summary>
        <Text buffer={textOf(code)} />
      </details>
    </div>
  );
}
