/**
 * Two views of one output, over the real kernels: the user has all that left the sandbox; the model has head and
 * tail, counts of what it has not, and a call that gets it the rest.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pngSize } from '../../src/agent/png.ts';
import type { AssistantBlock, ImageBlock, ToolResultBlock } from '../../src/models/model.ts';
import { Session } from '../../src/session/session.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { keeping } from '../support/keepingSandbox.ts';
import { sessionOptions } from '../support/openSession.ts';
import { scriptedModel } from '../support/scriptedModel.ts';

type Step = readonly [tool: string, input: object];
const python = (code: string): Step => ['python', { purpose: 'Look', code }];
const bash = (code: string): Step => ['bash', { purpose: 'Look', code }];
const more = (input: object): Step => ['show_output', { first: null, last: null, text: null, ...input }];

/** A little above the limit: the note on what was left out, titles and status. */
const BOUND_CHARS = 8700;

describe('the two views of an output', () => {
  let box: SandboxFixture;
  const folder = mkdtempSync(join(tmpdir(), 'views-'));
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => {
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let count = 0;
  /** One step of the model for each; then the results that it got, and what the user was shown. */
  async function run(...steps: Step[]) {
    const events: SessionEvent[] = [];
    const model = scriptedModel((n) => {
      const step = steps[n - 1];
      if (step === undefined) return { content: [{ type: 'text', text: 'Done.' }] };
      const call: AssistantBlock = { type: 'tool_use', id: `c${n}`, name: step[0], input: step[1] };
      return { content: [call] };
    });
    const session = await Session.open(
      sessionOptions(model, {
        folder: join(folder, String((count += 1))),
        sandbox: keeping(box.sandbox),
        outputLimitBytes: 4 * 1024 * 1024,
        onEvents: (batch) => events.push(...batch),
      }),
    );
    const end = await session.send({ intent: 'ask', text: 'Look', files: [] });
    await session.dispose();
    assert.deepEqual(end, { kind: 'finished' });
    const last = model.requests.at(-1)?.messages ?? [];
    const results = last.flatMap((message) =>
      message.role === 'user'
        ? message.content.filter((block): block is ToolResultBlock => block.type === 'tool_result')
        : [],
    );
    assert.equal(results.length, steps.length);
    const texts = results.map(({ content }) =>
      content.map((block) => (block.type === 'text' ? block.text : '')).join('\n'),
    );
    const images = results.flatMap(({ content }) =>
      content.filter((block): block is ImageBlock => block.type === 'image'),
    );
    for (const text of texts) {
      assert.ok(text.length <= BOUND_CHARS, `${text.length} characters`);
      assert.doesNotMatch(text, /\p{Surrogate}/u);
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f]/);
    }
    const user = events.flatMap((event) =>
      event.type === 'cell_output' && event.output.output_type === 'stream' ? [event.output.text] : [],
    );
    return { texts, results, images, user: user.join(''), events };
  }

  it('head and tail of 20,000 lines, what is missing, and the call that shows exactly that', async () => {
    const first = await run(python('for n in range(20_000): print(f"line {n}")'));
    const [text = ''] = first.texts;
    assert.equal(first.user.split('\n').length, 20_001, 'the user has all of it');
    assert.equal(first.results[0]?.isError, false, 'nothing was cut by the sandbox');
    assert.match(text, /^status: ok \(.*\), cell 1\n\[stdout\]\nline 0\nline 1\n/);
    assert.match(text, /line 19998\nline 19999$/);
    const note =
      /\[… ([\d,]+) of ([\d,]+) characters left out, ([\d,]+) lines; to read them: show_output (\{.*?\}) …\]/.exec(
        text,
      );
    assert.ok(note, text.slice(0, 6000));
    const [, , total = '', , call = ''] = note;
    assert.equal(Number(total.replaceAll(',', '')), first.user.trimEnd().length);
    const asked: unknown = JSON.parse(call);
    assert.ok(typeof asked === 'object' && asked !== null);
    const { texts } = await run(
      python('for n in range(20_000): print(f"line {n}")'),
      more(asked),
      more({ cell: 1, show: 'lines', first: 10_002, last: 10_003 }),
      more({ cell: 1, show: 'search', text: 'LINE 12345' }),
      more({ cell: 1, show: 'describe' }),
    );
    const last = [...(texts[0] ?? '').split('[…')[0]!.matchAll(/line (\d+)\n/g)].at(-1)?.[1];
    assert.match(
      texts[1] ?? '',
      new RegExp(`\\tline ${Number(last) + 1}\\n`),
      'goes on where the head ended',
    );
    assert.match(texts[1] ?? '', /did not fit; ask for them with "first"/);
    assert.match(texts[2] ?? '', /\n10002\tline 10000\n10003\tline 10001$/);
    assert.match(texts[3] ?? '', /^1 lines? .*contains? .*\n.*12347\tline 12345\n/s);
    assert.match(texts[4] ?? '', /1\. stdout: 208,889 characters, 20,000 lines/);
  });

  it('100 MB of lines: bounded for both, counted for both, and no success', async () => {
    const { texts, results, user } = await run(
      python("import sys\nfor n in range(1_000_000): sys.stdout.write(f'{n:0>99}\\n')"),
      more({ cell: 1, show: 'search', text: '999999' }),
    );
    assert.ok(user.length < 4 * 1024 * 1024);
    assert.equal(results[0]?.isError, true);
    assert.match(texts[0] ?? '', /stdout: 9\d MB in the middle were dropped by the output limit/);
    assert.match(texts[0] ?? '', /0999999$/);
    assert.match(user, /\[… [\d,]+ bytes of output left out …\]/);
    assert.match(texts[1] ?? '', /0999999/);
  });

  it('one line of 100 MB, read on in pieces', async () => {
    const { texts, results } = await run(
      python("print('start' + 'é' * 50_000_000 + 'the end')"),
      more({ cell: 1, show: 'lines', first: 3, last: 3 }),
      more({ cell: 1, show: 'search', text: 'ééthe end' }),
    );
    assert.equal(results[0]?.isError, true);
    assert.match(texts[0] ?? '', /\[stdout\]\nstarté+\n\[… [\d,]+ of [\d,]+ characters left out/);
    assert.match(texts[0] ?? '', /éthe end$/);
    assert.match(texts[1] ?? '', /\n3\té{2000}$/);
    assert.match(texts[2] ?? '', /éthe end/);
  });

  it('bytes that are no text', async () => {
    const { texts } = await run(
      bash('head -c 300000 /dev/urandom'),
      bash("printf 'a\\0b\\377\\200c\\n'"),
      python(
        "import sys\nsys.stdout.buffer.write(b'x\\xff\\x00y') if hasattr(sys.stdout, 'buffer') else print('xy')",
      ),
    );
    assert.match(texts[0] ?? '', /characters left out/);
    assert.match(texts[1] ?? '', /\nab��c$/);
  });

  it('colours, cursor moves, links, bells, and progress bars that rewrite their line', async () => {
    const { texts, user } = await run(
      bash(
        "printf '\\033[1;31mred\\033[0m \\033]8;;https://example.org\\033\\\\link\\033]8;;\\033\\\\ \\a\\033[2K\\033[Hhome\\n'; for n in 1 2 3; do printf '\\r%s of 3' $n; done; echo",
      ),
    );
    assert.match(texts[0] ?? '', /\[stdout\]\nred link home\n3 of 3$/);
    assert.match(user, /\u001b\[1;31mred/, 'the user has the colours');
  });

  it('half of a character, and cuts between the halves of one', async () => {
    const { texts } = await run(
      python("'a\\ud800b'"),
      python("print('😀' * 9000)\nprint('x' + '😀' * 9000)"),
      more({ cell: 2, show: 'lines', first: 2, last: 4 }),
      more({ cell: 2, show: 'search', text: 'x' }),
      python("raise ValueError('\\udfff!')"),
      ['javascript', { purpose: 'Look', code: "console.log('a\\ud800b'); '\\udfff'" }],
    );
    assert.match(texts[0] ?? '', /a.{1,6}b/u);
    assert.match(texts[1] ?? '', /😀\n\[… .*characters left out.*\n😀/u);
    for (const text of texts.slice(1, 4)) assert.doesNotMatch(text, /\ufffd/);
    assert.match(texts[4] ?? '', /ValueError: /);
    assert.match(texts[5] ?? '', /a\ufffdb/);
  });

  it('pictures: at most 1568 px, eight of a cell, the rest counted', async () => {
    const { texts, images } = await run(
      python(
        "from PIL import Image\ndisplay(Image.new('RGB', (4000, 1000), 'red')); display(Image.new('RGB', (300, 200)))",
      ),
      python(
        'import matplotlib.pyplot as plt\nfor n in range(10):\n    plt.figure(figsize=(30, 20)); plt.plot([n, 1]); plt.show()',
      ),
    );
    const sizes = images.map(({ data }) => pngSize(Buffer.from(data, 'base64')));
    assert.equal(images.length, 2 + 8);
    assert.deepEqual(sizes.slice(0, 2), [
      { width: 1568, height: 392 },
      { width: 300, height: 200 },
    ]);
    for (const size of sizes) assert.ok(size !== null && Math.max(size.width, size.height) <= 1568);
    assert.match(texts[0] ?? '', /4000×1000 px, sent as 1568×392, attached below, shown to the user/);
    assert.equal((texts[1] ?? '').split('one more image: shown to the user, not sent').length - 1, 2);
  });

  it('pictures of a whole request: the newest stay, a sentence stands for the others', async () => {
    const draw = python(
      "from PIL import Image\nfor n in range(6): display(Image.new('RGB', (64, 64), (n, 0, 0)))",
    );
    const { texts, images } = await run(...Array.from({ length: 6 }, () => draw));
    assert.ok(images.length <= 20 && images.length >= 6, `${images.length} images`);
    const gone = texts.join('\n').split('[an older image, no longer attached]').length - 1;
    assert.equal(images.length + gone, 36);
    assert.doesNotMatch(texts.at(-1) ?? '', /an older image/);
  });

  it('many outputs share the limit: a short one is whole beside a long one', async () => {
    const { texts } = await run(
      python(
        "import sys\nprint('x' * 50_000)\nprint('short', file=sys.stderr)\ndisplay('y' * 50_000)\n'the result'",
      ),
    );
    assert.match(texts[0] ?? '', /\[stderr\]\nshort\n/);
    assert.match(texts[0] ?? '', /\[result\]\n'the result'$/);
    assert.equal((texts[0] ?? '').split('to read them: show_output').length - 1, 2);
  });
});
