/** Why an SVG is not shown, or null when it is. Pure. */
import { t } from '../../src/shared/l10n.ts';

const LIMIT_CHARS = 8_000_000;

export function svgProblem(svg: string): string | null {
  if (svg.length > LIMIT_CHARS) return t('The SVG is too large to show.');
  // Entities can expand to gigabytes; charts have no use for them.
  if (/<!ENTITY/i.test(svg)) return t('The SVG defines entities and is not shown.');
  return /<svg[\s>]/i.test(svg) ? null : t('The output is not an SVG.');
}
