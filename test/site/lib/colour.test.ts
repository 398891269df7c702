import { describe, expect, it } from 'vitest';
import {
  articleColours,
  channels,
  contrast,
  inkOn,
  LEAST_CONTRAST,
  PAPER,
  scaleColours,
  strongColours,
  THEMES,
} from '../../../src/lib/colour.ts';
import { neutralStep, STEPS, stepOfByte } from '../../../src/shared/scale.ts';

const SCALES = THEMES.flatMap((theme) => [
  { theme, name: 'diverging', colours: scaleColours('diverging', theme) },
  { theme, name: 'sequential', colours: scaleColours('sequential', theme) },
  { theme, name: 'high contrast, diverging', colours: strongColours('diverging', theme) },
  { theme, name: 'high contrast, sequential', colours: strongColours('sequential', theme) },
  { theme, name: 'the article’s, of h', colours: articleColours(theme, (step) => step) },
  { theme, name: 'the article’s, of c', colours: articleColours(theme, Math.atanh) },
]);

/** CIE lightness L* in [0, 100], from the contrast with black. */
const lightness = (hex: string): number => 116 * Math.cbrt((contrast(hex, '#000000') - 1) / 20) - 16;

describe('contrast', () => {
  it('is what WCAG’s own examples say', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#ff0000', '#ffffff')).toBeCloseTo(4, 2);
  });
});

describe.each(SCALES)('the scale $name, $theme', ({ theme, name, colours }) => {
  it('leaves text readable on every step', () => {
    expect(colours).toHaveLength(STEPS);
    for (const colour of colours) expect(contrast(colour, inkOn(colour, theme))).toBeGreaterThanOrEqual(LEAST_CONTRAST);
  });

  it('has the paper itself where the value is neutral', () => {
    expect(colours[neutralStep(name.endsWith('sequential') ? 'i' : 'h')]).toBe(PAPER[theme]);
  });

  it('moves away from the paper’s lightness with each step', () => {
    const paper = lightness(PAPER[theme]);
    const distances = colours.map((colour) => Math.abs(lightness(colour) - paper));
    const middle = colours.indexOf(PAPER[theme]);
    for (let step = middle + 1; step < STEPS; step++)
      expect(distances[step]).toBeGreaterThanOrEqual(distances[step - 1]!);
    for (let step = middle - 1; step >= 0; step--) expect(distances[step]).toBeGreaterThanOrEqual(distances[step + 1]!);
  });
});

it.each(THEMES)('high contrast has few steps that differ well, and text on them at 7:1, %s', (theme) => {
  for (const kind of ['diverging', 'sequential'] as const) {
    const colours = [...new Set(strongColours(kind, theme))];
    expect(colours).toHaveLength(kind === 'diverging' ? 5 : 3);
    for (const colour of colours) expect(contrast(colour, inkOn(colour, theme))).toBeGreaterThanOrEqual(7);
    const [weak, strong] = colours.slice(-2) as [string, string];
    expect(contrast(weak, PAPER[theme])).toBeGreaterThanOrEqual(1.4);
    expect(contrast(weak, strong)).toBeGreaterThanOrEqual(4);
    expect(contrast(colours[0]!, colours[1]!)).toBeGreaterThanOrEqual(kind === 'diverging' ? 4 : 1.4);
  }
});

it('the two arms of the diverging scale differ for eyes without red or green cones', () => {
  // Blue against yellow is what such eyes keep: the arms must lie on opposite sides of the paper in it.
  for (const theme of THEMES) {
    const yellowness = scaleColours('diverging', theme).map((colour) => {
      const [red, green, blue] = channels(colour);
      return (red + green) / 2 - blue;
    });
    const zero = yellowness[7]!;
    expect(yellowness.slice(0, 6).every((value) => value < zero)).toBe(true);
    expect(yellowness.slice(9).every((value) => value > zero)).toBe(true);
  }
});

it('a byte’s step is the nearest of the fifteen', () => {
  expect([0, 127, 128, 255].map(stepOfByte)).toEqual([0, 7, 7, 14]);
  expect([9, 10, 245, 246].map(stepOfByte)).toEqual([0, 1, 13, 14]);
});
