export interface EnginePlaces {
  socket: string;
  pidFile: string;
  containerdPidFile: string;
  extraArguments: string[];
}
export const BASE_IMAGE: string;
export function ensureEngine(places?: EnginePlaces): Promise<{ own: boolean; stop(): Promise<void> }>;
