/** What goes with a question: mentions, pasted and dropped pictures, dropped files, selections. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { encode } from 'fast-png';
import * as z from 'zod/mini';
import { dragFromOutside } from '../../support/osDrag.ts';
import { readHeader } from '../../../webview/render/imageHeader.ts';
import { type OpenPanel } from './harness.ts';
import { inputOf, panelFlow } from './flow.ts';
import { Log, panelState } from './scenes.ts';

const FILES = [
  { id: 'm1', label: 'data/sales.csv' },
  { id: 'm2', label: 'sales-2024.parquet' },
  { id: 'm3', label: 'notes/sales talk.md' },
];
const PICTURE = { id: 'a'.repeat(64), name: 'pasted-1.png' };

/** A PNG of noise or of one colour. */
function png(width: number, height: number, noise: boolean): string {
  let seed = 1;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return noise ? (seed >> 16) % 256 : at % 3 === 0 ? 200 : 40;
  });
  return Buffer.from(encode({ width, height, data, channels: 3, depth: 8 })).toString('base64');
}

const small = png(60, 40, false);
const idle = () => ({
  state: panelState(),
  answers: {
    findFiles: { files: FILES },
    addFiles: { files: [{ id: 'd1', label: 'data/dropped.csv' }] },
    addImage: { id: PICTURE.id },
    imageData: { mediaType: 'image/png', base64: small },
  },
});

/** A real event of the browser with real data; only its origin is the test's. */
const transfer = (
  files: readonly [name: string, type: string, base64: string][],
  texts: Record<string, string>,
) => `
  const data = new DataTransfer();
  for (const [name, type, base64] of ${JSON.stringify(files)}) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  for (const [type, text] of Object.entries(${JSON.stringify(texts)})) data.setData(type, text);
`;

async function paste(
  { page }: OpenPanel,
  files: readonly [string, string, string][],
  texts: Record<string, string> = {},
): Promise<boolean> {
  return page.evaluate<boolean>(`(() => { ${transfer(files, texts)}
    return document.querySelector('textarea').dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  })()`);
}

async function drag(
  { page }: OpenPanel,
  type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
  files: readonly [string, string, string][],
  texts: Record<string, string> = {},
): Promise<boolean> {
  return page.evaluate<boolean>(`(() => { ${transfer(files, texts)}
    return document.querySelector('.scroller').dispatchEvent(
      new DragEvent('${type}', { dataTransfer: data, bubbles: true, cancelable: true }));
  })()`);
}

const chips = ({ page }: OpenPanel) => page.getByRole('list', { name: 'Attached files' });

