/** The limit that a cell ran into, in words: which, how much, what the code can do, and who can raise it. */
import type { LimitHit } from './outputs.ts';
import { languageTag, t, words, type Words } from './l10n.ts';

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
  return [reached(hit).local, remedy(hit).local, ...(name === null ? [] : [t`${name} raises it.`])].join(' ');
}

/** For the model, which can change its code and no setting. */
export function limitForModel(hit: LimitHit): string {
  const setting = settingOf(hit);
  const raise = setting === null ? [] : [`Only the user can raise it: ${setting}.`];
  return ['limit:', reached(hit).english, remedy(hit).english, ...raise].join(' ');
}

function reached(hit: LimitHit): Words {
  const { figure } = hit;
  switch (hit.kind) {
    case 'memory':
      return memoryReached(hit.ended, figure);
    case 'processes':
      return figure === null
        ? words('The limit was reached.')
        : words`The limit of ${counted(figure)} processes and threads was reached.`;
    case 'disk':
      return diskFull(hit.place ?? null, figure);
    case 'files': {
      const place = hit.place ?? words('The disk');
      return figure === null
        ? words`${place} is full.`
        : words`${place} is full: it holds ${counted(figure)} files.`;
    }
    case 'fileSize':
      return figure === null
        ? words('The largest size that a file may have was reached.')
        : words`The largest size of ${formatBinary(figure)} that a file may have was reached.`;
    case 'openFiles':
      return figure === null
        ? words('The limit was reached.')
        : words`The limit of ${counted(figure)} open files was reached.`;
    case 'readOnly':
      return words('The workspace and what lies in it can be read here, and not changed.');
    case 'output':
      return figure === null
        ? words('The output limit for a cell was reached, so some was left out.')
        : words`The output limit of ${formatBinary(figure)} for a cell was reached, so some was left out.`;
    case 'time':
      return figure === null
        ? words('The time limit for a cell was reached.')
        : words`The time limit of ${figure} s for a cell was reached.`;
    case 'cpu':
      return figure === null
        ? words('All processors of the sandbox were busy until then.')
        : words`All processors of the sandbox (${figure}) were busy until then.`;
  }
}

function memoryReached(ended: LimitHit['ended'], figure: number | null): Words {
  const size = figure === null ? null : formatBinary(figure);
  switch (ended) {
    case 'kernel':
      return size === null
        ? words('The memory limit was reached, so the process that runs the cells was ended.')
        : words`The memory limit of ${size} was reached, so the process that runs the cells was ended.`;
    case 'process':
      return size === null
        ? words('The memory limit was reached, so a process that the cell had started was ended.')
        : words`The memory limit of ${size} was reached, so a process that the cell had started was ended.`;
    case 'nothing':
    case undefined:
      return size === null
        ? words('The code asked for more memory than the limit allows.')
        : words`The code asked for more memory than the limit of ${size} allows.`;
  }
}

function diskFull(place: LimitHit['place'] | null, figure: number | null): Words {
  if (place === null || place === undefined) return words('No space was left where the code wrote.');
  if (figure !== null) return words`${place} is full: it holds ${formatBinary(figure)}.`;
  return words`The disk that ${place} lies on is full.`;
}

function remedy(hit: LimitHit): Words {
  switch (hit.kind) {
    case 'memory':
      return words('Read less at once: fewer columns, or in pieces.');
    case 'processes':
      return words('Start fewer at the same time.');
    case 'disk':
      if (hit.place === '/outputs') return words('Delete files there, or write less.');
      if (hit.place === '/dev/shm') return words('Share less between processes, or use fewer of them.');
      return words('Delete files there, or write large ones to /outputs.');
    case 'files':
      return words('Delete files there, or pack them into one.');
    case 'fileSize':
      return words('Split it into several.');
    case 'openFiles':
      return words('Close each file after use.');
    case 'readOnly':
      return words('Write to /outputs, under a name of its own: the file can be saved from there.');
    case 'output':
      return words('Print less, or write it to a file in /outputs.');
    case 'time':
      return words('Do less in one cell.');
    case 'cpu':
      return words('Do less, or with fewer processes.');
  }
}

const counted = (count: number): Words => ({
  english: count.toLocaleString('en-US'),
  local: count.toLocaleString(languageTag()),
});

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
