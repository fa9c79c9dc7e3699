/** One output of a cell: the best of its representations that can be drawn. */
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { FRAME_MIME, frameSchema, type MimeBundle } from '../../src/shared/outputs.ts';
import { entryOf } from '../charts/chartList.ts';
import { ChartContext } from '../charts/context.ts';
import { openTable } from '../data/shown.ts';
import { findingsLine } from '../findings.ts';
import { Button } from '../kit.ts';
import { Chart } from '../render/chart.tsx';
import { ErrorOutput } from '../render/error.tsx';
import { HtmlOutput } from '../render/html.tsx';
import { ImageOutput } from '../render/image.tsx';
import { LatexOutput } from '../render/latex.tsx';
import { Markdown } from '../render/markdown.tsx';
import { renderings, type Rendering } from '../render/mime.ts';
import { ScriptOutput } from '../render/script.tsx';
import { SvgOutput } from '../render/svg.tsx';
import { Text } from '../render/text.tsx';
import { type OutputView } from '../state.ts';
import { textOf } from '../textBuffer.ts';
import { later } from './later.tsx';
import { memo } from './memo.ts';
import { t } from '../../src/shared/l10n.ts';

interface OutputProps {
  output: OutputView;
  /** Of the cell: the alternative text of its charts. */
  title: string;
}

function Output({ output, title }: OutputProps): JSX.Element {
  switch (output.kind) {
    case 'stream':
      return <Text buffer={output.text} class={`stream-${output.name}`} />;
    case 'error':
      return <ErrorOutput ename={output.ename} evalue={output.evalue} traceback={output.traceback} />;
    case 'data':
      return (
        <ChartContext.Provider value={entryOf(output.key, output.data)}>
          <Data data={output.data} metadata={output.metadata} title={title} />
        </ChartContext.Provider>
      );
    default:
      output satisfies never;
      return <></>;
  }
}
const PdfOutput = later(async () => (await import('../render/pdf.tsx')).PdfOutput);
const UnknownOutput = later(async () => (await import('../render/unknown.tsx')).UnknownOutput);
const JsonOutput = later(async () => (await import('../render/json.tsx')).JsonOutput);

export const CellOutput = memo(Output);

interface DataProps {
  data: MimeBundle;
  metadata: MimeBundle;
  title: string;
}

function Data({ data, metadata, title }: DataProps): JSX.Element {
  const candidates = useMemo(() => renderings(data), [data]);
  const noticed = useMemo(() => findingsLine(data), [data]);
  const [best, ...others] = candidates;
  if (best === undefined) return <></>;
  return (
    <>
      <Shown best={best} others={others} metadata={metadata} title={title} />
      {noticed !== null && <p class="findings">{noticed}</p>}
      <OpenAsGrid frame={data[FRAME_MIME]} />
    </>
  );
}

/** What is shown above is a picture of its moment; this opens the live object. */
function OpenAsGrid({ frame }: { frame: unknown }): JSX.Element {
  const told = useMemo(() => frameSchema.safeParse(frame), [frame]);
  const handle = told.data?.handle;
  if (!told.success || handle === undefined) return <></>;
  return (
    <div class="actions">
      <Button icon="table" onClick={() => openTable({ handle }, told.data)}>
        {t('Open as grid')}
      </Button>
    </div>
  );
}

interface ShownProps {
  best: Rendering;
  others: readonly Rendering[];
  metadata: MimeBundle;
  title: string;
}

function Shown({ best, others, metadata, title }: ShownProps): JSX.Element {
  const [next, ...rest] = others;
  const otherwise = next && <Shown best={next} others={rest} metadata={metadata} title={title} />;
  switch (best.kind) {
    case 'plotly':
    case 'vega':
      return <Chart title={title} drawing={best} otherwise={otherwise} />;
    case 'html':
      return <HtmlOutput html={best.html} title={title} />;
    case 'markdown':
      return <Markdown text={best.text} />;
    case 'svg':
      return <SvgOutput svg={best.svg} title={title} />;
    case 'image':
      return <ImageOutput mime={best.mime} base64={best.base64} metadata={metadata} title={title} />;
    case 'json':
      return <JsonOutput value={best.value} title={title} />;
    case 'latex':
      return (
        <LatexOutput
          text={best.text}
          {...(next?.kind === 'svg' || next?.kind === 'image' ? { picture: otherwise } : {})}
        />
      );
    case 'pdf':
      return <PdfOutput base64={best.base64} first={best.first} title={title} />;
    case 'script':
      return <ScriptOutput code={best.code} />;
    case 'text':
      return <Text buffer={textOf(best.text)} />;
    case 'unknown':
      return <UnknownOutput mimes={best.mimes} values={best.values} title={title} />;
    default:
      best satisfies never;
      return <></>;
  }
}
