/**
 * Where `code-interpreter notebook` means to give something else than nbclient: each difference with its reason, and
 * what is taken out of both sides for it. What is left must still be equal.
 */
import type { ComparableCell, ComparableOutput } from './notebookCompare.ts';

interface Difference {
  reason: string;
  without: (cell: ComparableCell) => ComparableCell;
}

const outputs = (change: (outputs: ComparableOutput[]) => ComparableOutput[]): Difference['without'] => {
  return (cell) => ({ ...cell, outputs: change(cell.outputs) });
};

const texts = (all: readonly ComparableOutput[]): string =>
  all.map(({ text }) => (typeof text === 'string' ? text : '')).join('');

const onlyData = (output: ComparableOutput, mime: RegExp): ComparableOutput => {
  const data = Object.entries((output.data ?? {}) as Record<string, unknown>);
  return { ...output, data: Object.fromEntries(data.filter(([name]) => mime.test(name))) };
};

export const DIFFERENCES = {
  'errors apart': {
    reason: 'What a command writes to standard error stays apart; nbclient’s kernel gives it a terminal.',
    without: outputs((all) => [{ output_type: 'stream', text: texts(all) }]),
  },
  'another shell': {
    reason: 'Commands run in bash, and in what $SHELL says under nbclient.',
    without: outputs((all) => all.map(({ output_type }) => ({ output_type, text: 'not found' }))),
  },
  'order of a program': {
    reason: 'What a program writes stands before the cell’s result; nbclient’s kernel reads it later.',
    without: outputs((all) => all.toSorted((a, b) => a.output_type.localeCompare(b.output_type))),
  },
  'warned again': {
    reason: 'Modules that our kernel imports while nobody waits reset what has been warned of once.',
    without: outputs((all) => all.filter(({ text }) => !/^\S+: UserWarning: To exit/.test(String(text)))),
  },
  'refused network': {
    reason: 'The refusal says that the network is closed, in place of a name that was not found.',
    without: outputs((all) => all.map(({ output_type, ename }) => ({ output_type, ename }))),
  },
  'charts as JSON': {
    reason: 'Plotly gives its chart without the page that would load or carry the library.',
    without: outputs((all) =>
      all
        .map((output) => ('data' in output ? onlyData(output, /plotly|^text\/plain/) : output))
        .filter((output) => !('data' in output) || Object.keys(output.data as object).length > 0),
    ),
  },
  'Altair as JSON': {
    reason: 'Altair gives Vega-Lite in place of a page that loads the library.',
    without: outputs((all) =>
      all.map((output) =>
        JSON.stringify(output).includes('vega') ? { output_type: output.output_type } : output,
      ),
    ),
  },
  'plotted points': {
    reason: 'What code captures of a figure has its plotted points beside the picture; the notebook has not.',
    without: outputs((all) =>
      all.map((output) => {
        const text = JSON.stringify(output).replaceAll(
          /'application\/vnd\.code-interpreter\.figure\+json', /g,
          '',
        );
        return JSON.parse(text) as ComparableOutput;
      }),
    ),
  },
  'long error': {
    reason: 'The message of an error loses its middle when it is longer than a page.',
    without: outputs((all) =>
      all.map(({ output_type, ename, evalue }) => ({
        output_type,
        ename,
        evalue: String(evalue).slice(0, 1000),
      })),
    ),
  },
  'nobody types': {
    reason: 'The refusal of a question says what to do instead.',
    without: outputs((all) => all.map(({ output_type, ename }) => ({ output_type, ename }))),
  },
  'no debugger': {
    reason: 'breakpoint() would wait for commands, and is refused; nbclient’s kernel passes over it.',
    without: outputs(() => []),
  },
  'help is shown': {
    reason: 'Pages of help and code that %load found are outputs, as in JupyterLab; nbclient drops them.',
    without: outputs((all) => all.filter(({ output_type }) => output_type !== 'display_data')),
  },
  surrogates: {
    reason:
      'Half of a surrogate pair is shown; nbclient’s kernel loses the whole output to an exception of its own.',
    without: outputs(() => []),
  },
  death: {
    reason:
      'A kernel that ends says so in the notebook; nbclient raises and writes nothing, at times no count.',
    without: (cell) => ({ ...cell, execution_count: null, outputs: [] }),
  },
  'exit ends the cell': {
    reason: 'exit() and quit() end the cell, and the rest runs; nbclient’s kernel is gone.',
    without: (cell) => ({ ...cell, execution_count: null, outputs: [] }),
  },
} satisfies Record<string, Difference>;

export type DifferenceName = keyof typeof DIFFERENCES;

/** These are races: both sides may come out the same. */
export const RACES: ReadonlySet<DifferenceName> = new Set(['order of a program', 'warned again']);

/** Notebook → number of the cell (from 1, texts included) → what is meant to differ. */
export const NAMED: Readonly<Record<string, Readonly<Record<number, DifferenceName>>>> = {
  '03-line-magics': { 19: 'help is shown' },
  '04-capture': { 11: 'plotted points' },
  '05-shell': { 6: 'errors apart', 19: 'another shell' },
  '12-subprocess': { 2: 'order of a program' },
  '17-seaborn': { 10: 'refused network' },
  '18-plotly': {
    3: 'charts as JSON',
    4: 'charts as JSON',
    5: 'charts as JSON',
    6: 'charts as JSON',
    8: 'long error',
  },
  '19-altair': { 2: 'Altair as JSON', 4: 'Altair as JSON' },
  '21-history': { 19: 'help is shown' },
  '22-help': Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 11, 12, 13, 16, 17, 18].map((cell) => [cell, 'help is shown']),
  ),
  '23-nobody-types': { 2: 'nobody types', 3: 'nobody types', 6: 'nobody types', 7: 'no debugger' },
  '24-unicode': { 9: 'surrogates' },
  '26-ends': { 3: 'warned again', 4: 'warned again', 5: 'warned again' },
  '31-death': { 3: 'death' },
  '32-leaving': { 4: 'exit ends the cell', 5: 'exit ends the cell' },
};
