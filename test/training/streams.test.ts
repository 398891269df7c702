import { describe, expect, it } from 'vitest';
import { inStreams, streamsFor } from '../../pipeline/training/streams.ts';
import { CONFIGURATION } from './tiny.ts';

const configuration = { ...CONFIGURATION, streams: 32, steps: 100 };
/** Text that is trained on, in two runs. */
const text = (characters: number) => [
  { start: 0, end: characters / 2 },
  { start: characters, end: 1.5 * characters },
];

describe('the streams that suit a device', () => {
  it('are those of the configuration on a processor', () => {
    for (const device of ['cpu', 'javascript']) expect(streamsFor(device, configuration, text(1e9))).toBe(32);
  });

  it.each([
    [115_000, 32],
    [191_998, 32],
    [192_000, 64],
    [384_000, 128],
    [4_600_000, 256],
    [1e9, 256],
  ])('are on a GPU, for a text of %i characters, %i: an epoch keeps thirty steps', (characters, streams) => {
    for (const device of ['cuda', 'webgpu']) expect(streamsFor(device, configuration, text(characters))).toBe(streams);
  });

  it('are never fewer than those of the configuration', () => {
    expect(streamsFor('cuda', { ...configuration, streams: 500 }, text(1e9))).toBe(500);
    expect(streamsFor('cuda', configuration, text(100))).toBe(32);
  });
});

describe('a run in other streams', () => {
  it("takes the root of their ratio as a factor on Adam's rate, and averages over as much text", () => {
    const four = inStreams(
      { ...configuration, learningRate: 0.004, finalLearningRate: 0.0001, averageDecay: 0.98 },
      128,
    );
    expect(four).toMatchObject({
      streams: 128,
      learningRate: 0.008,
      finalLearningRate: 0.0002,
      averageDecay: 0.98 ** 4,
    });
    expect(inStreams(four, 32).learningRate).toBeCloseTo(0.004, 12);
  });

  it('is the same one where the streams are the same', () => {
    expect(inStreams(configuration, 32)).toBe(configuration);
  });

  it('changes nothing else', () => {
    const changed = ['streams', 'learningRate', 'finalLearningRate', 'averageDecay'];
    const rest = (all: object) => Object.entries(all).filter(([name]) => !changed.includes(name));
    expect(rest(inStreams(configuration, 64))).toEqual(rest(configuration));
  });
});
