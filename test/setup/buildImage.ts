/** `buildImage.ts [--office]`: makes sure that the sandbox image is on the engine, with the product's own code; prints its reference. */
import { connectEngine } from '../../src/container/docker.ts';
import { DEFAULT_BASE, ensureImage } from '../../src/container/image.ts';
import { extraCertificates } from '../support/certificates.ts';

async function main(): Promise<void> {
  const started = performance.now();
  const engine = await connectEngine({ host: null });
  const source = {
    kind: 'build',
    contextFolder: 'sandbox',
    base: DEFAULT_BASE,
    caFile: extraCertificates(),
    office: process.argv.includes('--office'),
  } as const;
  let last = '';
  const lines: string[] = [];
  const reference = await ensureImage(
    engine,
    source,
    ({ message }) => {
      if (message !== last) process.stderr.write(`[setup] ${message}\n`);
      last = message;
    },
    (line) => lines.push(line),
  ).catch((error: unknown) => {
    process.stderr.write(`${lines.slice(-40).join('\n')}\n`);
    throw error;
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`[setup] sandbox image ${reference}: ${seconds} s\n`);
  console.log(reference);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
