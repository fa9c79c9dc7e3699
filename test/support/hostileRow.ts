/** One line of the threat model with its attacks; see hostileCorpus.ts. */
import { type MimeBundle } from '../../src/shared/outputs.ts';

export type Shown =
  /** A cell displays it. */
  | { as: 'display'; data: MimeBundle }
  /** A cell prints it. */
  | { as: 'stdout'; text: string }
  /** The model says it. */
  | { as: 'prose'; text: string };

export interface Row {
  /** Of `O1` … in the threat model. */
  id: string;
  promise: string;
  attacks: Readonly<Record<string, Shown>>;
}
