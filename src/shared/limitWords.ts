/** The limit that a cell ran into, in words: which, how much, what the code can do, and who can raise it. */
import type { LimitHit } from './outputs.ts';

/** How the user raises a limit: where there is none, it is fixed. The command line has the same as flags. */
const RAISED_BY: Partial<Record<LimitHit['kind'], { setting: string; flag: string | null }>> = {
  memory: { setting: 'codeInterpreter.sandbox.memoryMb', flag: '--memory-mb' },
  time: { setting: 'codeInterpreter.sandbox.cellTimeoutSeconds', flag: '--cell-timeout' },
  cpu: { setting: 'codeInterpreter.sandbox.cpus', flag: null },
};

/** The setting that raises this limit; null: none does. */
export const settingOf = ({ kind }: LimitHit): string | null => RAISED_BY[kind]?.setting ?? null;

/** For people. `by`: how they set things where they read this. */
export function limitNote(hit: LimitHit, by: 'setting' | 'flag' = 'setting'): string {
  const name = RAISED_BY[hit.kind]?.[by] ?? null;
  return [reached(hit), remedy(hit), ...(name === null ? [] : [`${name} raises it.`])].join(' ');
}

/** For the model, which can change its code and no setting. */
export function limitForModel(hit: LimitHit): string {
  const setting = settingOf(hit);
  const raise = setting === null ? [] : [`Only the user can raise it: ${setting}.`];
  return ['limit:', reached(hit), remedy(hit), ...raise].join(' ');
}

function reached(hit: LimitHit): string {
  const { figure } = hit;
  const of = (words: (figure: number) => string): string => (figure === null ? '' : ` of ${words(figure)}`);
  switch (hit.kind) {
    case 'memory':
      return memoryReached(hit.ended, of(formatBinary));
    case 'processes':
      return `The limit${of((count) => `${counted(count)} processes and threads`)} was reached.`;
    case 'disk':
      return diskFull(hit.place ?? null, figure);
    case 'files':
      return `${hit.place ?? 'The disk'} is full${figure === null ? '' : `: it holds ${counted(figure)} files`}.`;
    case 'fileSize':
      return `The largest size${of(formatBinary)} that a file may have was reached.`;
    case 'openFiles':
      return `The limit${of((count) => `${counted(count)} open files`)} was reached.`;
    case 'readOnly':
      return 'The workspace and what lies in it can be read here, and not changed.';
    case 'output':
      return `The output limit${of(formatBinary)} for a cell was reached, so some was left out.`;
    case 'time':
      return `The time limit${of((seconds) => `${seconds} s`)} for a cell was reached.`;
    case 'cpu':
      return `All processors of the sandbox${figure === null ? '' : ` (${figure})`} were busy until then.`;
  }
}

function memoryReached(ended: LimitHit['ended'], ofFigure: string): string {
  switch (ended) {
    case 'kernel':
      return `The memory limit${ofFigure} was reached, so the process that runs the cells was ended.`;
    case 'process':
      return `The memory limit${ofFigure} was reached, so a process that the cell had started was ended.`;
    case 'nothing':
    case undefined:
      return `The code asked for more memory than the limit${ofFigure} allows.`;
  }
}

function diskFull(place: LimitHit['place'] | null, figure: number | null): string {
  if (place === null || place === undefined) return 'No space was left where the code wrote.';
  if (figure !== null) return `${place} is full: it holds ${formatBinary(figure)}.`;
  return `The disk that ${place} lies on is full.`;
}

function remedy(hit: LimitHit): string {
  switch (hit.kind) {
    case 'memory':
      return 'Read less at once: fewer columns, or in pieces.';
    case 'processes':
      return 'Start fewer at the same time.';
    case 'disk':
      if (hit.place === '/outputs') return 'Delete files there, or write less.';
      if (hit.place === '/dev/shm') return 'Share less between processes, or use fewer of them.';
      return 'Delete files there, or write large ones to /outputs.';
    case 'files':
      return 'Delete files there, or pack them into one.';
    case 'fileSize':
      return 'Split it into several.';
    case 'openFiles':
      return 'Close each file after use.';
    case 'readOnly':
      return 'Write to /outputs, under a name of its own: the file can be saved from there.';
    case 'output':
      return 'Print less, or write it to a file in /outputs.';
    case 'time':
      return 'Do less in one cell.';
    case 'cpu':
      return 'Do less, or with fewer processes.';
  }
}

const counted = (count: number): string => count.toLocaleString('en-US');

/** `512 MiB`, `1.5 GiB`: limits are set in powers of 1024. */
export function formatBinary(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${units[unit] ?? 'TiB'}`;
}
