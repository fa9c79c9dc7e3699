/** The messages that wait, on disk: `queue.json` beside the log. Written whole after each change; the last one counts. */
import { detail } from '../failures.ts';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { attachedImageSchema, fileRefSchema, intentSchema, selectionSchema } from '../shared/events.ts';
import { messageDraftSchema } from '../shared/protocol.ts';
import type { SendRequest } from './options.ts';
import type { Queued } from './queue.ts';
import { readOrEmpty } from './readOrEmpty.ts';

const fileSchema = z.object({
  version: z.literal(1),
  messages: z.array(
    z.object({
      request: z.object({
        intent: intentSchema,
        text: z.string(),
        files: z.array(fileRefSchema),
        attachments: z.optional(
          z.object({
            images: z.array(attachedImageSchema),
            selections: z.array(selectionSchema),
            pdfs: z.array(z.extend(fileRefSchema, { hostPath: z.string() })),
          }),
        ),
      }),
      draft: messageDraftSchema,
    }),
  ),
});

export type KeptMessage = Pick<Queued<SendRequest>, 'request' | 'draft'>;

export class QueueFile {
  private readonly file: string;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    folder: string,
    private readonly log: (line: string) => void,
  ) {
    this.file = join(folder, 'queue.json');
  }

  /** What waited when the session was closed; a file that cannot be read is told in the log. */
  async read(): Promise<KeptMessage[]> {
    try {
      const text = (await readOrEmpty(this.file)).toString('utf8');
      return text === '' ? [] : fileSchema.parse(JSON.parse(text)).messages.map(withAttachments);
    } catch (error) {
      this.log(`queue.json: ${detail(error)}`);
      return [];
    }
  }

  /** Never rejects: a message that could not be kept still waits in this window. */
  write(messages: readonly KeptMessage[]): void {
    const kept = messages.map(({ request, draft }) => ({ request, draft }));
    const text = kept.length === 0 ? null : JSON.stringify({ version: 1, messages: kept });
    this.writing = this.writing
      .then(async () => this.replace(text))
      .catch((error: unknown) => this.log(`queue.json: ${String(error)}`));
  }

  async flush(): Promise<void> {
    await this.writing;
  }

  private async replace(text: string | null): Promise<void> {
    if (text === null) return rm(this.file, { force: true });
    await writeFile(`${this.file}.next`, text, { mode: 0o600, flush: true });
    await rename(`${this.file}.next`, this.file);
  }
}

function withAttachments({ request, draft }: z.infer<typeof fileSchema>['messages'][number]): KeptMessage {
  const { attachments, ...rest } = request;
  return { draft, request: attachments === undefined ? rest : { ...rest, attachments } };
}
