/** One variable as text or as a tree. */
import { type JSX } from 'preact';
import { JsonOutput } from '../render/json.tsx';
import { caller } from '../rpcClient.ts';
import { useAnswer } from './useAnswer.ts';
import { type Language } from '../../src/shared/outputs.ts';
import { t } from '../../src/shared/l10n.ts';

interface Props {
  language: Language;
  name: string;
  moment: string;
}

export function VariableValue({ language, name, moment }: Props): JSX.Element {
  const told = useAnswer(
    async () => caller.call('variableValue', { language, name }),
    [language, name, moment],
  );
  if (told === null)
    return (
      <p class="pane-empty" role="status">
        {t('Reading…')}
      </p>
    );
  if ('problem' in told) {
    return (
      <p class="pane-empty" role="alert">
        {told.problem}
      </p>
    );
  }
  return (
    <div class="variable-value" tabIndex={0} role="region" aria-label={t`Value of ${name}`}>
      <p>
        <strong>{name}</strong> <span class="muted">{told.type}</span>
      </p>
      {told.text === null ? <JsonOutput value={told.tree} title={name} /> : <pre>{told.text}</pre>}
    </div>
  );
}
