/** The real address behind a link. */
import { badLink } from '../failures.ts';

/** @throws Failure `bad-link` for anything but http and https. */
export function realAddress(text: string): URL {
  if (!URL.canParse(text)) throw badLink();
  // `URL` writes international host names in ASCII and percent-encodes the rest.
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badLink();
  return url;
}
