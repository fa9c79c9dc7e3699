/** Keeps keys out of the log, whoever writes the line. */

/** What keys look like, also when cut or quoted in an error of somebody else. */
const PATTERNS = [
  /\bsk-[A-Za-z0-9_-]{8,}/g,
  /(?<=(?:x-api-key|authorization)["']?\s*[:=]\s*["']?)[^\s"',}]+(?: [^\s"',}]+)?/gi,
];

export class Redactor {
  private readonly secrets = new Set<string>();

  /** Remembers a secret of this run (kept in memory only). Short ones would redact ordinary words. */
  add(secret: string): void {
    if (secret.length >= 8) this.secrets.add(secret);
  }

  redact(line: string): string {
    let clean = line;
    for (const secret of this.secrets) clean = clean.replaceAll(secret, '[key]');
    for (const pattern of PATTERNS) clean = clean.replaceAll(pattern, '[key]');
    return clean;
  }
}
