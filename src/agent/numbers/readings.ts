/**
 * How a written number can be read. "1,234" is a thousand in London and a bit more than one in Berlin: both
 * readings are kept, and the check is content when one of them stands in the outputs. Pure.
 */

/** `value` is not negative. `step` is the place value of the last written digit: 37.6 → 0.1, 1.2 million → 100,000. */
export interface Reading {
  value: number;
  step: number;
}

export type Form = 'plain' | 'percent' | 'scaled';

/** A number as written: UTF-16 offsets of the whole (sign and unit included) and of its digits alone. */
export interface Written {
  start: number;
  end: number;
  digitsStart: number;
  digitsEnd: number;
  sign: '-' | '+' | '';
  form: Form;
  /** A whole number without exponent, scale or percent. */
  integer: boolean;
  /** A currency, a percent sign, a scale or a fraction says that it is a measure, not a count of things at hand. */
  measure: boolean;
  significantDigits: number;
  readings: Reading[];
}

const SPACE = '\u00a0\u202f\u2009';
const EXPONENT = String.raw`(?:[eE][-+−]?\d{1,3}|\s?[×x·*]\s?10(?:\^\{?[-−+]?\d{1,2}\}?|[⁻⁺]?[⁰¹²³⁴-⁹]{1,2}))?`;
const digits = (groupBy: string): string =>
  String.raw`(?:\d{1,3}(?<sep>[${groupBy}])\d{3}(?:\k<sep>\d{3})*(?!\d)(?:[.,]\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)`;
const number = (groupBy: string): RegExp =>
  new RegExp(
    String.raw`(?<![\p{L}\d]|[\p{L}\d]_|\d\.)(?<digits>${digits(groupBy)})(?<exponent>${EXPONENT})`,
    'gu',
  );

/** In prose a plain space may part thousands; in an output it parts columns. */
const IN_PROSE = number(`,.'’ ${SPACE}`);
const IN_OUTPUT = number(`,.'’${SPACE}`);

const SCALES: readonly (readonly [RegExp, number[]])[] = [
  [/^(?:k|K|thousand|Tsd\.?|tausend|Tausend|milliers?|mille|mil)(?![\p{L}\d])/u, [1e3]],
  [/^(?:M|mn|mln|m(?=\s?[€$£])|[Mm]illions?|Mio\.?|Millionen|Million|millones|millón)(?![\p{L}\d])/u, [1e6]],
  [/^(?:bn|B|[Bb]illions?|Mrd\.?|Milliarden?|milliards?)(?![\p{L}\d])/u, [1e9]],
  [/^(?:[Tt]rillions?|Billionen|Bio\.?|tn)(?![\p{L}\d])/u, [1e12]],
  [/^[kK]i?B(?!\p{L})/u, [1e3, 1024]],
  [/^Mi?B(?!\p{L})/u, [1e6, 1024 ** 2]],
  [/^Gi?B(?!\p{L})/u, [1e9, 1024 ** 3]],
];
const PERCENT =
  /^(?:[-‑]?\s?(?:%|percent(?:age[ -]points?)?|per cent|Prozent(?:punkten?|punkte?)?|pour cent|points? de pourcentage|por ciento|pp(?!\p{L})))/u;
