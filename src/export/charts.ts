/** Charts among the outputs, as files. */
import type { Output } from '../shared/outputs.ts';

export interface Chart {
  mime: string;
  extension: string;
  bytes: Uint8Array;
  /** Shown again under this id, it is the same chart, newer. */
  displayId: string | null;
}

/** Best first: a picture anybody can open, before the data of an interactive chart. */
const KINDS: { mime: RegExp; extension: string; encoding: 'base64' | 'text' | 'json' }[] = [
  { mime: /^image\/png$/, extension: '.png', encoding: 'base64' },
  { mime: /^image\/jpeg$/, extension: '.jpg', encoding: 'base64' },
  { mime: /^image\/svg\+xml$/, extension: '.svg', encoding: 'text' },
  { mime: /^application\/vnd\.plotly\.v1\+json$/, extension: '.plotly.json', encoding: 'json' },
  { mime: /^application\/vnd\.vegalite\.v\d+.*\+json$/, extension: '.vl.json', encoding: 'json' },
  { mime: /^application\/vnd\.vega\.v\d+.*\+json$/, extension: '.vg.json', encoding: 'json' },
];

/** The chart in an output, or null when there is none. */
export function chartOf(output: Output): Chart | null {
  if (!('data' in output)) return null;
  for (const { mime, extension, encoding } of KINDS) {
    for (const [name, value] of Object.entries(output.data)) {
      if (!mime.test(name)) continue;
      const displayId = output.transient?.display_id ?? null;
      return { mime: name, extension, bytes: toBytes(value, encoding), displayId };
    }
  }
  return null;
}

function toBytes(value: unknown, encoding: 'base64' | 'text' | 'json'): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify(value));
  const text = Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : '';
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
}

/** Gives charts their names: `chart-01.png`, `chart-02.svg` … */
export class ChartNames {
  private count = 0;
  private readonly byDisplay = new Map<string, string>();

  nameOf({ displayId, extension }: Chart): string {
    const known = displayId === null ? undefined : this.byDisplay.get(displayId + extension);
    if (known !== undefined) return known;
    this.count += 1;
    const name = `chart-${String(this.count).padStart(2, '0')}${extension}`;
    if (displayId !== null) this.byDisplay.set(displayId + extension, name);
    return name;
  }
}
