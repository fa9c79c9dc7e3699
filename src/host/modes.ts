/** Who decides what runs. The sandbox is the safety; the mode is the user's taste, and stays with the workspace. */
import type * as vscode from 'vscode';
import { modeSchema, type Mode } from '../shared/protocol.ts';

const CURRENT = 'codeInterpreter.mode';
/** The last mode that was not `plan`. */
const BEFORE = 'codeInterpreter.modeBeforePlan';

export class Modes {
  constructor(
    private readonly memento: Pick<vscode.Memento, 'get' | 'update'>,
    private readonly onChange: () => void,
  ) {}

  get current(): Mode {
    return this.read(CURRENT);
  }

  async set(mode: Mode): Promise<void> {
    const { current } = this;
    if (current === mode) return;
    if (current !== 'plan') await this.memento.update(BEFORE, current);
    await this.memento.update(CURRENT, mode);
    this.onChange();
  }

  /** From `plan` to the mode before it; in the others: nothing. */
  async leavePlan(): Promise<void> {
    if (this.current !== 'plan') return;
    const before = this.read(BEFORE);
    await this.set(before === 'plan' ? 'auto' : before);
  }

  private read(key: string): Mode {
    const parsed = modeSchema.safeParse(this.memento.get(key));
    return parsed.success ? parsed.data : 'auto';
  }
}
