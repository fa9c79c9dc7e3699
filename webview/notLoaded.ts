/** What of the panel is loaded when it is needed can fail to come: its files have gone, or cannot be read just now. */
import { t } from '../src/shared/l10n.ts';

export class NotLoaded extends Error {
  constructor(cause: unknown) {
    super(t('This part of the panel could not be loaded. Try again, or reload the window.'), { cause });
  }
}

/** @throws NotLoaded; the same import can be tried again. */
export async function loaded<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (cause) {
    throw new NotLoaded(cause);
  }
}
