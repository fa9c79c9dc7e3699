/**
 * Runs a test bundle inside the extension host of code-server, with a browser as the window. Takes the
 * arguments that `runTests` of @vscode/test-electron gives to VS Code; ends with the status of the tests.
 */
import { format } from 'node:util';
import { VsCodeServer } from './vscodeServer.ts';
import { launchBrowser } from './launchBrowser.ts';

const LIMIT_MS = 600_000;
/** Lines of VS Code itself, about services that are not there. */
const NOISE =
  /open-vsx|remote-connection|AgentHost|Creating a socket|connection token|AccountPolicyGate|vsda|native-watchdog|bindings file/;

interface Arguments {
  workspace: string | null;
  developmentPath: string;
  testsPath: string;
}

function readArguments(args: string[]): Arguments {
  const value = (name: string): string => {
    const found = args.find((arg) => arg.startsWith(`--${name}=`));
    if (found === undefined) throw new Error(`--${name}=… is missing: is this run by runTests?`);
    return found.slice(name.length + 3);
  };
  return {
    workspace: args.find((arg) => !arg.startsWith('-')) ?? null,
    developmentPath: value('extensionDevelopmentPath'),
    testsPath: value('extensionTestsPath'),
  };
}

async function main({ workspace, developmentPath, testsPath }: Arguments): Promise<number> {
  // Only with this switch does a built VS Code for the browser take extensions from the address.
  const server = await VsCodeServer.start({ args: ['--vscode-option', 'enable-smoke-test-driver'] });
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
      const payload = [
        ['extensionDevelopmentPath', remote(developmentPath)],
        ['extensionTestsPath', remote(testsPath)],
        ['skipWelcome', 'true'],
      ];
      const status = new Promise<number>((resolve) => {
        setTimeout(() => resolve(124), LIMIT_MS).unref();
        page.once('crash', () => resolve(125));
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
      });
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        const line = format(...args);
        if (!NOISE.test(line)) console.log(line);
      });
      await page.goto(`${server.url(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
      return await status;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

main(readArguments(process.argv.slice(2))).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
