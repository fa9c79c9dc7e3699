/** Code of a cell: coloured, with the failing line marked, and a button to copy it. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Language } from '../../src/shared/outputs.ts';
import { perform } from '../app.ts';
import { IconButton } from '../kit.ts';
import { DomSlot } from '../render/domSlot.tsx';
import { highlighted } from '../render/highlight.ts';

interface CodeProps {
  code: string;
  language: Language;
  failingLine: number | null;
}

export function Code({ code, language, failingLine }: CodeProps): JSX.Element {
  const [copied, setCopied] = useState(false);
  const text = code.replace(/\n+$/, '');
  const copy = async (): Promise<void> => {
    if ((await perform('copyText', { text: code })) === null) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const lines = text.split('\n').length;
  return (
    <div class="code">
      <pre tabindex={0} role="region" aria-label="Code">
        {failingLine !== null && failingLine <= lines && (
          <span class="failing-line" style={{ '--failing': String(failingLine - 1) }} aria-hidden="true" />
        )}
        <DomSlot as="code" make={() => highlighted(text, language)} of={text} />
      </pre>
      <div class="actions code-actions">
        <IconButton
          icon={copied ? 'check' : 'copy'}
          label={copied ? 'Copied' : 'Copy code'}
          onClick={() => void copy()}
        />
      </div>
    </div>
  );
}
