/**
 * The figures that an answer claims. What only looks like one is left out: code, links, list numbers, dates,
 * years, versions, file names, ordinals. Pure.
 */
import MarkdownIt from 'markdown-it';
import { writtenNumbers, type Written } from './readings.ts';

/** `about`: "about 1,200". `over`, `under`: a bound. `open`: after `<` or `>`, which says too little to be checked. */
export type Hedge = 'none' | 'about' | 'over' | 'under' | 'open';

export interface Figure extends Written {
  hedge: Hedge;
  /** `count`: a small whole number, or what may be a year. It is linked when it is found, and never marked. */
  weight: 'claim' | 'count';
  /** The word that follows, in lower case; empty when none does. */
  noun: string;
}

const MONTH =
  '(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|mars|avr|juin|juil|août|déc)[\\p{L}]*\\.?';
const DATES = [
  /\b\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b(?![.,]\d)/gu,
  /\b\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})\b(?![.,]?\d)/gu,
  /\b\d{1,2}\/(?:19|20)\d{2}\b/gu,
  /\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\b(?:\s?(?:am|pm|Uhr))?/giu,
  new RegExp(String.raw`\b${MONTH}\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?(?![\d.,]*\d|\s?%)`, 'giu'),
  new RegExp(
    String.raw`(?<![\d.,])\d{1,2}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+)?${MONTH}(?![\p{L}])(?:\s+\d{4})?`,
    'giu',
  ),
  /\b(?:18|19|20)\d{2}\s?[-–—/]\s?(?:(?:18|19|20)\d{2}|\d{2})\b(?![.,]?\d|\s?%)/gu,
];
/** Of a host (`data.example.org:8443`), or named. */
const PORTS = /(?<=[a-z\d]\.[a-z]{2,63}):\d{1,5}\b(?![.,]\d)|\bports?\s\d{1,5}\b(?![.,]\d|\s?%)/giu;
const NO_FIGURES = [
  // Inline code, link targets, addresses, entities, mathematics with commands.
  /(`+)(?!`)[\s\S]*?[^`]\1(?!`)/gu,
  /!?\[[^\]\n]*\]\([^)\n]*\)/gu,
  /!?\[[^\]\n]*\]\[[^\]\n]*\]/gu,
  /^ {0,3}\[[^\]\n]+\]:.*$/gmu,
  /<?https?:\/\/[^\s)>]+>?/giu,
  /&(?:#\d+|#x[\da-f]+|\w+);/giu,
  // Numbers of lists and headings.
  /^[ \t>]*(?:[-*+]\s+)?\d{1,3}[.)](?=\s)/gmu,
  /^ {0,3}#{1,6}\s+(?:\d+\.)*\d+[.)]?(?=\s+\p{L})/gmu,
  /\b(?:steps?|figures?|figs?|tables?|charts?|plots?|cells?|sections?|chapters?|parts?|pages?|no|nr|abb|abbildung|tabelle|schritt|teil|tableau|étape|question|phase|option|cluster|group|day|week)\.?\s*#?\d{1,3}\b(?![.,]\d|\s?%)/giu,
  /#\d+\b/gu,
  // Versions, file names, paths.
  /\b(?:version|python|node|pandas|numpy|v)\s?\d+(?:\.\d+)+\b/giu,
  /(?<![\d.,])\d{1,3}(?:\.\d{1,2}){2,}(?![\d,])/gu,
  /\b\d[\w-]*\.(?:csv|tsv|xlsx?|json|png|svg|parquet|pdf|txt|db)\b/giu,
  /(?<![\p{L}\d.,])[\p{L}_][\w.-]*(?:\/[\w.-]+)+/gu,
  /(?<![\p{L}\d])\.{0,2}\/[\w.-]+(?:\/[\w.-]*)*/gu,
  // Ordinals and names of levels.
  /\b\d+(?:st|nd|rd|th|ème|er|e)\b(?![-+−]\d)/giu,
  /(?<![\d.,])\d{1,3}\.(?=\s+(?:Perzentil|Quantil|Platz|Rang|Quartal))/gu,
  /\b\d{2}(?:[.,]\d)?\s?%[\s-]*(?:confidence|CI\b|KI\b|IC\b|Konfidenz|intervalle)/giu,
  /\b\d+0s\b/gu,
];

