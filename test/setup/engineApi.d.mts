export type EngineAddress = { socketPath: string } | { host: string; port: number };
export interface EngineObject {
  kind: 'container' | 'volume' | 'network';
  id: string;
  labels: Record<string, string>;
}
export const LABEL_PREFIX: string;
export function engineAddress(host?: string): EngineAddress;
export function callEngine(
  address: EngineAddress,
  method: string,
  path: string,
  options?: { timeoutMs?: number },
): Promise<{ status: number; text: string }>;
export function pingEngine(
  address: EngineAddress,
): Promise<'answers' | 'missing' | 'denied' | 'stopped' | 'silent'>;
export function ourObjects(address: EngineAddress): Promise<EngineObject[]>;
export function copyImage(image: string, from: EngineAddress, to: EngineAddress): Promise<void>;
