/** A rectangle of cells, and its text for a spreadsheet. Pure. */
export interface Cell {
  row: number;
  column: number;
}
/** `head` moves, `anchor` stays. */
export interface Selection {
  anchor: Cell;
  head: Cell;
}
export interface Rectangle {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const rectangleOf = ({ anchor, head }: Selection): Rectangle => ({
  top: Math.min(anchor.row, head.row),
  bottom: Math.max(anchor.row, head.row),
  left: Math.min(anchor.column, head.column),
  right: Math.max(anchor.column, head.column),
});

export const contains = ({ top, bottom, left, right }: Rectangle, row: number, column: number): boolean =>
  row >= top && row <= bottom && column >= left && column <= right;

const clamp = (value: number, last: number): number => Math.max(0, Math.min(value, last));

/** Where a key leads; null: it is no key of a grid. `pageRows`: what is seen at once. */
export function moved(
  { row, column }: Cell,
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  { rows, columns, pageRows }: { rows: number; columns: number; pageRows: number },
): Cell | null {
  const far = ctrlKey || metaKey;
  const to = (nextRow: number, nextColumn: number): Cell => ({
    row: clamp(nextRow, rows - 1),
    column: clamp(nextColumn, columns - 1),
  });
  switch (key) {
    case 'ArrowDown':
      return to(far ? rows - 1 : row + 1, column);
    case 'ArrowUp':
      return to(far ? 0 : row - 1, column);
    case 'ArrowRight':
      return to(row, far ? columns - 1 : column + 1);
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1);
    case 'PageDown':
      return to(row + pageRows, column);
    case 'PageUp':
      return to(row - pageRows, column);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? rows - 1 : row, columns - 1);
    default:
      return null;
  }
}

/** Spreadsheets take a quoted field as one, also with a tab or a line break in it; missing is empty. */
const field = (text: string | null): string => {
  if (text === null) return '';
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const tabSeparated = (rows: readonly (readonly (string | null)[])[]): string =>
  rows.map((row) => row.map(field).join('\t')).join('\n');
