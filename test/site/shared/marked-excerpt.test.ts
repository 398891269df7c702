import { expect, it } from 'vitest';
import { type MarkedExcerpt, markedIn, placeQuery } from '../../../src/shared/marked-excerpt.ts';

const EXCERPT: MarkedExcerpt = { at: 1234, length: 160, offset: 620, signal: 'c', alignment: 'predicting' };

it('an excerpt in an address is read back as it was written', () => {
  for (const alignment of ['reading', 'predicting'] as const) {
    const excerpt = { ...EXCERPT, alignment };
    expect(markedIn(new URLSearchParams(placeQuery(excerpt)))).toEqual(excerpt);
  }
});

it('an address that asks for none, or for what none can be, marks nothing', () => {
  for (const query of [
    '',
    'at=5',
    'at=5&to=4&offset=0&signal=c',
    'at=5&to=9&offset=0&signal=x',
    'at=a&to=9&offset=0',
  ]) {
    expect(markedIn(new URLSearchParams(query)), query).toBeNull();
  }
});
