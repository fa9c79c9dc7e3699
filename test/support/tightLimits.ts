/** A sandbox in which every limit is met soon. */
import { DEFAULT_LIMITS, type Limits } from '../../src/container/policy.ts';

export const MIB = 1024 * 1024;

export const TIGHT_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  memoryBytes: 768 * MIB,
  cpus: 1,
  pids: 128,
  tmpBytes: 64 * MIB,
  tmpInodes: 5000,
  outputsBytes: 96 * MIB,
};
