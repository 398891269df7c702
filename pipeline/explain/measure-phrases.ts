// Questions about what was measured at the last steps of a series, put into words.
import type { Measure, MeasureColumn } from '../series/features.ts';

/** With as many decimals as tell a fiftieth of the column's range. */
function shown(value: number, unit: string, { most }: MeasureColumn): string {
  const finite = most.filter((end) => Number.isFinite(end));
  const step = (Math.max(...finite) - Math.min(...finite)) / 50;
  const decimals = step > 0 ? Math.max(0, Math.min(6, Math.ceil(-Math.log10(step)))) : 2;
  return withUnit(Number(value.toFixed(decimals)), unit);
}

function withUnit(value: number, unit: string): string {
  const digits = String(value).replace('-', '−');
  return unit === '' ? digits : `${digits} ${unit}`;
}

const inSentence = (title: string) =>
  /^\p{Lu}\p{Ll}/u.test(title) ? `the ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;

const stepsOf = (count: number) => (count === 1 ? '1 step' : `${count} steps`);

/** What a measure is called, as in “rises with the pressure”. */
export function measureNoun(column: MeasureColumn): string {
  const { measure } = column;
  if (measure.is === 'phase') return 'the step of the period';
  const name = inSentence(measure.title);
  switch (measure.is) {
    case 'value':
      return name;
    case 'change':
    case 'mean':
      return `the ${measure.is} of ${name} over ${stepsOf(measure.over)}`;
    case 'since above':
    case 'since not above':
      return `the time since ${name} was ${levelPhrase(measure)}`;
  }
}

function levelPhrase({ is, level, unit }: Extract<Measure, { level: number }>): string {
  return `${is === 'since above' ? 'above' : 'at most'} ${withUnit(Number(level.toPrecision(4)), unit)}`;
}

/** Of a measure in (above, atMost]; an end that is not finite is none. */
export function measurePhrase(column: MeasureColumn, above: number, atMost: number): string {
  const { measure } = column;
  const [hasLow, hasHigh] = [Number.isFinite(above), Number.isFinite(atMost)];
  if (measure.is === 'phase') {
    if (!hasHigh) return `it is past step ${above + 1} of the period’s ${measure.period}`;
    return `it is step ${hasLow ? above + 2 : 1} to ${atMost + 1} of the period’s ${measure.period}`;
  }
  if (measure.is === 'since above' || measure.is === 'since not above') {
    const name = inSentence(measure.title);
    const level = levelPhrase(measure);
    if (atMost === 0) return `${name} is ${level}`;
    if (!hasHigh) return `${name} was last ${level} more than ${stepsOf(above)} ago`;
    return `${name} was last ${level} ${hasLow ? `${above + 1} to ${atMost}` : `at most ${atMost}`} steps ago`;
  }
  const noun = measureNoun(column);
  const end = (value: number) => shown(value, measure.unit, column);
  if (!hasLow) return `${noun} is at most ${end(atMost)}`;
  return hasHigh ? `${noun} is between ${end(above)} and ${end(atMost)}` : `${noun} is above ${end(above)}`;
}