const COUNTED =
  /^(?:rows?|records?|entries|lines?|values?|observations?|items?|customers?|orders?|users?|units?|people|cases|zeilen|einträge|werte|kunden|lignes|valeurs)$/u;
const HEDGES: readonly (readonly [Hedge, RegExp])[] = [
  ['open', /[<>≤≥]\s?$/u],
  [
    'over',
    /(?:\bmore than|\bover|\babove|\bat least|\bexceed(?:s|ed|ing)?|\bmehr als|\bgut|\büber|\bplus de|\bau moins)\s+$/iu,
  ],
  [
    'under',
    /(?:\bless than|\bfewer than|\bunder|\bbelow|\bnearly|\balmost|\bjust short of|\bup to|\bweniger als|\bunter|\bknapp|\bfast|\bmoins de|\bpresque|\bprès de)\s+$/iu,
  ],
  [
    'about',
    /(?:~|≈|\babout|\baround|\broughly|\bapproximately|\bapprox\.?|\bsome|\bca\.?|\bc\.|\brund|\betwa|\bungefähr|\bcirca|\benviron|\bà peu près)\s*$/iu,
  ],
];

const markdown = new MarkdownIt({ html: false });

/** The text with everything blank that holds no figures; all offsets stay. */
export function prose(text: string): string {
  // Ports first: a host is taken for the name of a file.
  const withoutPorts = blankCode(text).replace(PORTS, (part) => blank(part));
  let left = withoutPorts.replace(/[\w.-]+/g, (word) => (isFileName(word) ? blank(word) : word));
  for (const pattern of [...NO_FIGURES, ...DATES]) left = left.replace(pattern, (part) => blank(part));
  return left;
}

/** By token: one pattern for all of it would take too long on a long row of dots. */
function isFileName(word: string): boolean {
  const stem = /^(.*)\.[a-z][a-z\d]{1,5}\.?$/i.exec(word)?.[1];
  return stem !== undefined && /[a-z_]/i.test(stem);
}

/** Outputs keep everything but dates: their parts are no results. */
export const withoutDates = (text: string): string =>
  DATES.slice(0, 4).reduce((left, pattern) => left.replace(pattern, (part) => blank(part)), text);

const blank = (part: string): string => part.replace(/[^\n]/g, ' ');

function blankCode(text: string): string {
  const lines = text.split('\n');
  for (const { type, map } of markdown.parse(text, {})) {
    if (map === null || (type !== 'fence' && type !== 'code_block')) continue;
    for (let at = map[0]; at < map[1]; at += 1) lines[at] = blank(lines[at] ?? '');
  }
  return lines.join('\n');
}

export function figuresOf(text: string): Figure[] {
  const visible = prose(text);
  const figures: Figure[] = [];
  for (const written of writtenNumbers(visible, 'prose')) {
    // A number that is glued to a word ("3D", "2x") or to more digits is a name, unless a unit follows.
    const before = visible.slice(Math.max(0, written.start - 24), written.start);
    const after = visible.slice(written.end, written.end + 32);
    const noun = /^[\s-]*(\p{L}{2,})/u.exec(after)?.[1]?.toLowerCase() ?? '';
    const value = written.readings[0]?.value ?? 0;
    const mayBeYear = written.integer && value >= 1500 && value <= 2100 && !written.measure;
    const isSmall = written.integer && value <= 10 && !written.measure;
    const hedge = HEDGES.find(([, pattern]) => pattern.test(before))?.[0] ?? 'none';
    figures.push({
      ...written,
      hedge,
      weight: isSmall || (mayBeYear && !COUNTED.test(noun)) ? 'count' : 'claim',
      noun,
    });
  }
  return figures;
}
