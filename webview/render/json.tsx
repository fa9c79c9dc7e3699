/** application/json as a tree that opens level by level. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { plural } from '../format.ts';

const CHILDREN = 100;
const TEXT_CHARS = 2000;

const entriesOf = (value: object): [string, unknown][] => Object.entries(value);

function Leaf({ value }: { value: unknown }): JSX.Element {
  const text = JSON.stringify(value) ?? String(value);
  const kind = value === null ? 'null' : typeof value;
  const shown = text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text;
  return <span class={`json-${kind}`}>{shown}</span>;
}

function Branch({ value, name, open: first }: { value: object; name: string; open: boolean }): JSX.Element {
  const [open, setOpen] = useState(first);
  const [shown, setShown] = useState(CHILDREN);
  const entries = open ? entriesOf(value) : [];
  const count = Array.isArray(value)
    ? plural(value.length, 'item')
    : plural(Object.keys(value).length, 'key');
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {name !== '' && <span class="json-key">{name}: </span>}
        <span class="json-count">{Array.isArray(value) ? `[${count}]` : `{${count}}`}</span>
      </summary>
      <ul>
        {entries.slice(0, shown).map(([key, entry]) => (
          <li key={key}>
            <Node name={key} value={entry} open={false} />
          </li>
        ))}
      </ul>
      {entries.length > shown && (
        <button type="button" class="link" onClick={() => setShown(shown + 1000)}>
          Show more ({plural(entries.length - shown, 'entry', 'entries')} left)
        </button>
      )}
    </details>
  );
}

function Node({ name, value, open }: { name: string; value: unknown; open: boolean }): JSX.Element {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return <Branch name={name} value={value} open={open} />;
  }
  return (
    <span class="json-leaf">
      {name !== '' && <span class="json-key">{name}: </span>}
      <Leaf value={value} />
    </span>
  );
}

export function JsonOutput({ value }: { value: unknown }): JSX.Element {
  return (
    <div class="json">
      <Node name="" value={value} open />
    </div>
  );
}
