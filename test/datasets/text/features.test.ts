import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { CHARACTER_CLASSES, chooseFeatures, featureColumns } from '../../../pipeline/datasets/text/features.ts';
import {
  FARTHEST,
  RUNNING_COUNTS,
  type RunningCount,
  runningCounts,
} from '../../../pipeline/datasets/text/running-counts.ts';

const every = (text: string) => [...toCharacters(text).keys()];
const countsOf = (text: string, count: RunningCount) => [...runningCounts(toCharacters(text), every(text))[count]];
const unseen = FARTHEST;

describe('a running count', () => {
  it.each<[RunningCount, string, number[]]>([
    ['since space', 'a b\nc', [unseen, 0, 1, 0, 1]],
    ['since line break', 'a\nbc', [unseen, 0, 1, 2]],
    ['since blank line', 'a\nb\n\nc', [unseen, unseen, unseen, unseen, 0, 1]],
    ['since stop', 'a. b', [unseen, 0, 1, 2]],
    ['since capital', 'aBc', [unseen, 0, 1]],
    ['since opening mark', '‘a', [0, 1]],
    ['letters of the word', 'an I’m', [1, 2, 0, 1, 0, 1]],
    ['open brackets', '(a[b]c)', [1, 1, 2, 2, 1, 1, 0]],
    ['open brackets', 'a)b', [0, 0, 0]],
    ['in double marks', '“a ‘b,’ c.” d', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]],
    ['in single marks', '“a ‘b,’ c.” d', [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]],
    ['in double marks', '"a" b', [1, 1, 0, 0, 0]],
    ['in double marks', '“a\n\nb', [1, 1, 1, 0, 0]],
    ['in single marks', '‘a\n\nb', [1, 1, 1, 0, 0]],
  ])('%s of %j', (count, text, expected) => {
    expect(countsOf(text, count)).toEqual(expected);
  });

  it('counts the indentation and the braces of a program, and the quotation marks of other languages', () => {
    const last = (text: string, name: RunningCount, pairs?: readonly (readonly [string, string])[]) => [
      ...runningCounts(toCharacters(text), every(text), [name], pairs)[name],
    ];
    expect(last('a b\n  c d\n\te\n\n f', 'indentation')).toEqual([
      ...[0, 0, 0, 0],
      ...[1, 2, 2, 2, 2, 2],
      ...[8, 8, 8],
      ...[0],
      ...[1, 1],
    ]);
    expect(last('{a{b}}}', 'open braces')).toEqual([1, 1, 2, 2, 1, 0, 0]);
    expect(
      last('„a ‚b‘ c“ d', 'in double marks', [
        ['„', '“'],
        ['‚', '‘'],
      ]),
    ).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(
      last('„a ‚b‘ c“', 'in single marks', [
        ['„', '“'],
        ['‚', '‘'],
      ]),
    ).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0]);
    expect(last('”a” b', 'in double marks', [['”', '”']])).toEqual([1, 1, 0, 0, 0]);
  });

  it('takes ’ after a letter for an apostrophe, for only what follows could tell', () => {
    expect(countsOf('‘Don’t,’', 'in single marks')).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
    expect(countsOf('‘Don’t,’', 'since closing mark').at(-1)).toBe(0);
  });

  it('never knows what comes next', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aB1 .,\n‘’“”"()'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const positions = every(before);
        const alone = runningCounts(toCharacters(before), positions);
        expect(runningCounts(toCharacters(before + after), positions)).toEqual(alone);
      }),
    );
  });

  it('is the same at some positions as at all of them', () => {
    const characters = toCharacters('It was (so) “fine,” said he.\n\nWell.');
    const some = [3, 8, 20, 30];
    const all = runningCounts(characters, [...characters.keys()]);
    const chosen = runningCounts(characters, some);
    for (const count of RUNNING_COUNTS) expect([...chosen[count]]).toEqual(some.map((t) => all[count][t]));
  });
});

describe('the columns of features', () => {
  const text = 'The three thin thieves thought a thousand thoughts.\nThe thirty-three thieves thought that.';
  const characters = toCharacters(text);
  const positions = every(text).slice(4);
  const columns = featureColumns(chooseFeatures(characters, positions, 3), characters, positions);

  it('answer each question as the text does', () => {
    let asked = 0;
    for (const column of columns) {
      if (column.kind !== 'glimpse') continue;
      column.glimpses.forEach(({ is, of, back }, set) => {
        positions.forEach((position, row) => {
          const end = position - back + 1;
          const seen = characters[end - 1]!;
          const truth = is === 'class' ? CHARACTER_CLASSES[of](seen) : text.slice(0, end).endsWith(of);
          expect(column.sets[set]!.includes(column.bins[row]!), `${of} ${back} back at ${position}`).toBe(truth);
          asked += 1;
        });
      });
    }
    expect(asked).toBeGreaterThan(1000);
  });

  it('put each count into the first bin that reaches it', () => {
    const counts = runningCounts(characters, positions);
    for (const column of columns) {
      if (column.kind !== 'count') continue;
      positions.forEach((_, row) => {
        const [count, bin] = [counts[column.count][row]!, column.bins[row]!];
        expect(count).toBeLessThanOrEqual(column.most[bin]!);
        expect(count).toBeGreaterThan(column.most[bin - 1] ?? -1);
      });
    }
  });

  it('ask for an ending only where it is frequent', () => {
    const endings = columns.flatMap((column) => (column.kind === 'glimpse' ? column.glimpses : []));
    const texts = endings.filter(({ is, back }) => is === 'text' && back === 0).map(({ of }) => of);
    expect(texts).toContain('th');
    expect(texts).toContain(' th');
    expect(texts).not.toContain('ty');
    expect(texts).not.toContain('-');
  });
});
