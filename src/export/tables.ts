/** HTML of code, parsed as a browser would: plain tables as rows of cells. */
import { defaultTreeAdapter as tree, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';

export interface TableCell {
  text: string;
  isHeader: boolean;
  columns: number;
  rows: number;
}

export interface Table {
  head: TableCell[][];
  body: TableCell[][];
  /** Text behind it, as pandas writes "5 rows × 3 columns". */
  caption: string;
}

const PLAIN = new Set(
  'html head body table caption colgroup col thead tbody tfoot tr th td div p span b i em strong br style code small sub sup'.split(
    ' ',
  ),
);

const LIMIT_CHARS = 4_000_000;

const childrenOf = (node: Tree.Node): Tree.ChildNode[] => ('childNodes' in node ? node.childNodes : []);

export const elementsIn = (node: Tree.Node): Tree.Element[] =>
  childrenOf(node).flatMap((child) => (tree.isElementNode(child) ? [child, ...elementsIn(child)] : []));

export function textOf(node: Tree.Node): string {
  if (tree.isTextNode(node)) return node.value;
  if (tree.isElementNode(node) && (node.tagName === 'style' || node.tagName === 'script')) return '';
  if (tree.isElementNode(node) && node.tagName === 'br') return '\n';
  return childrenOf(node).map(textOf).join('');
}

/** The style that pandas puts before every table, and nothing of an author. */
const isPandasStyle = (css: string): boolean =>
  css.split('}').every((rule) => rule.trim() === '' || /^\s*\.dataframe\b/.test(rule));

/** Null: it is more than one plain table, or is too large to be read. */
export function plainTable(html: string): Table | null {
  if (html.length > LIMIT_CHARS) return null;
  const page = parseFragment(html);
  const elements = elementsIn(page);
  const [table, ...others] = elements.filter(({ tagName }) => tagName === 'table');
  if (table === undefined || others.length > 0 || elements.some((element) => !isPlain(element))) return null;
  const rows = elementsIn(table).filter(({ tagName }) => tagName === 'tr');
  const head = rows.filter((row) => row.parentNode !== null && row.parentNode.nodeName === 'thead');
  const body = rows.filter((row) => !head.includes(row));
  const all = textOf(page).trim();
  const inside = textOf(table).trim();
  const caption = all.startsWith(inside) ? all.slice(inside.length) : all.replace(inside, ' ');
  return { head: head.map(cellsOf), body: body.map(cellsOf), caption: caption.replace(/\s+/g, ' ').trim() };
}

function isPlain(element: Tree.Element): boolean {
  if (!PLAIN.has(element.tagName)) return false;
  if (element.tagName === 'style') {
    const css = childrenOf(element).map((child) => (tree.isTextNode(child) ? child.value : ''));
    return isPandasStyle(css.join(''));
  }
  const style = element.attrs.find(({ name }) => name === 'style')?.value ?? '';
  return /^\s*(?:text-align:\s*\w+;?\s*)?$/.test(style);
}

const span = (element: Tree.Element, name: string): number => {
  const value = Number(element.attrs.find((attribute) => attribute.name === name)?.value ?? 1);
  return Number.isInteger(value) && value > 0 && value <= 1000 ? value : 1;
};

const cellsOf = (row: Tree.Element): TableCell[] =>
  elementsIn(row)
    .filter(({ tagName }) => tagName === 'th' || tagName === 'td')
    .map((cell) => ({
      text: textOf(cell).trim(),
      isHeader: cell.tagName === 'th',
      columns: span(cell, 'colspan'),
      rows: span(cell, 'rowspan'),
    }));
