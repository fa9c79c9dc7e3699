/** Pictures and data of charts, as the panel made them: saved, or opened in a tab. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Problem, saveFailed } from '../failures.ts';
import { hasFormulas } from '../shared/fileCaution.ts';
import type { Handlers } from '../shared/rpc.ts';
import type { PanelRequestOptions } from './panelRequests.ts';
import { openCopy, saveBytes } from './saveArtifact.ts';
import { offeredName } from './saveNames.ts';
import { words } from '../shared/l10n.ts';

/** A picture of a chart; more than this is no chart. */
const IMAGE_LIMIT_BYTES = 64 * 1024 * 1024;

export function chartRequests(
  options: PanelRequestOptions,
): Pick<Handlers, 'saveImage' | 'openImage' | 'saveTable'> {
  return {
    saveImage: async ({ suggestedName, base64 }) => ({
      saved: await saveBytes(suggestedName, picture(suggestedName, base64)),
    }),
    openImage: async ({ suggestedName, base64 }) => {
      const bytes = picture(suggestedName, base64);
      const hash = createHash('sha256').update(bytes).digest('hex');
      const file = path.join(options.openedFolder(), hash.slice(0, 16), offeredName(suggestedName));
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.rm(file, { force: true });
      await fs.writeFile(file, bytes, { mode: 0o444 });
      await openCopy(file);
      return {};
    },
    saveTable: async ({ suggestedName, csv }) => ({
      saved: await saveBytes(suggestedName, Buffer.from(csv), hasFormulas(csv) ? 'formulas' : null),
    }),
  };
}

function picture(name: string, base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > IMAGE_LIMIT_BYTES)
    throw saveFailed(name, new Problem(words('it is too large for a picture')));
  return bytes;
}
