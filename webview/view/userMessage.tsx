/** What the user asked, with what it is about: files, selected lines, pictures. */
import { type JSX } from 'preact';
import { linesOf } from '../../src/shared/selection.ts';
import { type Intent } from '../../src/shared/events.ts';
import { type Item } from '../state.ts';
import { AttachedPicture } from './attachPicture.tsx';
import { FileChip } from './fileChip.tsx';
import { t } from '../../src/shared/l10n.ts';

/** A request made by a menu has no words of its own. */
const verbs = (): Readonly<Record<Intent, string>> => ({
  ask: '',
  analyze: t('Analyze'),
  chart: t({ message: 'Chart', comment: ['What is asked for: draw a chart.'] }),
});
/** Of a selection, in its tooltip. */
const PREVIEW_CHARS = 400;

export function UserMessage({ message }: { message: Extract<Item, { kind: 'user' }> }): JSX.Element {
  const { intent, text, files, images, selections } = message;
  const words = text.trim() === '' ? verbs()[intent] : text;
  // The chip of a selection names its file.
  const whole = files.filter((file) => selections.every((part) => part.containerPath !== file.containerPath));
  return (
    <div class="user-message">
      <h2 class="sr-only">{t('You')}</h2>
      {words !== '' && <p class="user-text">{words}</p>}
      {whole.length + selections.length > 0 && (
        <ul class="chips" aria-label={t('Files')}>
          {whole.map((file) => (
            <li key={file.containerPath}>
              <FileChip label={file.label} />
            </li>
          ))}
          {selections.map((part, index) => (
            <li key={index}>
              <FileChip
                label={linesOf(part)}
                title={`${linesOf(part)}\n${part.text.slice(0, PREVIEW_CHARS)}${part.text.length > PREVIEW_CHARS ? ' …' : ''}`}
              />
            </li>
          ))}
        </ul>
      )}
      {images.length > 0 && (
        <ul class="chips pictures" aria-label={t('Pictures')}>
          {images.map(({ sha256, name }) => (
            <li key={sha256}>
              <AttachedPicture sha256={sha256} name={name} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
