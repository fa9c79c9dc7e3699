/** What every format is written from: the session as a document, and what is known of how it was made. */
import { formatBytes } from '../agent/text.ts';
import { packagesAfter } from '../session/packages.ts';
import type { Environment } from '../session/environment.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { NamedPackage } from '../shared/packages.ts';
import { toDocument, type DocumentCell, type Part, type SessionDocument } from './document.ts';
import { usedBy, type InputFile, type Used } from './environment.ts';
import { namesSandbox, placesFrom, relativeCode, type Place } from './paths.ts';
import { WITHOUT_ROWS, withoutRows } from './withoutRows.ts';

export interface ReportOptions {
  /** Null: not known. */
  environment: Environment | null;
  inputs: readonly InputFile[];
  /** Container path → host path. */
  mounts: readonly { target: string; source: string }[];
  /** Of the host, in which the file is saved; null: not known, and paths stay as they are. */
  folder: string | null;
  /** False: outputs are reduced to their shape. */
  rows: boolean;
}

export interface Report extends SessionDocument {
  used: Used | null;
  /** By cells. */
  installed: NamedPackage[];
  inputs: readonly InputFile[];
  /** Outputs are as they were. */
  rows: boolean;
}

/** Code in it has paths as they are beside the file that is written. */
export function reportOf(events: readonly SessionEvent[], options: ReportOptions): Report {
  const document = toDocument(events);
  const opened = events.find((event) => event.type === 'notebook_opened');
  const places = placesFrom(options.mounts, options.folder, opened?.folder ?? null);
  const parts = document.parts.map((part) => placed(part, places));
  const { environment, inputs, rows } = options;
  const whole = { ...document, parts };
  return {
    ...(rows ? whole : withoutRows(whole)),
    used: environment === null ? null : usedBy(cellsOf(document.parts), environment),
    installed: packagesAfter(events).map(({ manager, name, version }) => ({ manager, name, version })),
    inputs,
    rows,
  };
}

export const cellsOf = (parts: readonly Part[]): DocumentCell[] =>
  parts.flatMap((part) => (part.kind === 'cell' ? [part.cell] : []));

function placed(part: Part, places: readonly Place[]): Part {
  if (part.kind !== 'cell') return part;
  const { cell } = part;
  // What its author wrote, and nobody changed, stays what it is.
  if (cell.file?.code === cell.code) return part;
  return { kind: 'cell', cell: { ...cell, code: relativeCode(cell.code, cell.language, places) } };
}

/** Cells that name places of the sandbox as they are written: those of an opened notebook that nobody changed, mostly. */
export const boundToSandbox = ({ parts }: Pick<Report, 'parts'>): number =>
  cellsOf(parts).filter(({ code }) => namesSandbox(code)).length;

/** A table of the closing section: a title, and lines of a name and what is said of it. */
export interface Fact {
  name: string;
  value: string;
}

/** How it was made, in lines; for every format but the script. */
export function facts({ startedAt, models, used, installed, inputs, artifacts }: Report): Fact[] {
  const list = (versions: Record<string, string>): string =>
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
  const lines: Fact[] = [];
  const add = (name: string, value: string): void => {
    if (value !== '') lines.push({ name, value });
  };
  add('Date', startedAt === null ? '' : new Date(startedAt).toISOString().slice(0, 10));
  add('Model', models.join(', '));
  if (used !== null) {
    add('Python', used.python);
    add('Node', used.node ?? '');
    add('Packages', list(used.packages));
    add('Image', used.image);
  }
  add(
    'Installed by cells',
    installed.map(({ manager, name, version }) => `${name} ${version} (${manager})`).join(', '),
  );
  for (const { name, bytes, sha256 } of inputs) {
    add(`Data: ${name}`, `${formatBytes(bytes)}${sha256 === null ? '' : `, SHA-256 ${sha256}`}`);
  }
  for (const { name, bytes, sha256 } of artifacts)
    add(`File: ${name}`, `${formatBytes(bytes)}, SHA-256 ${sha256}`);
  return lines;
}

/** Above everything else; empty when there is nothing to warn of. */
export const warningOf = ({ rows }: Pick<Report, 'rows'>): string => (rows ? '' : WITHOUT_ROWS);

/** What stands under a cell about its run; empty: it ended well, and this is its code. */
export function runNote({ end, edited, outputs }: DocumentCell): string {
  if (edited && outputs.length > 0) return 'Edited since it ran: the outputs are those of the code before.';
  switch (end) {
    case 'ok':
      return '';
    case 'error':
      return 'This cell failed.';
    case 'interrupted':
      return 'This cell was interrupted.';
    case 'timeout':
      return 'This cell reached its time limit and was stopped.';
    case 'killed':
      return 'This cell did not come to its end: its kernel was gone.';
    case 'running':
      return 'This cell was still running.';
    case 'recorded':
      return 'Not run here: the outputs are those that the opened notebook recorded.';
    case 'never':
      return 'Not run.';
  }
}
