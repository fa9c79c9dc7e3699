/** What is exported of the current session, and from which files it was made. */
import * as path from 'node:path';
import { hostPathOf, targetOf } from '../container/mounts.ts';
import { hiddenNames } from '../container/hiddenNames.ts';
import { isWorthExporting } from '../export/document.ts';
import { inputFiles } from '../export/environment.ts';
import { exported, type Format } from '../export/formats.ts';
import type { ChartCode } from '../export/html/page.ts';
import { boundToSandbox, reportOf } from '../export/report.ts';
import { readEnvironment } from '../session/environment.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { Made } from './saveMade.ts';
import { offeredName } from './saveNames.ts';
import type { OpenSession } from './sessions.ts';
import { t } from '../shared/l10n.ts';

export interface ExportChoice {
  format: Format;
  rows: boolean;
  /** Of this machine, in which it will lie; null: not known. */
  folder: string | null;
  /** Name of the folder for what goes beside it. */
  side: string;
}

/** Sessions with something in them: it never becomes nothing again, and the log is not read with each change. */
const worth = new WeakSet<object>();

/** Why there is nothing to export, or null. */
export function exportProblem(current: OpenSession | null): string | null {
  if (current === null || (!worth.has(current.session) && !isWorthExporting(current.session.events()))) {
    return t('There is nothing to export: ask something first.');
  }
  worth.add(current.session);
  return null;
}

export async function exportSession(
  { session, mounts, folder: sessionFolder }: OpenSession,
  { format, rows, folder, side }: ExportChoice,
  chartCode: ChartCode,
): Promise<Made> {
  const events = session.events();
  const places = mounts.map((mount) => ({ target: targetOf(mount), source: mount.source }));
  const isSecret = hiddenNames(null);
  const report = reportOf(events, {
    environment: await readEnvironment(sessionFolder),
    inputs: await inputFiles(events, places, (name) => {
      const host = hostPathOf(mounts, name);
      return host === null || isSecret(path.basename(host));
    }),
    mounts: places,
    folder,
    rows,
  });
  const made = await exported(format, report, { side, chartCode });
  const bound = boundToSandbox(report);
  return bound === 0 ? made : { ...made, note: boundWords(bound) };
}

/** What an unchanged cell of a notebook names stays what it is; where it runs it may not be there. */
const boundWords = (cells: number): string =>
  cells === 1
    ? t('1 cell names a place of the sandbox (/workspace or /outputs) and finds it only there.')
    : t`${cells} cells name places of the sandbox (/workspace or /outputs) and find them only there.`;

/** `sales-2026-11-21.ipynb`: what the session is about, and when it began. */
export function exportName(events: readonly SessionEvent[], format: Format): string {
  const opened = events.find((event) => event.type === 'notebook_opened');
  const question = events.find((event) => event.type === 'user_message');
  const about =
    opened?.name ?? question?.files[0]?.label ?? question?.text.split(/\s+/).slice(0, 6).join(' ') ?? '';
  const stem = path.posix.parse(offeredName(about === '' ? 'session' : about)).name;
  const day = new Date(events[0]?.at ?? Date.now()).toISOString().slice(0, 10);
  return `${stem}-${day}.${format}`;
}
