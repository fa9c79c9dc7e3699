/**
 * The provider's prompt cache, played with request bodies: what ends at a marker is kept, and a later request reads
 * the longest kept beginning that ends at one of its markers or up to 20 blocks before. Tokens are estimated by
 * bytes. It never forgets, as within five minutes.
 */
import { createHash } from 'node:crypto';

/** A part of a request in the cache's order, and whether a marker is behind it. */
interface Part {
  text: string;
  marked: boolean;
}

export interface CacheUse {
  /** All estimated tokens of the input. */
  input: number;
  read: number;
  written: number;
}

const LOOKBACK_BLOCKS = 20;
const BYTES_PER_TOKEN = 4;

type Json = Record<string, unknown>;
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

function part(block: Json, role: string): Part {
  const { cache_control: marker, ...rest } = block;
  return { text: role + JSON.stringify(rest), marked: marker !== undefined };
}

/** Tools, system, messages. */
export function partsOf(raw: string): Part[] {
  const body = JSON.parse(raw) as Json;
  return [
    ...listOf(body['tools']).map((tool) => part(tool, 'tool ')),
    ...listOf(body['system']).map((block) => part(block, 'system ')),
    ...listOf(body['messages']).flatMap((message) =>
      listOf(message['content']).map((block) => part(block, `${String(message['role'])} `)),
    ),
  ];
}

export const markersOf = (raw: string): number => partsOf(raw).filter(({ marked }) => marked).length;

/** The same request without markers, as a program sends it that knows nothing of the cache. */
export function withoutMarkers(raw: string): string {
  return JSON.stringify(JSON.parse(raw), (key, value: unknown) =>
    key === 'cache_control' ? undefined : value,
  );
}

export class PromptCache {
  private readonly kept = new Set<string>();

  use(raw: string): CacheUse {
    const parts = partsOf(raw);
    const hash = createHash('sha256');
    const prefixes = parts.map(({ text }) => {
      hash.update(`${text}\n`);
      return hash.copy().digest('hex');
    });
    const tokens = parts.map(({ text }) => Buffer.byteLength(text) / BYTES_PER_TOKEN);
    const upTo = (count: number): number => tokens.slice(0, count).reduce((sum, each) => sum + each, 0);
    const marks = parts.flatMap(({ marked }, index) => (marked ? [index] : []));
    let readParts = 0;
    for (const mark of marks) {
      for (let at = mark; at > mark - LOOKBACK_BLOCKS && at >= 0; at -= 1) {
        if (this.kept.has(prefixes[at] ?? '')) readParts = Math.max(readParts, at + 1);
      }
    }
    for (const mark of marks) this.kept.add(prefixes[mark] ?? '');
    const read = upTo(readParts);
    return { input: upTo(parts.length), read, written: Math.max(0, upTo((marks.at(-1) ?? -1) + 1) - read) };
  }
}
