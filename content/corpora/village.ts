// Makes village.txt beside it: a book that nobody wrote, in German, in which people talk. `node content/corpora/village.ts`
//
// Everything that a network may find in it is known, because it was put there: chapters with their numbers, scenes, lines
// of about seventy characters, and above all speech as German prints it: „…“ and within it ‚…‘, with the speaker before it,
// behind it or in its midst. A speech ends without a full stop where a speaker follows, but never without its question mark.
import { writeFileSync } from 'node:fs';
import { integerBelow, mixedRandom } from '../../pipeline/base/random.ts';

const CHAPTERS = 48;
const SCENES = 5;
const LINE = 70;

const random = mixedRandom(1805);
const among = <T>(choices: readonly T[]): T => choices[integerBelow(choices.length, random)]!;
const chance = (share: number) => random.uniform() < share;
const between = (low: number, high: number) => low + integerBelow(high - low + 1, random);

/** Who talks, in the three cases that are needed. */
const PEOPLE = [
  ['Anna', 'Anna', 'Anna'],
  ['Jakob', 'Jakob', 'Jakob'],
  ['Frau Behrens', 'Frau Behrens', 'Frau Behrens'],
  ['der Müller', 'den Müller', 'dem Müller'],
  ['die Wirtin', 'die Wirtin', 'der Wirtin'],
  ['der Lehrer', 'den Lehrer', 'dem Lehrer'],
  ['die alte Grete', 'die alte Grete', 'der alten Grete'],
  ['der Fährmann', 'den Fährmann', 'dem Fährmann'],
  ['Lisbeth', 'Lisbeth', 'Lisbeth'],
  ['der Schmied', 'den Schmied', 'dem Schmied'],
] as const;
type Person = (typeof PEOPLE)[number];

