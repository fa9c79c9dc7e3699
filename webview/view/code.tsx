/** Code of a cell: coloured, with the failing line marked, and a button to copy it. */
import { type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Language } from '../../src/shared/outputs.ts';
import { perform } from '../app.ts';
import { IconButton } from '../kit.ts';
import { DomSlot } from '../render/domSlot.tsx';
import { highlighted, useColours } from '../render/highlight.ts';
import { type WantedLine } from '../reveal.ts';
import { t } from '../../src/shared/l10n.ts';

interface CodeProps {
  code: string;
  language: Language;
  failingLine: number | null;
  /** That line is marked and brought into view. */
  goTo?: WantedLine | null;
}

export function Code({ code, language, failingLine, goTo = null }: CodeProps): JSX.Element {
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const pre = place.current;
    if (goTo === null || pre === null) return;
    if (goTo.focus) pre.focus({ preventScroll: true });
    pre.querySelector('.marked-line')?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [goTo]);
  const [copied, setCopied] = useState(false);
  const text = code.replace(/\n+$/, '');
  const copy = async (): Promise<void> => {
    if ((await perform('copyText', { text: code })) === null) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const lines = text.split('\n').length;
  const colour = useColours();
  const of = useMemo(() => ({ text, colour }), [text, colour]);
  return (
    <div class="code">
      <pre
        tabindex={0}
        role="region"
        aria-label={goTo === null ? t('Code') : t`Code, line ${String(goTo.line)}`}
        ref={place}
      >
        {goTo !== null && goTo.line <= lines && (
          <span class="marked-line" style={{ '--line': String(goTo.line - 1) }} aria-hidden="true" />
        )}
        {failingLine !== null && failingLine <= lines && (
          <span class="failing-line" style={{ '--failing': String(failingLine - 1) }} aria-hidden="true" />
        )}
        <DomSlot as="code" make={() => highlighted(text, language, colour)} of={of} />
      </pre>
      <div class="actions code-actions">
        <IconButton
          icon={copied ? 'check' : 'copy'}
          label={copied ? t('Copied') : t('Copy code')}
          onClick={() => void copy()}
        />
      </div>
    </div>
  );
}
