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

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureBrowser(), args: QUIET });
}
