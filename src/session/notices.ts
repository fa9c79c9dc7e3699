/** Notices of the log: `text` in English (the model is told the warnings), `shown` when the user reads another language. */
import type { NewSessionEvent } from '../shared/events.ts';
import { englishOf, localOf, type Said } from '../shared/l10n.ts';

export function notice(
  level: 'info' | 'warning' | 'error',
  said: Said,
): NewSessionEvent & { type: 'notice' } {
  const text = englishOf(said);
  const shown = localOf(said);
  return { type: 'notice', level, text, ...(shown === text ? {} : { shown }) };
}
