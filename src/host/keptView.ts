/** Where the reader was in a session: `view.json` in its folder, so that it opens where it was left. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { sessionViewSchema, type SessionView } from '../shared/protocol.ts';

const FILE = 'view.json';

export class KeptView {
  private writing: Promise<void> = Promise.resolve();
  private waiting = false;

  private constructor(
    private readonly file: string,
    private view: SessionView | null,
  ) {}

  /** A file that is missing or broken is none. */
  static async open(folder: string): Promise<KeptView> {
    const file = path.join(folder, FILE);
    return new KeptView(file, await read(file));
  }

  get current(): SessionView | null {
    return this.view;
  }

  /** Returns at once; of several in a row the last is written. A failure loses a place in a text, and no more. */
  keep(view: SessionView): void {
    this.view = view;
    if (this.waiting) return;
    this.waiting = true;
    this.writing = this.writing.then(async () => {
      this.waiting = false;
      const next = `${this.file}.next`;
      await fs
        .writeFile(next, JSON.stringify(this.view), { mode: 0o600 })
        .then(async () => fs.rename(next, this.file))
        .catch(() => undefined);
    });
  }

  async flush(): Promise<void> {
    await this.writing;
  }
}

async function read(file: string): Promise<SessionView | null> {
  try {
    return sessionViewSchema.parse(JSON.parse(await fs.readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
