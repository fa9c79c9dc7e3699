/** Entry of the panel: draws, listens, asks for the session. No logic. */
import { render } from 'preact';
import { caller, listen } from './rpcClient.ts';
import { dispatch, load, receive } from './app.ts';
import { tellFocus } from './focusKey.ts';
import { keepFocus } from './lastFocus.ts';
import { useLanguageOfPage } from './language.ts';
import { App } from './view/app.tsx';

useLanguageOfPage();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
render(<App />, root);
listen(receive);
tellFocus();
keepFocus();
caller
  .call('ready', {})
  .then((answer) => {
    load(answer);
    document.body.dataset['ready'] = 'true';
  })
  .catch((error: unknown) => {
    dispatch({ type: 'problem', sentence: error instanceof Error ? error.message : String(error) });
  });
