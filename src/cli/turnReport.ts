/** What becomes of a session's events: printed while they come, and kept as a notebook, charts and files. */
import { createReadStream } from 'node:fs';
import * as path from 'node:path';
import { chartCodeFrom } from '../export/chartCode.ts';
import { inputFiles } from '../export/environment.ts';
import { exported, sideFolder, type Format } from '../export/formats.ts';
import { reportOf } from '../export/report.ts';
import { readEnvironment } from '../session/environment.ts';
import type { Session } from '../session/session.ts';
import type { SessionEvent } from '../shared/events.ts';
import { AnswerNotes } from './answerNotes.ts';
import { ChartNames, chartOf, type Chart } from '../export/charts.ts';
import type { OutFolder } from './outFolder.ts';
import { TurnPrinter } from './turnPrinter.ts';
import type { World } from './world.ts';

/** In which formats the session is written, and what it is made of. */
export interface Kept {
  formats: readonly Format[];
  rows: boolean;
  sessionFolder: string;
  /** Container path → host path. */
  mounts: readonly { target: string; source: string }[];
}

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
    private readonly kept: Kept,
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
    for (const { name, sha256 } of this.kept.rows ? session.artifacts() : []) {
      const stored = session.artifactPath(sha256);
      if (stored !== null) await out.write(name, createReadStream(stored));
    }
    for (const format of this.kept.formats) await this.write(format, session.events(), out);
  }

  /** The session in one format, and the pictures that go with it. */
  private async write(format: Format, events: readonly SessionEvent[], out: OutFolder): Promise<void> {
    const { sessionFolder, mounts } = this.kept;
    const report = reportOf(events, {
      environment: await readEnvironment(sessionFolder),
      inputs: await inputFiles(events, mounts),
      mounts,
      folder: out.folder,
      rows: this.kept.rows,
    });
    const side = sideFolder(`session.${format}`);
    const { text, files } = await exported(format, report, { side, chartCode: chartCodeFrom(__dirname) });
    for (const { name, bytes } of files) await out.write(`${side}/${name}`, bytes);
    const name = await out.write(`session.${format}`, text);
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
    return this.out === null || !this.kept.rows
      ? null
      : this.out.write(this.names.nameOf(chart), chart.bytes);
  }
}
