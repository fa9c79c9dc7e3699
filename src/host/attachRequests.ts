/** What goes with a message: files, mentions, pictures. */
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

const missing = async (): Promise<never> => Promise.reject(new Error('not built yet'));

export function attachRequests(
  _options: PanelRequestOptions,
): Pick<Handlers, 'findFiles' | 'addImage' | 'addFiles'> {
  return {
    findFiles: missing,
    addImage: missing,
    addFiles: missing,
  };
}
