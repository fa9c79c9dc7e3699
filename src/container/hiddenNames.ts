/** Names of what is hidden from cells by default, and the workspace's own list of more. */
import ignore, { type Ignore } from 'ignore';

/** More names to hide, in the syntax of a `.gitignore`; in the root of a mounted folder. */
export const IGNORE_FILE = '.codeinterpreterignore';
export const IGNORE_FILE_LIMIT_BYTES = 256 * 1024;

/**
 * Where programs keep keys, passwords and tokens, in the syntax of a `.gitignore`. `.git` as a whole: its `config`
 * can hold a password in an address and is replaced by every program that changes it, and a mask does not outlive the
 * file that it lies on.
 */
const DEFAULT_NAMES = `
.env*
!.env.example
!.env.sample
!.env.template
!.env.dist
*.pem
*.key
*.p12
*.pfx
*.jks
*.keystore
*.kdbx
*.ppk
id_*
!id_*/
!id_*.*
id_rsa.*
id_dsa.*
id_ecdsa.*
id_ed25519.*
!id_*.pub
.git/
.git-credentials
.npmrc
.yarnrc.yml
.pypirc
.netrc
_netrc
.pgpass
.my.cnf
.htpasswd
.vault-token
.aws/
.azure/
.gcloud/
.gnupg/
.kube/
.ssh/
**/.docker/config.json
**/.config/gcloud/
**/.config/gh/
.terraformrc
*.tfstate
*.tfstate.backup
credentials*.json
service-account*.json
service_account*.json
serviceaccount*.json
client_secret*.json
secrets.json
secrets.yml
secrets.yaml
secrets.toml
`;

/** True for paths relative to a mount's root, `/` separated; folders end with `/`. */
export type IsHidden = (relativePath: string) => boolean;

/**
 * @param extra the text of the workspace's list; null: there is none. It can hide more, never less: a repository
 *   does not decide to show its reader's secrets.
 */
export function hiddenNames(extra: string | null): IsHidden {
  // Names that differ in case only are one file on many systems.
  const lists: Ignore[] = [ignore({ ignorecase: true }).add(DEFAULT_NAMES)];
  if (extra !== null) lists.push(ignore({ ignorecase: true }).add(extra));
  return (relativePath) => lists.some((list) => list.ignores(relativePath));
}
