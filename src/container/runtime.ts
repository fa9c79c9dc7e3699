/**
 * Which runtime runs the container. gVisor is used only where the engine has it and it has run our image here; what
 * the user set is done or refused, never replaced by something else.
 */
import { gvisorFailed, runtimeMissing } from '../failures.ts';
import type { Engine, EngineFacts } from './docker.ts';
import { isGvisor, type RuntimeChoice } from './runtimeChoice.ts';
import { runTrial } from './runtimeTrial.ts';
import type { Trials } from './trials.ts';
import { t } from '../shared/l10n.ts';

export interface Runtime {
  /** As the engine calls it. */
  name: string;
  isGvisor: boolean;
  /** Why this one: a phrase for the panel. */
  why: string;
}

export interface RuntimeQuestion {
  engine: Engine;
  facts: EngineFacts;
  /** Reference of an image that is on the engine. */
  image: string;
  trials: Trials;
  log: (line: string) => void;
}

const CONTAINERD_ALIAS = /^io\.containerd\./;

/** The engine's name for gVisor: `runsc`, else the first `runsc-…`; null: it has none. */
export function gvisorOf(runtimes: readonly string[]): string | null {
  const found = runtimes.filter(isGvisor).sort();
  return found[0] ?? null;
}

/** What runs containers when gVisor does not: the engine's default, unless that is gVisor itself. */
export function ordinaryOf({ defaultRuntime, runtimes }: Pick<EngineFacts, 'defaultRuntime' | 'runtimes'>) {
  if (!isGvisor(defaultRuntime)) return defaultRuntime;
  const others = runtimes.filter((name) => !isGvisor(name) && !CONTAINERD_ALIAS.test(name));
  return others.includes('runc') ? 'runc' : (others[0] ?? null);
}

/**
 * @param onTrial a trial begins, which takes some seconds.
 * @throws Failure `runtime-missing`, `gvisor-failed`, `cancelled`, `docker-…`
 */
export async function chooseRuntime(
  choice: RuntimeChoice,
  question: RuntimeQuestion,
  onTrial: () => void,
  signal: AbortSignal,
): Promise<Runtime> {
  const { facts } = question;
  const gvisor = gvisorOf(facts.runtimes);
  switch (choice) {
    case 'runc':
      if (!facts.runtimes.includes('runc')) throw runtimeMissing('runc', facts.runtimes);
      return { name: 'runc', isGvisor: false, why: t('as set') };
    case 'runsc': {
      if (gvisor === null) throw runtimeMissing('runsc', facts.runtimes);
      const problem = await gvisorProblem(gvisor, question, onTrial, signal);
      if (problem !== null) throw gvisorFailed(gvisor, problem);
      return { name: gvisor, isGvisor: true, why: t('gVisor, as set') };
    }
    case 'auto': {
      if (gvisor === null) return ordinary(facts, t('gVisor is not on this engine'));
      const problem = await gvisorProblem(gvisor, question, onTrial, signal);
      if (problem !== null) return ordinary(facts, t`gVisor did not work here: ${problem}`);
      return { name: gvisor, isGvisor: true, why: t('gVisor, tried out here') };
    }
  }
}

function ordinary(facts: EngineFacts, why: string): Runtime {
  const name = ordinaryOf(facts);
  if (name === null) throw runtimeMissing('runc', facts.runtimes);
  return { name, isGvisor: false, why };
}

/** For `auto`, when gVisor passed its trial but this sandbox (its mounts, its bridge) did not come up on it. */
export const withoutGvisor = (facts: EngineFacts, reason: string): Runtime =>
  ordinary(facts, t`gVisor did not work here: ${reason}`);

/** Null: it runs our image here. Asked once for each engine, image and configuration of the runtime. */
async function gvisorProblem(
  name: string,
  question: RuntimeQuestion,
  onTrial: () => void,
  signal: AbortSignal,
): Promise<string | null> {
  const { trials, log } = question;
  const key = trialKey(name, question);
  const known = await trials.find(key);
  if (known !== undefined) return known;
  onTrial();
  const problem = await runTrial(name, question, signal);
  log(`trial of ${name}: ${problem ?? 'passed'}`);
  await trials.note(key, problem);
  return problem;
}

const trialKey = (name: string, { facts, image }: RuntimeQuestion): string =>
  JSON.stringify([facts.fingerprint, name, facts.runtimeConfigs[name] ?? '', image]);
