/** One variable as text or as a tree. */
import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type DataRefusal, type Value } from '../../src/shared/data.ts';
import { JsonOutput } from '../render/json.tsx';
import { caller } from '../rpcClient.ts';

export function VariableValue({ name, moment }: { name: string; moment: string }): JSX.Element {
  const [told, setTold] = useState<Value | DataRefusal | null>(null);
  useEffect(() => {
    let wanted = true;
    caller.call('variableValue', { name }).then(
      (answer) => {
        if (wanted) setTold(answer.ok ? answer.answer : answer);
      },
      (error: unknown) => {
        if (wanted) setTold({ ok: false, reason: 'failed', problem: String(error) });
      },
    );
    return () => {
      wanted = false;
    };
  }, [name, moment]);
  if (told === null) return <p class="pane-empty">Reading…</p>;
  if ('problem' in told) {
    return (
      <p class="pane-empty" role="alert">
        {told.problem}
      </p>
    );
  }
  return (
    <div class="variable-value" tabIndex={0} role="region" aria-label={`Value of ${name}`}>
      <p>
        <strong>{name}</strong> <span class="muted">{told.type}</span>
      </p>
      {told.text === null ? <JsonOutput value={told.tree} title={name} /> : <pre>{told.text}</pre>}
    </div>
  );
}
