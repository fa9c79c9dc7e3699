/** How selected lines are named, in the panel as in the request. */
import { type Selection } from './events.ts';

/** `data/sales.csv:3-10` */
export const linesOf = ({
  label,
  startLine,
  endLine,
}: Pick<Selection, 'label' | 'startLine' | 'endLine'>): string =>
  startLine === endLine
    ? `${label}:${String(startLine)}`
    : `${label}:${String(startLine)}-${String(endLine)}`;
