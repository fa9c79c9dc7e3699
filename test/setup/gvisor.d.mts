import type { EngineAddress } from './engineApi.mjs';
export function noGvisor(): string | null;
export function startGvisorEngine(
  image: string,
  from: EngineAddress,
): Promise<{ host: string; stop(): Promise<void> }>;
