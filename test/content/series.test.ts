import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSeries } from '../../pipeline/content/series.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const DESCRIPTION = `---
title: Days
source: ./days.csv
licence: none
time: day
features:
  - { column: y, title: Y, unit: m }
  - { column: x, title: X, unit: '' }
period: 1
block: 2
---
`;

function contentWith(csv: string): string {
  const content = temporaryFolder();
  mkdirSync(join(content, 'series'));
  writeFileSync(join(content, 'series', 'days.md'), DESCRIPTION);
  writeFileSync(join(content, 'series', 'days.csv'), csv);
  return content;
}

describe('loadSeries', () => {
  it('takes the columns that the description names, in its order, and what stands beside each step', () => {
    const { values, times } = loadSeries(contentWith('day,x,note,y\nMon,1,a,2\nTue,3,b,4.5\n'), 'days');
    expect(Array.from(values)).toEqual([2, 1, 4.5, 3]);
    expect(times).toEqual(['Mon', 'Tue']);
  });

  it.each([
    ['day,x,y\nMon,1,2\nTue,,4\n', /days\.csv:3: .*row 3, column 2 \("x"\) is missing/],
    ['day,x,y\nMon,1,two\n', /days\.csv:2: .*"two", which is no number/],
    ['day,x,y\nMon,1\n', /days\.csv:2: .*column 3 \("y"\) is missing/],
    ['day,x\nMon,1\n', /days\.csv:1: There is no column "y"/],
    ['day,x,y\nMon,"1,2\n', /is no CSV file/],
  ])('names the place of what is wrong in %j', (csv, message) => {
    expect(inputError(() => loadSeries(contentWith(csv), 'days')).message).toMatch(message);
  });
});
