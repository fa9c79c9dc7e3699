/** What the panel asks about kept versions of files. */
import { isTable } from '../shared/filePreview.ts';
import type { fileRequests } from '../shared/files.ts';
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';

export function versionRequests({
  interpreter,
  sessions,
  versions,
}: Pick<PanelRequestOptions, 'interpreter' | 'sessions' | 'versions'>): Pick<
  Handlers,
  keyof typeof fileRequests
> {
  const shown = async () => (await sessions.current()).session;
  return {
    restoreVersion: async ({ name, version }) => {
      interpreter.checkTrust();
      return { restored: await (await shown()).versions.restore(name, version) };
    },
    compareVersions: async ({ name, before, after }) => {
      const session = await shown();
      const [old, fresh] = [
        await session.versions.version(name, before),
        await session.versions.version(name, after),
      ];
      await versions.compare(session, name, old, fresh);
      return {};
    },
    previewVersion: async ({ name, version }) => {
      // A table is read by the sandbox.
      if (isTable(name)) interpreter.checkTrust();
      return (await shown()).versions.preview(name, version);
    },
    tableDifference: async ({ name, before, after }) => {
      interpreter.checkTrust();
      return (await shown()).versions.compareTables(name, before, after);
    },
  };
}
