// What the network had expected of a character, and how surprised it was, in sentences.
import { expectedAt } from '../../pipeline/trace/expected.ts';
import { choicesText, oddsText } from '../lib/reading.ts';
import { fetchSideFile } from './side-file.ts';

/**
 * @param source address of the file of expectations, and its vocabulary; undefined where the network foretells no characters
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
