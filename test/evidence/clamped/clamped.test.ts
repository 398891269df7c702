import { expect, it } from 'vitest';
import { Lanes } from '../../../pipeline/evidence/clamped/lanes.ts';
import { startsOf } from '../../../pipeline/evidence/clamped/texts.ts';
import { signalName } from '../../../pipeline/lstm/names.ts';
import { zeroState } from '../../../pipeline/lstm/state.ts';
import { goOnByHand } from '../../site/shared/network/held-by-hand.ts';
import { architecture, parameters, randomText } from '../../site/shared/network/small-network.ts';
import { engine } from '../networks.ts';

const SAMPLING = { seed: 5, temperature: 0.9, length: 25 };
const CLAMPS = [null, { layer: 0, unit: 2, value: 0.6 }, { layer: 1, unit: 4, value: -0.8 }];

it('reads texts of any length side by side, and goes on, as each network by itself worked out by hand', async () => {
  const lanes = await Lanes.compile(engine, architecture, parameters);
  // More than run at once, so that they fall into two batches.
  const read = Array.from({ length: 70 }, (_, k) => ({
    ids: randomText(3 + (k % 9), k + 1),
    clamp: CLAMPS[k % CLAMPS.length]!,
    start: zeroState(architecture, 1),
  }));
  const seen = new Map<string, number>();
  const ends = await lanes.read(read, (lane, step, outputs, stream) => {
    seen.set(`${lane} ${step}`, outputs[signalName(1, 'h')]![stream * 5 + 4]!);
  });
  expect(seen.size).toBe(read.reduce((sum, { ids }) => sum + ids.length, 0));
  const written = await lanes.write(
    read.map(({ clamp }, k) => ({ clamp, moment: ends[k]! })),
    SAMPLING,
  );
  for (const k of [0, 1, 2, 8, 40, 65, 68, 69]) {
    const { ids, clamp } = read[k]!;
    const byHand = goOnByHand(parameters, [...ids], { from: 0, holds: clamp === null ? [] : [clamp] }, SAMPLING);
    expect([...written[k]!], `lane ${k}`).toEqual(byHand.written);
    byHand.after.forEach((probability, id) => {
      expect(Math.exp(ends[k]!.prediction[id]!)).toBeCloseTo(probability, 5);
    });
    if (clamp?.layer === 1) expect(seen.get(`${k} 2`)).toBeCloseTo(-0.8, 6);
  }
  await lanes.dispose();
});

it('goes on from the beginnings of paragraphs, to the ends of sentences and of words by turns, all in the sample', () => {
  const paragraph = `${'She said, and said again, what it was she had seen there. '.repeat(6).trim()}\n\n`;
  const texts = [...paragraph.repeat(20)];
  const half = Math.floor(texts.length / 2);
  const positions = Array.from({ length: texts.length - half }, (_, k) => half + k);
  const starts = startsOf(texts, positions, 6);
  expect(starts).toHaveLength(6);
  for (const { start, end } of starts) {
    expect(start).toBeGreaterThanOrEqual(half);
    expect(end - start).toBeGreaterThanOrEqual(120);
    expect(end - start).toBeLessThanOrEqual(260);
    expect(texts[end]).toMatch(/\s/u);
    expect(start === half || texts.slice(start - 2, start).join('') === '\n\n').toBe(true);
  }
  const last = starts.map(({ end }) => texts[end - 1]);
  expect(last.filter((character) => character === '.').length).toBeGreaterThan(0);
  expect(last.filter((character) => /[a-z]/u.test(character!)).length).toBeGreaterThan(0);
  expect(startsOf([...'too short.'], [0, 1, 2], 6)).toEqual([]);
});