describe('attachments', () => {
  const { shown } = panelFlow();

  describe('a mention', () => {
    shown(
      'is chosen with the arrows and Enter, becomes a name and a chip, and is sent',
      idle,
      async (panel) => {
        await inputOf(panel).pressSequentially('Total of @sal');
        const list = panel.page.getByRole('listbox', { name: 'Files of the workspace' });
        await list.waitFor();
        const last = (await panel.posted('findFiles')).at(-1);
        assert.deepEqual(last?.params, { query: 'sal' });
        const active = async () =>
          panel.page.evaluate<string | null>(
            `document.getElementById(document.querySelector('textarea').getAttribute('aria-activedescendant'))?.textContent`,
          );
        assert.match((await active()) ?? '', /sales\.csv/);
        await panel.page.keyboard.press('ArrowDown');
        await panel.page.waitForTimeout(30);
        assert.match((await active()) ?? '', /sales-2024\.parquet/);
        await panel.page.keyboard.press('ArrowUp');
        await panel.page.keyboard.press('ArrowUp');
        await panel.page.waitForTimeout(30);
        assert.match((await active()) ?? '', /sales talk\.md/, 'up from the first is the last');
        await panel.page.keyboard.press('ArrowDown');
        await panel.page.keyboard.press('Enter');
        await list.waitFor({ state: 'detached' });
        assert.deepEqual(await panel.posted('send'), [], 'Enter chose, and did not send');
        assert.equal(await inputOf(panel).inputValue(), 'Total of @sales.csv ');
        await chips(panel).getByText('sales.csv').waitFor();
        await panel.page.waitForTimeout(50);
        await panel.page.keyboard.type('by month');
        await panel.page.keyboard.press('Enter');
        assert.deepEqual((await panel.posted('send'))[0]?.params, {
          intent: 'ask',
          text: 'Total of @sales.csv by month',
          fileIds: ['m1'],
          imageIds: [],
        });
      },
    );

    shown(
      'is closed by Escape, which does not stop the run, and stays closed',
      () => ({
        ...idle(),
        state: panelState({ turn: 'running' }),
      }),
      async (panel) => {
        await inputOf(panel).pressSequentially('@s');
        const list = panel.page.getByRole('listbox');
        await list.waitFor();
        await panel.page.keyboard.press('Escape');
        await list.waitFor({ state: 'detached' });
        await panel.page.keyboard.type('ale');
        await panel.page.waitForTimeout(200);
        assert.equal(await list.count(), 0);
        assert.deepEqual(await panel.posted('stop'), []);
        await panel.page.keyboard.press('Escape');
        assert.equal((await panel.posted('stop')).length, 1, 'the next Escape does');
      },
    );

    shown('is chosen in the middle of a text with the mouse; an address is none', idle, async (panel) => {
      await inputOf(panel).fill('me@sal compare  please');
      await panel.page.waitForTimeout(150);
      assert.deepEqual(await panel.posted('findFiles'), []);
      await panel.page.evaluate("document.querySelector('textarea').setSelectionRange(15, 15)");
      await panel.page.keyboard.type('@');
      await panel.page.getByRole('option', { name: /parquet/ }).click();
      await panel.page.waitForTimeout(60);
      assert.equal(await inputOf(panel).inputValue(), 'me@sal compare @sales-2024.parquet please');
      await panel.page.keyboard.type('X');
      assert.match(await inputOf(panel).inputValue(), /parquet Xplease/, 'the caret stands behind it');
    });

    shown(
      'without a match says so and takes no key',
      () => ({ ...idle(), answers: { findFiles: { files: [] } } }),
      async (panel) => {
        await inputOf(panel).pressSequentially('@zzz');
        await panel.page.getByText('No file matches.').waitFor();
        await panel.page.keyboard.press('Enter');
        assert.equal((await panel.posted('send')).length, 1);
      },
    );
  });

  describe('a picture', () => {
    shown('is pasted, shrunk, shown with a name, sent, and gone from the draft', idle, async (panel) => {
      assert.equal(await paste(panel, [['image.png', 'image/png', png(3000, 1500, false)]]), false);
      await panel.page.getByRole('img', { name: 'Attached picture: pasted-1' }).waitFor();
      const [added] = await panel.posted('addImage');
      const { name, mediaType, base64 } = z
        .object({ name: z.string(), mediaType: z.string(), base64: z.string() })
        .parse(added?.params);
      assert.match(name, /^pasted-1\.(png|jpg)$/);
      const sent = readHeader(Buffer.from(base64, 'base64'));
      assert.deepEqual(sent, { mime: mediaType, width: 1568, height: 784 });
      await inputOf(panel).fill('What is this?');
      await inputOf(panel).press('Enter');
      assert.deepEqual((await panel.posted('send'))[0]?.params, {
        intent: 'ask',
        text: 'What is this?',
        fileIds: [],
        imageIds: [PICTURE.id],
      });
      await chips(panel).waitFor({ state: 'detached' });
    });

    shown(
      'stays lossless where it is small enough, for code that measures its colours',
      idle,
      async (panel) => {
        await paste(panel, [['image.png', 'image/png', png(300, 300, true)]]);
        await panel.page.getByRole('button', { name: 'Remove pasted-1.png' }).waitFor();
        const [added] = await panel.posted('addImage');
        assert.equal(added?.params['mediaType'], 'image/png');
      },
    );

    shown(
      'becomes a JPEG where it is too large without loss, and is removed with its button',
      idle,
      async (panel) => {
        await paste(panel, [['image.png', 'image/png', png(700, 700, true)]]);
        await panel.page.getByRole('button', { name: 'Remove pasted-1.jpg' }).click();
        const [added] = await panel.posted('addImage');
        assert.equal(added?.params['mediaType'], 'image/jpeg');
        assert.equal(await chips(panel).count(), 0);
      },
    );

    shown('beside text on the clipboard is left alone: the text is meant', idle, async (panel) => {
      const untouched = await paste(panel, [['image.png', 'image/png', small]], { 'text/plain': '1\t2' });
      assert.equal(untouched, true);
      await panel.page.waitForTimeout(100);
      assert.deepEqual(await panel.posted('addImage'), []);
    });

    shown('that is none is refused in words', idle, async (panel) => {
      await paste(panel, [['image.png', 'image/png', Buffer.from('nonsense').toString('base64')]]);
      await panel.page.getByRole('alert').getByText('it is damaged').waitFor();
      assert.deepEqual(await panel.posted('addImage'), []);
    });

    shown('is one of at most ten', idle, async (panel) => {
      const eleven = Array.from({ length: 11 }, (_, at): [string, string, string] => [
        `p${String(at)}.png`,
        'image/png',
        small,
      ]);
      await drag(panel, 'drop', eleven);
      await panel.page.getByRole('alert').getByText('at most 10 pictures').waitFor();
      await panel.page.getByText('Preparing picture').waitFor({ state: 'detached' });
      assert.equal((await panel.posted('addImage')).length, 10);
    });

    shown(
      'of a draft comes back from the host after a reload, by its hash',
      () => ({
        ...idle(),
        saved: { draft: { text: 'half', files: [], images: [PICTURE] } },
      }),
      async (panel) => {
        await panel.page.getByRole('img', { name: 'Attached picture: pasted-1.png' }).waitFor();
        assert.deepEqual((await panel.posted('imageData'))[0]?.params, { sha256: PICTURE.id });
      },
    );
  });

  describe('a drop', () => {
    shown('from the explorer is shown while it hovers and becomes a chip', idle, async (panel) => {
      const uris = { 'application/vnd.code.uri-list': 'file:///w/data/dropped.csv\r\nfile:///w/b%20c.csv' };
      const zone = panel.page.getByTestId('drop-zone');
      assert.equal(await drag(panel, 'dragover', [], uris), false);
      await zone.waitFor();
      await drag(panel, 'dragleave', [], uris);
      await zone.waitFor({ state: 'detached' });
      await drag(panel, 'dragover', [], uris);
      await drag(panel, 'drop', [], uris);
      await chips(panel).getByText('dropped.csv').waitFor();
      assert.equal(await zone.count(), 0);
      assert.deepEqual((await panel.posted('addFiles'))[0]?.params, {
        uris: ['file:///w/data/dropped.csv', 'file:///w/b%20c.csv'],
      });
    });

    shown('from outside: pictures are taken, other files say what to do', idle, async (panel) => {
      await drag(panel, 'drop', [
        ['photo.png', 'image/png', small],
        ['numbers.csv', 'text/csv', 'YSxi'],
      ]);
      await panel.page.getByRole('img', { name: 'Attached picture: photo.png' }).waitFor();
      assert.equal((await panel.posted('addImage'))[0]?.params['mediaType'], 'image/png');
      await panel.page.getByRole('alert').getByText('Put it into the workspace, or use Attach.').waitFor();
      assert.deepEqual(await panel.posted('addFiles'), []);
    });

    shown('that is taken away without a word is not waited for', idle, async (panel) => {
      const zone = panel.page.getByTestId('drop-zone');
      await drag(panel, 'dragover', [], { 'text/uri-list': 'file:///w/data/dropped.csv' });
      await zone.waitFor();
      await zone.waitFor({ state: 'detached', timeout: 3000 });
    });

    shown('of files by the system itself', idle, async (panel) => {
      const folder = await mkdtemp(join(tmpdir(), 'dragged-'));
      const [picture, table] = [join(folder, 'photo.png'), join(folder, 'numbers.csv')];
      try {
        await writeFile(picture, Buffer.from(small, 'base64'));
        await writeFile(table, 'a,b\n');
        const drag = await dragFromOutside(panel.page, [picture, table], { x: 200, y: 300 });
        await panel.page.getByTestId('drop-zone').waitFor();
        await drag.drop();
        await panel.page.getByRole('img', { name: 'Attached picture: photo.png' }).waitFor();
        await panel.page.getByRole('alert').getByText('"numbers.csv"').waitFor();
        assert.equal(await panel.page.getByTestId('drop-zone').count(), 0);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    shown("of text is the text field's own affair", idle, async (panel) => {
      assert.equal(await drag(panel, 'dragover', [], { 'text/plain': 'hello' }), true);
      assert.equal(await panel.page.getByTestId('drop-zone').count(), 0);
    });
  });

  shown(
    'what was asked shows files, lines and pictures; a picture enlarges; a lost one is a name',
    () => {
      const log = new Log();
      log.add({
        type: 'user_message',
        turnId: 't1',
        intent: 'ask',
        text: 'Why does it drop here?',
        files: [{ label: 'data/sales.csv', containerPath: '/workspace/data/sales.csv' }],
        images: [{ name: 'chart.png', mediaType: 'image/png', bytes: 100, sha256: 'b'.repeat(64) }],
        selections: [
          {
            label: 'data/sales.csv',
            containerPath: '/workspace/data/sales.csv',
            startLine: 3,
            endLine: 10,
            text: 'a,b\n1,2',
            totalChars: 7,
            unsaved: false,
          },
        ],
      });
      return { ...idle(), events: log.events };
    },
    async (panel) => {
      const files = panel.page.getByRole('list', { name: 'Files' });
      await files.getByText('sales.csv:3-10').waitFor();
      assert.equal(await files.getByRole('listitem').count(), 1, 'its file is not a second chip');
      await panel.page.getByRole('img', { name: 'Attached picture: chart.png' }).click();
      const dialog = panel.page.getByRole('dialog', { name: 'chart.png' });
      await dialog.waitFor();
      await panel.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    },
  );

  shown(
    'a picture that the session does not have any more is a chip with its name',
    () => {
      const log = new Log();
      const image = { name: 'lost.png', mediaType: 'image/png' as const, bytes: 9, sha256: 'c'.repeat(64) };
      log.add({ type: 'user_message', turnId: 't1', intent: 'ask', text: 'x', files: [], images: [image] });
      return { state: panelState(), events: log.events, answers: { imageData: 'It is gone.' } };
    },
    async (panel) => {
      await panel.page.getByRole('list', { name: 'Pictures' }).getByText('lost.png').waitFor();
      assert.equal(await panel.page.getByRole('alert').count(), 0);
    },
  );
});
