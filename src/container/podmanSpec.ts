/** Podman's API for Docker's clients differs in two places from Docker's (seen with 4.3). */
import type { CreateOptions } from './docker.ts';

/** A limit must be named, or Podman sets one that it may not be allowed to set. `PidsLimit` is the one that counts. */
const PROCESSES_OF_USER = 16_384;

export function forPodman(spec: CreateOptions): CreateOptions {
  const { HostConfig: host = {} } = spec;
  const withoutInodes = Object.entries(host.Tmpfs ?? {}).map(([folder, options]) => [
    folder,
    // Refused as unknown. Files in memory stay limited by the memory.
    options
      .split(',')
      .filter((option) => !option.startsWith('nr_inodes='))
      .join(','),
  ]);
  const ulimits = host.Ulimits ?? [];
  const isNamed = ulimits.some(({ Name }) => Name === 'nproc');
  const nproc = { Name: 'nproc', Soft: PROCESSES_OF_USER, Hard: PROCESSES_OF_USER };
  return {
    ...spec,
    HostConfig: {
      ...host,
      Tmpfs: Object.fromEntries(withoutInodes) as Record<string, string>,
      Ulimits: isNamed ? ulimits : [...ulimits, nproc],
    },
  };
}

/** The create request as this engine takes it. */
export const specFor = (product: 'Docker' | 'Podman', spec: CreateOptions): CreateOptions =>
  product === 'Podman' ? forPodman(spec) : spec;
