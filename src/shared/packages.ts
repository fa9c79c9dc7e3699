/** Packages that cells installed, in words. */
import type { InstalledPackage } from './outputs.ts';

export type NamedPackage = Pick<InstalledPackage, 'manager' | 'name' | 'version'>;

const SHOWN = 20;

/** e.g. `polars 1.30.0 (pip), d3 7.9.0 (npm) and 3 more`. */
export function packageWords(packages: readonly NamedPackage[]): string {
  const shown = packages
    .slice(0, SHOWN)
    .map(({ manager, name, version }) => `${name} ${version} (${manager})`)
    .join(', ');
  return packages.length > SHOWN ? `${shown} and ${packages.length - SHOWN} more` : shown;
}

export const packageKey = ({ manager, name }: NamedPackage): string => `${manager} ${name}`;
