/** The bytes of a representation, as a file: for types that are saved rather than shown. Pure. */
import { mimeText } from '../../src/shared/multiline.ts';
import { fromBase64, toBase64 } from './imageHeader.ts';

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/javascript': 'js',
  'text/javascript': 'js',
  'text/csv': 'csv',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'image/tiff': 'tif',
};

/** Of the type's name: `application/vnd.example.thing+json` → `json`; never one that a system would run. */
export function endingOf(mime: string): string {
  const known = ENDINGS[mime];
  if (known !== undefined) return known;
  if (/^text\//.test(mime)) return 'txt';
  const suffix = /\+(json|xml)$/.exec(mime)?.[1];
  if (suffix !== undefined) return suffix;
  const plain = /^(?:audio|video|image|font)\/(?:x-)?([a-z0-9]{2,5})$/.exec(mime)?.[1];
  return plain ?? 'bin';
}

/** nbformat keeps binary types as base64, `+json` types as JSON, all others as text. @returns base64 of the file */
export function fileOf(mime: string, value: unknown): string {
  const text = mimeText(value);
  if (text === null) return toBase64(new TextEncoder().encode(JSON.stringify(value, null, 2) ?? ''));
  const bare = text.replace(/\s+/g, '');
  const mayBeBinary = !/^text\//.test(mime) && !/[+/](?:json|xml)$/.test(mime) && bare.length % 4 === 0;
  if (mayBeBinary && /^[A-Za-z0-9+/]+=*$/.test(bare) && fromBase64(bare) !== null) return bare;
  return toBase64(new TextEncoder().encode(text));
}
