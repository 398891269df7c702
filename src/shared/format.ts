// Numbers as the pages print them: a true minus sign, and no digits that mean nothing.

const fixed = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
    // What rounds to zero has no sign.
    signDisplay: 'negative',
  });
const formats = [0, 1, 2, 3, 4].map(fixed);
const whole = new Intl.NumberFormat('en');

/** @param digits after the point, at most 4; @returns a dash for null */
export function decimal(value: number | null, digits = 2): string {
  return value === null ? '–' : formats[digits]!.format(value).replace('-', '−');
}

/** A score of at most 1; a third digit keeps what is not perfect from looking so. */
export function scoreValue(value: number | null): string {
  return value !== null && value >= 0.995 && value < 1 ? decimal(Math.min(value, 0.999), 3) : decimal(value);
}

/** A score in thousandths, as `cells.json` keeps it. */
export const thousandths = (value: number | null | undefined): string =>
  scoreValue(value == null ? null : value / 1000);

/** With its sign always written. */
export function signed(value: number, digits = 2): string {
  return value > 0 ? `+${decimal(value, digits)}` : decimal(value, digits);
}

export function integer(value: number): string {
  return whole.format(value).replace('-', '−');
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${decimal(100 * share, share < 0.1 ? 1 : 0)}%`;
}

/** A probability; what would read as zero is only said to be small. */
export function probability(value: number | null): string {
  if (value === null) return '–';
  return value < 0.001 ? '< 0.001' : decimal(value, 3);
}

/** A probability by comparison with so many shifts, which can be no smaller than one in all of them: `≤ 0.005`. */
export function shiftProbability(value: number | null, shifts: number): string {
  const least = 1 / (shifts + 1);
  return value !== null && value <= least + 1e-9 ? `≤ ${decimal(least, 3)}` : probability(value);
}

/** Code points that a reader cannot see, or can hardly tell apart, by their names. */
const NAMED: Record<string, string> = {
  ' ': 'space',
  '\n': 'line break',
  '\n\n': 'end of a paragraph',
  '\t': 'tab',
  '‘': 'opening ‘',
  '’': 'closing ’',
  '“': 'opening “',
  '”': 'closing ”',
};

export function characterName(character: string): string {
  return NAMED[character] ?? character;
}
