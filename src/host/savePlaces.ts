/** Where a file that the sandbox made may be saved. Pure; the paths are real ones, with links followed. */
import * as path from 'node:path';
import { t, words, type Words } from '../shared/l10n.ts';

/** `asks`: a second question, with the reason. `refused`: not by us; the user can move the file there. */
export type PlaceVerdict =
  { kind: 'free' } | { kind: 'asks'; reason: string } | { kind: 'refused'; reason: Words };

const namesIn = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Folders whose files some program runs or obeys by their mere presence, wherever they lie. */
const REFUSED_FOLDERS = namesIn(`
  .vscode .vscode-server .git .husky .githooks .devcontainer .idea .fleet .zed .ssh .gnupg .aws .azure .kube .docker
  .claude .cursor .windsurf .codex .gemini .continue .roo .direnv .mise autostart systemd launchagents
  launchdaemons cron.d cron.daily cron.hourly init.d profile.d startup`);
/** What a shell or a debugger reads when it starts. */
const REFUSED_FILES = namesIn(`
  .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout
  .kshrc .cshrc .tcshrc .login .logout .inputrc config.fish .envrc .xprofile .xinitrc .xsession .gdbinit .lldbinit
  .pdbrc .pythonrc .vimrc .exrc .nvimrc authorized_keys microsoft.powershell_profile.ps1 profile.ps1`);

const ASKED_FOLDERS = namesIn('.github .gitlab .circleci .config .local .vs bin sbin');
/** What a tool of the project runs, or an agent takes as its instructions. */
const ASKED_FILES = namesIn(`
  package.json makefile gnumakefile justfile taskfile.yml cmakelists.txt build.gradle build.gradle.kts rakefile
  dockerfile docker-compose.yml compose.yml jenkinsfile .gitlab-ci.yml .pre-commit-config.yaml lefthook.yml
  pyproject.toml setup.py setup.cfg conftest.py sitecustomize.py usercustomize.py noxfile.py tox.ini
  .npmrc .yarnrc .yarnrc.yml .pypirc .netrc .gitconfig .gitmodules .gitattributes .env .mcp.json mcp.json
  mise.toml .mise.toml .tool-versions .editorconfig .codeinterpreterignore
  claude.md claude.local.md agents.md gemini.md copilot-instructions.md .cursorrules .windsurfrules .clinerules`);
const ASKED_ENDINGS =
  /\.(code-workspace|pth|bat|cmd|com|exe|scr|ps1|vbs|lnk|desktop|app|command|reg|msi|dll|so|dylib|jar)$/;

/** Some systems take `.GIT`, `.git.`, `.git ` and `.git::$INDEX_ALLOCATION` for `.git`; some ignore what is not seen. */
const plain = (component: string): string =>
  component
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}\ufe00-\ufe0f]/gu, '')
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();

/** @param target absolute path of the file, `/` or `\` separated. */
export function placeVerdict(target: string): PlaceVerdict {
  const components = target
    .replace(/^[a-z]:/i, '')
    .split(/[\\/]/)
    .map(plain);
  const name = components.at(-1) ?? '';
  const folders = components.slice(0, -1);
  const refused = folders.find((folder) => REFUSED_FOLDERS.has(folder) || /^git~\d$/.test(folder));
  if (refused !== undefined)
    return { kind: 'refused', reason: words`programs act on what lies in ${refused}` };
  if (REFUSED_FILES.has(name))
    return { kind: 'refused', reason: words`programs run ${name} when they start` };
  const asked = folders.find((folder) => ASKED_FOLDERS.has(folder));
  if (asked !== undefined)
    return { kind: 'asks', reason: t`Programs on this machine may act on files in ${asked}.` };
  if (ASKED_FILES.has(name) || ASKED_ENDINGS.test(name))
    return { kind: 'asks', reason: t`Programs on this machine may run or obey ${name}.` };
  return { kind: 'free' };
}

/** Does the path lie in the folder, or is it the folder? */
export function liesIn(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
