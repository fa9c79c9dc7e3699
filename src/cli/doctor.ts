/** `doctor`: engine, image, runtime and key, each ok or with its remedy. */
import { checkEngine, imageStatus, runtimeStatus, surveyEngines } from '../container/dockerSandbox.ts';
import { runDoctor, type Check } from '../doctor.ts';
import { DEFAULT_BASE_URL, validateKey } from '../models/anthropic.ts';
import { parse, sandboxArgs, SANDBOX_OPTIONS, SANDBOX_USAGE } from './args.ts';
import { EXIT } from './exitCodes.ts';
import { KEY_VARIABLE } from './modelFor.ts';
import { imageSource, runtimeOptions } from './sandbox.ts';
import type { World } from './world.ts';

const USAGE = `Usage: code-interpreter doctor [--json] [options]

Checks the Docker engine and where it was looked for, its runtime, the sandbox image and the API key (with a request to
the API, when one is set). Exit code: 0 when everything needed is there or can be made, 3 without a sandbox, 4 with a key that fails.

  --json             an array of {id, title, status, sentence, remedy}
  --base-url URL     where the Messages API is
${SANDBOX_USAGE}`;

const OPTIONS = {
  ...SANDBOX_OPTIONS,
  json: { type: 'boolean' },
  'base-url': { type: 'string' },
} as const;

/** A trial of gVisor ends by itself before. */
const TRIAL_MS = 90_000;

const MARKS: Record<Check['status'], string> = { ok: 'ok', missing: '--', failed: 'NO', skipped: '..' };

async function run(args: readonly string[], world: World): Promise<number> {
  const { values } = parse('doctor', args, OPTIONS, { positionals: 0 });
  const sandbox = sandboxArgs('doctor', values);
  const docker = { host: sandbox.dockerHost };
  const apiKey = world.env[KEY_VARIABLE]?.trim() ?? '';
  const baseUrl = values['base-url'] ?? DEFAULT_BASE_URL;
  const checks = await runDoctor({
    engine: async () => checkEngine(docker),
    places: async () => surveyEngines(docker),
    runtime: async () =>
      runtimeStatus(
        {
          docker,
          image: imageSource(sandbox, world),
          ...runtimeOptions(sandbox, world),
          log: () => undefined,
        },
        AbortSignal.timeout(TRIAL_MS),
      ),
    image: async () => {
      const { reference, kind, sizeBytes, office } = await imageStatus(docker, imageSource(sandbox, world));
      return { reference, source: kind, sizeBytes, office };
    },
    key: async () => {
      if (apiKey === '') return null;
      await validateKey(apiKey, baseUrl);
      return { address: baseUrl };
    },
  });
  if (values.json === true) world.stdout.line(JSON.stringify(checks, null, 2));
  else for (const check of checks) world.stdout.line(describe(check));
  return exitCode(checks);
}

export const doctor = { usage: USAGE, run };

function describe({ status, title, sentence, remedy }: Check): string {
  const advice = remedy === null || status === 'ok' ? '' : `\n      ${remedy.text}`;
  return `${MARKS[status].padEnd(4)}${title}: ${sentence}${advice}`;
}

function exitCode(checks: readonly Check[]): number {
  const failed = checks.filter(({ status }) => status === 'failed').map(({ id }) => id);
  if (failed.some((id) => id !== 'key')) return EXIT.noSandbox;
  return failed.length > 0 ? EXIT.model : EXIT.ok;
}
