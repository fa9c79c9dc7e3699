/** Tells the host when the page gets and loses the keyboard: the panel's keys work only then. */
import { caller } from './rpcClient.ts';

export function tellFocus(): void {
  const tell = (focused: boolean) => (): void => {
    // Keys that do not work are no loss worth a sentence.
    caller.call('focusChanged', { focused }).catch(() => undefined);
  };
  addEventListener('focus', tell(true));
  addEventListener('blur', tell(false));
  if (document.hasFocus()) tell(true)();
}
