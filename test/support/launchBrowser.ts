/** A headless Chromium of the system: `CHROMIUM`, else the one that set-up finds. */
import { chromium, type Browser } from 'playwright-core';
import { ensureBrowser } from '../setup/packages.mjs';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** @param args on top of what keeps it quiet */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureBrowser(), args: [...QUIET, ...args] });
}
