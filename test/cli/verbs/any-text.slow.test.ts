// Texts as they may come: each works, or is refused in a sentence that is true.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { scoresSchema } from '../../../pipeline/contract/index.ts';
import { writeSafetensors } from '../../../pipeline/files/safetensors.ts';
import { temporaryFolder } from '../../temporary.ts';
import { output, run } from '../in-process.ts';

const TEXTS = {
  'no line break': 'The quick brown fox said “hello, my dear” and went on walking. '.repeat(250),
  '5,000 different characters': Array.from({ length: 5000 }, (_, k) => String.fromCodePoint(0x4e00 + k))
    .join('')
    .repeat(4),
  'right to left': 'הוא אמר: „שלום לך”, והלך לדרכו. היא ענתה (בשקט) כי אינה יודעת דבר.\n'.repeat(240),
  'combining marks and emoji':
    'Cafe\u0301 nai\u0308ve 👩‍👩‍👧 said: “o\u0302h\u0323 \u{1F600}!” and 👍🏽 went.\n'.repeat(340),
};

/** A unit that is on at letters and one that never changes, at the beginning of a text. */
function states(folder: string, text: string): string {
  const characters = [...text].slice(0, 1500);
  const path = join(folder, 'states.safetensors');
  const data = Float32Array.from(characters.flatMap((one) => [/\p{L}/u.test(one) ? 0.8 : -0.8, 0.5]));
  const tensors = new Map([['h', { shape: [characters.length, 2], data }]]);
  writeSafetensors(path, { tensors, metadata: { text: characters.join('') } });
  return path;
}

describe.each(Object.entries(TEXTS))('a text with %s', (_, text) => {
  it('begins a gallery, as it stands', async () => {
    const folder = temporaryFolder();
    const [file, content] = [join(folder, 'text.txt'), join(folder, 'content')];
    writeFileSync(file, text);
    const printed = await output('gallery', 'new', 'mine', '--text', file, '--content', content);
    const count = [...text].length.toLocaleString('en');
    expect(printed).toContain(`text: ${count} characters of ${new Set(text).size.toLocaleString('en')} kinds`);
    expect(readFileSync(join(content, 'corpora', 'mine.txt'), 'utf8')).toBe(text);
  });

  it('is scored by what occurs in it, and what does not apply is said', async () => {
    const path = states(temporaryFolder(), text);
    const { scores, leftOut } = scoresSchema.parse(JSON.parse(await output('score', path, '--json', '--threads', '1')));
    const space = scores.find(({ hypothesis, cell }) => hypothesis === 'space' && cell === '1-0');
    // The unit is as low at spaces as at marks: half of what is neither letter nor space counts against it (the last step is not paired).
    const others = [...text].slice(0, 1499).filter((one) => one !== ' ');
    const marks = others.filter((one) => !/\p{L}/u.test(one)).length;
    if (text.includes(' ')) expect(space!.auroc).toBeCloseTo(marks / others.length / 2, 5);
    else expect(space).toBeUndefined();
    expect(leftOut!.some(({ id }) => id === 'keyword')).toBe(true);
  });
});

test('a text of one word is refused where it is too short, and nothing is written', async () => {
  const folder = temporaryFolder();
  const [file, content] = [join(folder, 'text.txt'), join(folder, 'content')];
  writeFileSync(file, 'word');
  const { status, stderr } = await run('gallery', 'new', 'mine', '--text', file, '--content', content);
  expect(status).toBe(1);
  expect(stderr).toContain('The text is too short to train on: 4 characters make 1 block');
  expect(existsSync(content)).toBe(false);
  expect(await output('score', states(folder, 'word'))).toContain('No hypothesis occurs often enough in this text');
});

test('a programming language without a grammar is taken, and its hypotheses are left out', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'text.txt');
  writeFileSync(file, TEXTS['no line break']);
  const printed = await output(
    ...[
      'gallery',
      'new',
      'mine',
      '--text',
      file,
      '--programming-language',
      'cobol',
      '--content',
      join(folder, 'content'),
    ],
  );
  expect(printed).toContain('language: cobol, as you say');
});
