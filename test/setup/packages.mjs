/** Programs of the system: found, or installed with apt (root on Debian or Ubuntu), or named exactly. */
import { existsSync, readFileSync } from 'node:fs';
import { run, say, SetupError, which } from './shell.mjs';

/** What each part needs: commands of which one must exist, and the Debian packages that bring it. */
const NEEDS = {
  engine: { commands: ['dockerd'], packages: ['docker.io'] },
  dockerCli: { commands: ['docker'], packages: ['docker-cli', 'docker.io'], firstAvailable: true },
  python: { commands: ['python3'], packages: ['python3'] },
  gvisor: { commands: ['runsc'], packages: ['runsc'] },
  debootstrap: { commands: ['debootstrap'], packages: ['debootstrap'] },
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    packages: ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'],
  },
};

const MAC_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

let listsAreFresh = false;

async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(`apt-${args[0]}`, 'apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], { env });
}

function canInstall() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || which('apt-get') === null) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

const find = (need) => {
  for (const command of need.commands) {
    const path = which(command);
    if (path !== null) return path;
  }
  return null;
};

/** Path of the program, or null: for the caller who can do without. */
export const findProgram = (name) => find(NEEDS[name]);

/**
 * Path of the program; installs it when that is possible here.
 * @param name a key of `NEEDS`.
 * @throws SetupError with the packages to install.
 */
export async function ensureProgram(name) {
  const need = NEEDS[name];
  const found = find(need);
  if (found !== null) return found;
  const wanted = need.packages.join(' ');
  if (!canInstall()) {
    throw new SetupError(
      `${need.commands[0]} is missing. Install it (Debian and Ubuntu: sudo apt-get install ${wanted}), ` +
        'or run this command as root on Debian or Ubuntu, and it installs what it needs.',
    );
  }
  if (!listsAreFresh) {
    say('apt-get update');
    await apt(['update']);
    listsAreFresh = true;
  }
  say(`apt-get install ${wanted}`);
  if (need.firstAvailable) await installFirst(need.packages);
  else await apt(['install', '--no-install-recommends', ...need.packages]);
  const installed = find(need);
  if (installed === null)
    throw new SetupError(`${wanted} is installed, but ${need.commands[0]} is not there.`);
  return installed;
}

/** The name of a package differs between releases: the first one that installs. */
async function installFirst(packages) {
  for (const [index, name] of packages.entries()) {
    try {
      await apt(['install', '--no-install-recommends', name]);
      return;
    } catch (error) {
      if (index === packages.length - 1) throw error;
    }
  }
}

/**
 * A Chromium-like browser. `CHROMIUM` in the environment names another one.
 * @throws SetupError when there is none.
 */
export async function ensureBrowser() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new SetupError(`CHROMIUM names ${named}, which does not exist.`);
    return named;
  }
  const mac = process.platform === 'darwin' ? MAC_BROWSERS.find((path) => existsSync(path)) : undefined;
  return mac ?? ensureProgram('chromium');
}