const THINGS = ['Brief', 'Schlüssel', 'Korb', 'Mantel', 'Kahn', 'Wagen', 'Krug', 'Hund'];
const PLACES = ['an der Mühle', 'am Fluss', 'in der Schule', 'auf dem Markt', 'hinter der Kirche', 'im Wirtshaus'];
const PLACES_TO = ['zur Mühle', 'an den Fluss', 'in die Schule', 'auf den Markt', 'hinter die Kirche', 'ins Wirtshaus'];
const DAYS = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'];
const MONTHS = ['Januar', 'März', 'Mai', 'Juli', 'September', 'November'];
const NUMBERS = ['zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'zehn', 'zwölf'];

const nominative = ([name]: Person) => name;
const accusative = (person: Person) => person[1];
const dative = (person: Person) => person[2];
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const someone = (...others: readonly Person[]) => among(PEOPLE.filter((person) => !others.includes(person)));

/** What is said as a statement: without its full stop, and with a small letter where it begins with no noun. */
function statement(): string {
  return among([
    () => `ich habe ${accusative(someone())} ${among(PLACES)} gesehen`,
    () => `der ${among(THINGS)} liegt noch immer ${among(PLACES)}`,
    () => `das Wasser steigt seit ${among(NUMBERS)} Tagen`,
    () => `am ${among(DAYS)} gehe ich ${among(PLACES_TO)}`,
    () => `ich habe den ${among(THINGS)} ${dative(someone())} gegeben`,
    () => `der ${among(THINGS)} gehört ${dative(someone())}, und das weiß jeder`,
    () => `es waren ${among(NUMBERS)} Leute ${among(PLACES)}, vielleicht auch mehr`,
    () => `ich glaube nicht, dass ${nominative(someone())} heute noch kommt`,
    () => `wir müssen vor dem Abend ${among(PLACES_TO)}, sonst wird es zu spät`,
    () => `wenn der ${among(THINGS)} nicht bald gefunden wird, gibt es Streit`,
    () => `im ${among(MONTHS)} ${between(1790, 1809)} war das Eis ${among(NUMBERS)} Zoll dick`,
    () => `man darf ${dative(someone())} nicht alles glauben`,
    () => `das kostet ${between(2, 40)} Taler und keinen Groschen weniger`,
    () => 'davon will ich nichts hören',
    () => 'so ist’s recht',
    () => 'das ist eine lange Geschichte',
  ])();
}

const question = () =>
  among([
    () => `hast du ${accusative(someone())} gesehen`,
    () => `wo ist der ${among(THINGS)}`,
    () => `wem gehört denn der ${among(THINGS)}`,
    () => `wer war gestern ${among(PLACES)}`,
    () => `gehst du am ${among(DAYS)} ${among(PLACES_TO)}`,
    () => `warum steht der ${among(THINGS)} ${among(PLACES)}`,
    () => `was hat ${nominative(someone())} dazu gesagt`,
    () => 'glaubst du das wirklich',
  ])();

const call = () => among(['komm herein', 'lauf schnell', 'sei still', 'gib acht', 'warte doch', 'halt']);

const SAID = ['sagte', 'meinte', 'erwiderte', 'antwortete', 'murmelte'];
const ASKED = ['fragte', 'erkundigte sich'];
const CALLED = ['rief', 'schrie'];

/** What somebody else said, within a speech: ‚…‘. */
function quoted(): string {
  const said = among([() => `${statement()}.`, () => `${question()}?`, () => `${call()}!`])();
  return `${nominative(someone())} hat ${among(['gesagt', 'gerufen', 'gemeint'])}: ‚${capital(said)}‘`;
}

/** A speech, and mostly who speaks. */
function speech(person: Person): string {
  const name = nominative(person);
  const before = () => (chance(0.3) ? `${capital(statement())}. ` : '');
  return among([
    () => `„${before()}${capital(statement())}“, ${among(SAID)} ${name}.`,
    () => `„${before()}${capital(statement())}“, ${among(SAID)} ${name}, „aber ${statement()}.“`,
    () => `„${before()}${capital(question())}?“, ${among(ASKED)} ${name}.`,
    () => `„${capital(call())}!“, ${among(CALLED)} ${name}. „${capital(statement())}.“`,
    () =>
      `${capital(name)} ${among(['nickte', 'lachte', 'sah auf', 'zögerte'])}. „${before()}${capital(statement())}.“`,
    () => `${capital(name)} ${among(ASKED)}: „${capital(question())}?“`,
    () => `„${capital(quoted())}“, ${among(SAID)} ${name}.`,
    () => `„${capital(statement())}, und ${quoted()}“`,
    () => `„${capital(statement())}. ${capital(statement())}.“`,
    () => `„${capital(question())}?“`,
  ])();
}

/** What is told between the speeches. */
function telling(): string {
  return among([
    () => {
      const person = someone();
      return `${capital(nominative(person))} schwieg und sah ${accusative(someone(person))} an.`;
    },
    () => `Um ${between(5, 21)} Uhr läutete es ${among(PLACES)}.`,
    () => `${capital(nominative(someone()))} kam ${among(PLACES_TO)} und brachte den ${among(THINGS)} mit.`,
    () => `Es regnete seit ${among(NUMBERS)} Tagen (so lange wie seit ${between(20, 90)} Jahren nicht).`,
    () => `Niemand antwortete – nur der Wind ging ${among(PLACES)}.`,
    () => `Später stand ${nominative(someone())} allein ${among(PLACES)} und dachte an den ${among(THINGS)}.`,
    () => `Am ${among(DAYS)} war alles wieder still.`,
  ])();
}

function scene(): string[] {
  const first = someone();
  const second = someone(first);
  const third = someone(first, second);
  const opening = `Am ${between(1, 28)}. ${among(MONTHS)} trafen sich ${nominative(first)} und ${nominative(second)} ${among(PLACES)}. ${telling()}`;
  const turns = Array.from({ length: between(6, 12) }, (_, turn) => {
    const said = speech(turn % 5 === 4 ? third : turn % 2 === 0 ? first : second);
    return chance(0.25) ? `${said} ${telling()}` : said;
  });
  return [opening, ...turns, `${telling()} ${telling()}`];
}

/** A paragraph in lines. */
function wrapped(paragraph: string): string {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > LINE) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

const chapters = Array.from({ length: CHAPTERS }, (_, chapter) => {
  const scenes = Array.from({ length: SCENES }, scene).map((paragraphs) => paragraphs.map(wrapped).join('\n\n'));
  return `${chapter + 1}. KAPITEL\n\n\n${scenes.join('\n\n* * *\n\n')}`;
});
writeFileSync(new URL('village.txt', import.meta.url), `${chapters.join('\n\n\n')}\n`);
