'use strict';
// Which names of the session the code of JavaScript and bash cells reads, and which it sets or changes. The bridge runs
// this as a process of its own: `{ language, cells }` comes on standard input, a line `[index, names]` goes out for each
// code, the short ones first. Nothing of the code runs.
const MAX_CELLS = 200;
const MAX_NAMES = 500;
const MAX_NAME_CHARACTERS = 200;
const MAX_CHARACTERS = 200_000;

const sorted = (names) =>
  [...names]
    .filter((name) => name.length <= MAX_NAME_CHARACTERS)
    .sort()
    .slice(0, MAX_NAMES);

/** Null: it is no code of this language, or more than can be looked at. */
function namesOf(analyse, code) {
  if (code.length > MAX_CHARACTERS) return null;
  try {
    const found = analyse(code);
    if (found === null) return null;
    return { uses: sorted(found.uses), sets: sorted(found.sets), imports: sorted(found.imports) };
  } catch {
    // A syntax error, or nested too deep for the parser.
    return null;
  }
}

const ANALYSERS = {
  javascript: async () => require('./javascript_names.cjs').namesOfCode,
  bash: async () => require('./bash_names.cjs').analyser(),
};

async function main() {
  let given = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) given += chunk;
  const { language, cells } = JSON.parse(given);
  const analyse = await ANALYSERS[language]();
  const codes = cells.slice(0, MAX_CELLS).map((code, index) => ({ code: String(code), index }));
  for (const { code, index } of codes.sort((a, b) => a.code.length - b.code.length)) {
    process.stdout.write(`${JSON.stringify([index, namesOf(analyse, code)])}\n`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exitCode = 1;
});
