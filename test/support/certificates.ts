/** Certificates for tests: the ones of the network we are in, and ones that a test makes for itself (openssl). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/** Where a network inspects TLS, Node is told its authority in the environment; the image build needs it, too. */
export const extraCertificates = (): string | null => process.env.NODE_EXTRA_CA_CERTS || null;

export interface MadeAuthority {
  /** PEM file of the authority. */
  ca: string;
  /**
   * A key and a certificate of this authority, as key.pem and cert.pem beside a copy of ca.pem.
   * @param names of a server: `DNS:name`, `IP:127.0.0.1`; none: for a client.
   * @returns the folder.
   */
  issue: (name: string, names?: readonly string[]) => string;
}

/** An authority that nobody else trusts, in a folder of its own below the given one. Valid for a day. */
export function makeAuthority(folder: string, name: string): MadeAuthority {
  const own = path.join(folder, name);
  mkdirSync(own, { recursive: true });
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: own, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-days',
    '1',
    '-subj',
    `/CN=${name}`,
    // Without it, a strict reader refuses what this authority vouches for.
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  );
  const ca = path.join(own, 'ca.pem');
  return {
    ca,
    issue: (subject, names = []) => {
      const target = path.join(own, subject);
      mkdirSync(target);
      const at = (file: string): string => path.join(target, file);
      openssl(
        'req',
        ...curve,
        '-keyout',
        at('key.pem'),
        '-out',
        at('request.pem'),
        '-subj',
        `/CN=${subject}`,
      );
      const use = names.length === 0 ? 'clientAuth' : 'serverAuth';
      const alternative = names.length === 0 ? '' : `subjectAltName=${names.join(',')}\n`;
      writeFileSync(at('extensions'), `extendedKeyUsage=${use}\n${alternative}`);
      const signing = ['-CA', ca, '-CAkey', path.join(own, 'ca-key.pem'), '-CAcreateserial', '-days', '1'];
      openssl(
        'x509',
        '-req',
        '-in',
        at('request.pem'),
        ...signing,
        '-extfile',
        at('extensions'),
        '-out',
        at('cert.pem'),
      );
      openssl('x509', '-in', ca, '-out', at('ca.pem'));
      return target;
    },
  };
}
