// What is said of a network's reading of one character: the values there, what it expected and how surprised it was.
import { type Domain, fromByte } from '../../../pipeline/base/bytes.ts';
import { STEPS, stepOfByte } from '../../../pipeline/base/steps.ts';
import { expectedAt } from '../../../pipeline/trace/expected.ts';
import { decimal, integer, percent, signed } from '../../shared/format.ts';
import { fetchSideFile } from './side-file.ts';

/** A character in quotation marks, or the name of one that cannot be seen. */
export function quoteCharacter(character: string): string {
  const NAMES: Record<string, string> = { ' ': 'a space', '\n': 'a line break', '\t': 'a tab' };
  return NAMES[character] ?? `“${character}”`;
}

/**
 * The value that a byte stands for, in the units of the legend. Of what is stored as its tanh the value itself follows, as exactly
 * as the byte holds it; at the ends, where many values share a byte, it is only known to lie beyond.
 */
export function signalText(byte: number, domain: Domain): string {
  const decode = (place: number): number => fromByte(place, domain);
  const shown = domain.low < 0 ? signed(decode(byte)) : decimal(decode(byte));
  if (domain.transform === 'none') return shown;
  if (byte === 255) return `${shown} (c above ${signed(Math.atanh(decode(254.5)), 1)})`;
  if (byte === 0) return `${shown} (c below ${signed(Math.atanh(decode(0.5)), 1)})`;
  const value = Math.atanh(decode(byte));
  return `${shown} (c ${signed(value, Math.abs(value) < 1.5 ? 2 : 1)})`;
}

/** Of the middle of a step, which is all that is kept over a book. */
export function stepText(byte: number, { low, high }: Domain): string {
  return `about ${signed(low + ((high - low) * stepOfByte(byte)) / (STEPS - 1), 1)}`;
}

/** @param nats a surprise, −ln p; @returns the odds that it stands for, as `1 in 20` */
export function oddsText(nats: number): string {
  const odds = Math.exp(nats);
  return `1 in ${odds < 9.95 ? String(Number(odds.toFixed(1))) : integer(Number(odds.toPrecision(2)))}`;
}

/** @param choices likeliest first; @returns them with their probabilities, or a dash where nothing was expected */
export function choicesText(choices: readonly { character: string; probability: number }[]): string {
  const texts = choices.map(({ character, probability }) => `${quoteCharacter(character)} ${percent(probability)}`);
  return texts.length === 0 ? '–' : texts.join(', ');
}

/**
 * What the network had expected of a character, and how surprised it was, in sentences.
 * @param source address of the file of expectations, and its vocabulary; undefined where the network predicts no characters
 * @param row of the file; null where the character is not in it
 */
export async function expectedSentences(
  { expected: source, vocabulary }: DOMStringMap,
  row: number | null,
): Promise<string[]> {
  if (row === null || source === undefined) return ['What was expected: –'];
  const { surprise, choices } = expectedAt(await fetchSideFile(source), row, [...vocabulary!]);
  if (choices.length === 0) return ['What was expected: –'];
  const sentence = `How surprising it was: ${surprise.toFixed(1)} nats, ${oddsText(surprise)}`;
  return [`What was expected: ${choicesText(choices)}`, sentence];
}
