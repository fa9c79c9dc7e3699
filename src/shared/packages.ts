/** Packages that cells installed, in words. */
import type { InstalledPackage } from './outputs.ts';
import { words, type Words } from './l10n.ts';

export type NamedPackage = Pick<InstalledPackage, 'manager' | 'name' | 'version'>;

const SHOWN = 20;

/** e.g. `polars 1.30.0 (pip), d3 7.9.0 (npm) and 3 more`. */
export function packageWords(packages: readonly NamedPackage[]): Words {
  const shown = packages
    .slice(0, SHOWN)
    .map(({ manager, name, version }) => `${name} ${version} (${manager})`)
    .join(', ');
  return packages.length > SHOWN
    ? words`${shown} and ${packages.length - SHOWN} more`
    : { english: shown, local: shown };
}

export const packageKey = ({ manager, name }: NamedPackage): string => `${manager} ${name}`;
