/** An answer of the live kernel, asked for again when something that it hangs on changes. */
import { useEffect, useState } from 'preact/hooks';
import { type DataRefusal } from '../../src/shared/data.ts';

type Answer<T> = { ok: true; answer: T } | DataRefusal;

/** @returns null until the first answer; a later one replaces it when it is there, unless `anew` */
export function useAnswer<T>(
  ask: () => Promise<Answer<T>>,
  on: readonly unknown[],
  { anew = false }: { anew?: boolean } = {},
): T | DataRefusal | null {
  const [told, setTold] = useState<T | DataRefusal | null>(null);
  useEffect(() => {
    let wanted = true;
    if (anew) setTold(null);
    ask().then(
      (answer) => {
        if (wanted) setTold(answer.ok ? answer.answer : answer);
      },
      (error: unknown) => {
        if (wanted) setTold({ ok: false, reason: 'failed', problem: String(error) });
      },
    );
    return () => {
      wanted = false;
    };
  }, on);
  return told;
}
