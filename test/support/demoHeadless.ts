/** The demo without a screen: takes the steps of a user in a headless browser, and looks at the result. */
import { rm } from 'node:fs/promises';
import { launchBrowser } from './launchBrowser.ts';
import { DEMO_FILE, machineSettings, sampleWorkspace, VSIX } from './demoWorkspace.ts';
import { screenStatistics, showsSomething } from './pixels.ts';
import { VsCodeServer, type Theme } from './vscodeServer.ts';
import { charts, finishedTurns, panelReady } from './panel.ts';
import { VsCodeWindow } from './vscodeWindow.ts';

const OUT = 'demo-out';
const THEMES: [string, Theme][] = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
];

/** @returns how many charts are on the screen. */
async function show(name: string, theme: Theme, workspace: string): Promise<number> {
  const server = await VsCodeServer.start({ vsix: [VSIX], theme, settings: machineSettings() });
  const browser = await launchBrowser();
  try {
    const window = await VsCodeWindow.open(browser, server, { workspace, width: 1440, height: 1000 });
    await window.openFile(DEMO_FILE);
    await window.command('Code Interpreter: Analyze File…');
    const panel = window.panel();
    await panelReady(panel);
    await window.resizePanel(640);
    await finishedTurns(panel, 1, 300_000);
    const found = await charts(panel).all();
    let visible = 0;
    for (const [index, chart] of found.entries()) {
      const picture = await screenStatistics(chart);
      if (!showsSomething(picture)) continue;
      visible += 1;
      if (index === 0) await window.screenshot(`${name}-first-chart`, OUT);
    }
    await window.screenshot(`${name}-end`, OUT);
    console.log(`${name}: ${visible} of ${found.length} charts are on the screen`);
    await window.close();
    return found.length === visible ? visible : 0;
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function main(): Promise<number> {
  const workspace = await sampleWorkspace();
  try {
    let all = true;
    for (const [name, theme] of THEMES) all = (await show(name, theme, workspace)) > 0 && all;
    console.log(all ? `Screenshots are in ${OUT}/.` : `No chart on the screen; see ${OUT}/.`);
    return all ? 0 : 1;
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
