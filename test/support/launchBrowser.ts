/** A headless Chromium of the system: `CHROMIUM`, else the one that set-up finds. */
import { chromium, type Browser } from 'playwright-core';
import { ensureBrowser } from '../setup/packages.mjs';

/**
 * What Playwright turns off: Chromium reads only the last list that it is given, and this is in its place.
 * `chromiumSwitches.ts` of playwright-core has the reasons.
 */
const OFF_BY_PLAYWRIGHT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];
/**
 * Suggestions below the address bar, which nobody sees here. Since they are web pages themselves, they cost more of the
 * processor for each window (about 1 s) than the panel does.
 */
const SUGGESTIONS = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  `--disable-features=${[...OFF_BY_PLAYWRIGHT, ...SUGGESTIONS].join()}`,
];

/** @param args on top of what keeps it quiet */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureBrowser(), args: [...QUIET, ...args] });
}
