/** A file's name with its picture. */
import { type JSX } from 'preact';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';
import { type IconName } from '../icons.ts';

const ICONS: readonly (readonly [RegExp, IconName])[] = [
  [/\.(csv|tsv|xlsx?|ods|parquet|feather)$/i, 'table'],
  [/\.(sqlite3?|db|duckdb)$/i, 'database'],
  [/\.(png|jpe?g|gif|svg|webp)$/i, 'file-media'],
  [/\.pdf$/i, 'file-pdf'],
  [/\.(zip|gz|tar|zst)$/i, 'file-zip'],
  [/\.(jsonl?|geojson)$/i, 'json'],
  [/\.(py|js|ts|sh|sql|html?|ipynb)$/i, 'file-code'],
];
export const fileIcon = (name: string): IconName =>
  ICONS.find(([pattern]) => pattern.test(name))?.[1] ?? 'file';

/** The lines of a selection: `sales.csv:3-10`. */
const LINES = /:\d+(-\d+)?$/;

interface FileChipProps {
  /** A path, with lines when it is a selection. */
  label: string;
  /** Shown by the tooltip; the whole label when absent. */
  title?: string;
  onRemove?: () => void;
}

export function FileChip({ label, title = label, onRemove }: FileChipProps): JSX.Element {
  const base = label.split('/').at(-1) ?? label;
  return (
    <span class="chip" title={title}>
      <Icon name={LINES.test(label) ? 'list-selection' : fileIcon(label)} />
      <span class="chip-name">{base}</span>
      {onRemove !== undefined && (
        <button
          type="button"
          class="chip-remove"
          aria-label={t`Remove ${base}`}
          title={t('Remove')}
          onClick={onRemove}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}