const PER_MILLE = /^\s?(?:‰|per mille|Promille)/u;
const CURRENCY = /(?:[$€£¥₹]|US\$|USD|EUR|GBP|CHF)\s?$/u;
const CURRENCY_AFTER = /^\s?(?:[$€£¥₹]|USD|EUR|GBP|CHF|euros?|dollars?)/iu;
const SIGN = /(?<=^|[\s([|{*_=:;,"'~≈])[-−–+]$/u;

/** Every number in the text, from left to right. */
export function* writtenNumbers(text: string, where: 'prose' | 'output'): Generator<Written> {
  for (const match of text.matchAll(where === 'prose' ? IN_PROSE : IN_OUTPUT)) {
    const { digits: lexeme = '', exponent = '' } = match.groups ?? {};
    const digitsStart = match.index;
    const digitsEnd = digitsStart + match[0].length;
    const before = text.slice(Math.max(0, digitsStart - 8), digitsStart);
    const currency = CURRENCY.exec(before)?.[0] ?? '';
    const sign = SIGN.exec(before.slice(0, before.length - currency.length))?.[0] ?? '';
    const unit = unitAfter(text.slice(digitsEnd, digitsEnd + 32));
    const power = 10 ** exponentOf(exponent);
    const plain = readingsOf(lexeme, where).map((reading) => scaled(reading, power));
    const integer = plain[0]?.step === 1 && unit.form === 'plain';
    yield {
      start: digitsStart - (sign === '' ? 0 : currency.length + 1),
      end: digitsEnd + unit.length,
      digitsStart,
      digitsEnd,
      sign: sign === '' ? '' : sign === '+' ? '+' : '-',
      form: unit.form,
      integer,
      measure:
        currency !== '' ||
        unit.form !== 'plain' ||
        !/^\d+$/.test(lexeme) ||
        CURRENCY_AFTER.test(text.slice(digitsEnd + unit.length, digitsEnd + unit.length + 10)),
      significantDigits: lexeme.replace(/\D/g, '').replace(/^0+/, '').length,
      // The number alone comes too: a column may be in millions or in per cent itself.
      readings: [...plain, ...unit.factors.flatMap((factor) => plain.map((one) => scaled(one, factor)))],
    };
  }
}

const scaled = ({ value, step }: Reading, factor: number): Reading => ({
  value: value * factor,
  step: step * factor,
});

/** Factors other than 1 by which the number may be meant. */
function unitAfter(rest: string): { form: Form; length: number; factors: number[] } {
  const percent = PERCENT.exec(rest);
  if (percent) return { form: 'percent', length: percent[0].length, factors: [0.01] };
  const perMille = PER_MILLE.exec(rest);
  if (perMille) return { form: 'percent', length: perMille[0].length, factors: [0.001] };
  const space = /^[ \u00a0\u202f\u2009]?/u.exec(rest)?.[0].length ?? 0;
  for (const [pattern, factors] of SCALES) {
    const scale = pattern.exec(rest.slice(space));
    // 1.2 million is also 1,200 in a column of thousands.
    if (scale) {
      const smaller = factors[0] === 1e6 || factors[0] === 1e9 ? [factors[0] / 1e3] : [];
      return { form: 'scaled', length: space + scale[0].length, factors: [...factors, ...smaller] };
    }
  }
  return { form: 'plain', length: 0, factors: [] };
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function exponentOf(text: string): number {
  if (text === '') return 0;
  const ascii = text
    .replace(/^\s?[×x·*]\s?10\^?/, '')
    .replace(/[⁰¹²³⁴-⁹]/g, (digit) => String(SUPERSCRIPTS.indexOf(digit)))
    .replace(/[−⁻]/g, '-')
    .replace(/[^\d-]/g, '');
  return Number(ascii);
}

const decimal = (whole: string, fraction: string): Reading => ({
  value: Number(`${whole || '0'}.${fraction || '0'}`),
  step: 10 ** -fraction.length,
});

function readingsOf(lexeme: string, where: 'prose' | 'output'): Reading[] {
  const separators = lexeme.replace(/\d/g, '');
  const last = separators.at(-1);
  if (last === undefined) return [decimal(lexeme, '')];
  const at = lexeme.lastIndexOf(last);
  const whole = lexeme.slice(0, at).replace(/\D/g, '');
  const fraction = lexeme.slice(at + 1);
  const grouped = decimal(lexeme.replace(/\D/g, ''), '');
  if (new Set(separators).size > 1) return [decimal(whole, fraction)];
  if (separators.length > 1) return [grouped];
  const mayGroup = /^[1-9]\d{0,2}$/.test(whole) && fraction.length === 3;
  if (last !== '.' && last !== ',') return [grouped];
  // "[12,31]" of a program is two numbers.
  if (where === 'output' && last === ',')
    return [
      ...(mayGroup ? [grouped] : []),
      ...[whole, fraction].map((part) => decimal(part, '')),
      decimal(whole, fraction),
    ];
  if (!mayGroup) return [decimal(whole, fraction)];
  // Programs write a point before the fraction, whatever their user's country.
  if (where === 'output' && last === '.') return [decimal(whole, fraction)];
  return [grouped, decimal(whole, fraction)];
}
