/** What the panel marks in an answer, as sentences: it follows a failed step, or has figures that no output has. */
import { failedStepWords, falseClaimsText, missingFiguresText } from '../shared/answerNotes.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { CellStatus } from '../shared/outputs.ts';

interface Step {
  cellId: string;
  purpose: string;
  ended: CellStatus | 'dropped' | null;
}

const MAX_NAMED = 20;

/** A fold over the events of a turn. */
export class AnswerNotes {
  private step: Step | null = null;
  private readonly texts = new Map<string, string>();
  private missing: string[] = [];
  private claims: string[] = [];
  private isAnswered = false;

  /** Returns the notes when the turn ends, else nothing. */
  take(event: SessionEvent): string[] {
    switch (event.type) {
      case 'user_message':
        this.step = null;
        this.texts.clear();
        this.missing = [];
        this.claims = [];
        this.isAnswered = false;
        return [];
      case 'cell_started':
        this.step = { cellId: event.cellId, purpose: '', ended: null };
        this.isAnswered = false;
        return [];
      case 'cell_running':
        if (this.step?.cellId === event.cellId) this.step.purpose = event.purpose.trim();
        return [];
      case 'cell_done':
        if (this.step?.cellId === event.cellId) this.step.ended = event.result.status;
        return [];
      case 'cell_dropped':
        if (this.step?.cellId === event.cellId) this.step.ended = 'dropped';
        return [];
      case 'text':
        this.texts.set(event.blockId, (this.texts.get(event.blockId) ?? '') + event.delta);
        this.isAnswered ||= event.delta.trim() !== '';
        return [];
      case 'answer_checked': {
        const text = this.texts.get(event.blockId) ?? '';
        const unfound = event.numbers.filter(({ cellId }) => cellId === null);
        this.missing.push(...unfound.map(({ start, end }) => text.slice(start, end)));
        return [];
      }
      case 'claims_checked':
        this.claims.push(...event.files);
        return [];
      case 'turn_ended':
        return event.end.kind === 'finished'
          ? [...this.failedStep(), ...this.falseClaims(), ...this.missingFigures()]
          : [];
      default:
        return [];
    }
  }

  private failedStep(): string[] {
    const { step } = this;
    const words = step?.ended == null || !this.isAnswered ? null : failedStepWords(step.ended);
    if (step === null || words === null) return [];
    return [step.purpose === '' ? `${words}.` : `${words}: ${step.purpose}`];
  }

  private falseClaims(): string[] {
    return this.claims.length === 0 ? [] : [falseClaimsText(this.claims)];
  }

  private missingFigures(): string[] {
    const { missing } = this;
    if (missing.length === 0) return [];
    const named = missing.slice(0, MAX_NAMED).join('; ');
    const more = missing.length > MAX_NAMED ? '; …' : '';
    return [`${missingFiguresText(missing.length).replace(/\.$/, '')}: ${named}${more}`];
  }
}
