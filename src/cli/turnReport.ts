/** What becomes of a session's events: printed while they come, and kept as a notebook, charts and files. */
import { createReadStream } from 'node:fs';
import * as path from 'node:path';
import { toNotebook } from '../session/notebook.ts';
import type { Session } from '../session/session.ts';
import type { SessionEvent } from '../shared/events.ts';
import { AnswerNotes } from './answerNotes.ts';
import { ChartNames, chartOf, type Chart } from './chartFiles.ts';
import { serializeNotebook } from './notebookFile.ts';
import type { OutFolder } from './outFolder.ts';
import { TurnPrinter } from './turnPrinter.ts';
import type { World } from './world.ts';

/** Prints the events and writes what is kept, one thing after the other. */
export class TurnReport {
  lastCellFailed = false;
  private work: Promise<void> = Promise.resolve();
  private readonly names = new ChartNames();
  private readonly notes = new AnswerNotes();
  private readonly printer: TurnPrinter;

  constructor(
    private readonly out: OutFolder | null,
    private readonly asJson: boolean,
    private readonly world: World,
  ) {
    this.printer = new TurnPrinter({
      write: (text) => {
        world.stdout.write(text);
      },
      keepChart: async (chart) => this.keepChart(chart),
    });
  }

  take(events: readonly SessionEvent[]): void {
    this.work = this.work.then(async () => {
      for (const event of events) await this.one(event);
    });
    // Its rejection is met in `finish`.
    this.work.catch(() => undefined);
  }

  /** @throws Failure when something could not be written. */
  async finish(session: Session): Promise<void> {
    await this.work;
    if (this.out === null) return;
    const { out } = this;
    for (const { name, sha256 } of session.artifacts()) {
      const stored = session.artifactPath(sha256);
      if (stored !== null) await out.write(name, createReadStream(stored));
    }
    const written = { ...toNotebook(session.events()) };
    const name = await out.write('session.ipynb', serializeNotebook(written));
    this.world.stderr.line(`Written: ${path.join(out.folder, name)}`);
  }

  private async one(event: SessionEvent): Promise<void> {
    if (event.type === 'cell_done') this.lastCellFailed = event.result.status !== 'ok';
    if (event.type === 'notice') this.world.stderr.line(event.text);
    const notes = this.notes.take(event);
    if (this.asJson) {
      // Before the end of the turn: nobody reads on behind it.
      if (notes.length > 0) this.world.stdout.line(JSON.stringify({ type: 'answer_notes', notes }));
      this.world.stdout.line(JSON.stringify(event));
      const chart = event.type === 'cell_output' ? chartOf(event.output) : null;
      if (chart !== null) await this.keepChart(chart);
    } else {
      this.printer.notes(notes);
      await this.printer.print(event);
    }
    await this.world.stdout.flush();
  }

  private async keepChart(chart: Chart): Promise<string | null> {
    return this.out === null ? null : this.out.write(this.names.nameOf(chart), chart.bytes);
  }
}
