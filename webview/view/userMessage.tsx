/** What the user asked, with the files it is about. */
import { type JSX } from 'preact';
import { type FileRef, type Intent } from '../../src/shared/events.ts';
import { FileChip } from './fileChip.tsx';

/** A request made by a menu has no words of its own. */
const VERBS: Readonly<Record<Intent, string>> = { ask: '', analyze: 'Analyze', chart: 'Chart' };

interface UserMessageProps {
  intent: Intent;
  text: string;
  files: readonly FileRef[];
}

export function UserMessage({ intent, text, files }: UserMessageProps): JSX.Element {
  const words = text.trim() === '' ? VERBS[intent] : text;
  return (
    <div class="user-message">
      <h2 class="sr-only">You</h2>
      {words !== '' && <p class="user-text">{words}</p>}
      {files.length > 0 && (
        <ul class="chips" aria-label="Files">
          {files.map((file) => (
            <li key={file.containerPath}>
              <FileChip label={file.label} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
