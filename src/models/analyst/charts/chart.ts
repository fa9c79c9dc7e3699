/** What every chart of the analyst has: a cell of plain matplotlib, and a finding made from its numbers. */
import type { Column, Table } from '../facts.ts';

export interface Chart {
  /** Kind and place: letters, digits and hyphens. */
  key: string;
  /** What it shows, as Markdown for a list of offers: "`price` over `date`". */
  what: string;
  purpose: string;
  /** Python that draws one figure from `df` and ends with a `report(...)` of its numbers. */
  code: string;
  /** One or two sentences that are true of the reported numbers; null when they have the wrong shape. */
  finding(facts: unknown): string | null;
}

/** A table as the cells know it. */
export interface Source {
  table: Table;
  /** The variable that holds the frame: `df`, `df2`. */
  frame: string;
}

/** Set once in each turn: small figures with large type stay legible in a narrow side bar. */
export const STYLE = `import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

plt.rcParams.update({
    'figure.figsize': (5.4, 3.5), 'figure.dpi': 200, 'figure.constrained_layout.use': True,
    'figure.facecolor': 'white', 'font.size': 10.5,
    'axes.titlesize': 11.5, 'axes.titleweight': 'bold', 'axes.titlelocation': 'left', 'axes.titlepad': 10,
    'figure.titlesize': 11.5, 'figure.titleweight': 'bold',
    'axes.spines.top': False, 'axes.spines.right': False, 'axes.edgecolor': '#888888',
    'axes.grid': True, 'axes.axisbelow': True, 'grid.color': '#e2e2e2', 'grid.linewidth': 0.7,
    'legend.frameon': False, 'lines.linewidth': 1.6, 'text.parse_math': False,
    # Okabe and Ito's palette: told apart by colour-blind readers too.
    'axes.prop_cycle': plt.cycler(color=[
        '#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#444444',
    ]),
})
`;

/** Lines of a cell; empty strings are blank lines, nulls are left out. */
export const cell = (...lines: (string | null)[]): string => lines.filter((line) => line !== null).join('\n');

/** `1,200`, `0.25`, `3.5 M`: source of a tick format for any range. */
export const COMPACT_TICKS =
  "plt.FuncFormatter(lambda v, _: f'{v:,.10g}' if abs(v) < 1e6 else f'{v / 1e6:,.4g} M')";

/** Source of a tick format for this range. */
export function tickFormat(low: number, high: number): string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size >= 2e6) return COMPACT_TICKS;
  return high - low >= 8 || size >= 1000 ? "'{x:,.0f}'" : "'{x:,.4g}'";
}

/**
 * Lines that scale an axis (`x` or `y`) of `ax`: by powers of ten where a few values lie far above the rest
 * (from 1 on, when there are zeros). Ticks are plain numbers; beside each other there is room for few of them.
 */
export function scaled(axis: 'x' | 'y', column: Column, ticks: number): string[] {
  const { wide, tail, low, high } = column;
  if (wide !== true && tail !== true) {
    return [
      `ax.${axis}axis.set_major_locator(plt.MaxNLocator(${ticks}))`,
      `ax.${axis}axis.set_major_formatter(${tickFormat(low ?? 0, high ?? 0)})`,
    ];
  }
  return [
    wide === true ? `ax.set_${axis}scale('log')` : `ax.set_${axis}scale('symlog', linthresh=1)`,
    `ax.${axis}axis.set_major_formatter(${COMPACT_TICKS})`,
    `ax.${axis}axis.set_minor_formatter(plt.NullFormatter())`,
    ...(axis === 'x' ? [`ax.xaxis.get_major_locator().set_params(numticks=${ticks - 1})`] : []),
  ];
}
