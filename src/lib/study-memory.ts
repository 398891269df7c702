// What a study says of memory: of networks from other seeds, of one that learned shuffled text, and along a training.
import {
  type GalleryStudy,
  networksBeside,
  type StudyMemory,
  type StudyNetwork,
} from '../../pipeline/contract/study.ts';
import { integer, percent } from '../shared/format.ts';
import { inWords, seedsOf, stepsOf, type Watched } from './study.ts';

/** The cell that promises most on the training text; undefined where none promises anything. */
export function memoryFor({ memory }: StudyNetwork, hypothesis: string): StudyMemory['best'][number] | undefined {
  return memory?.best.find((row) => row.hypothesis === hypothesis);
}

/** How much its best cell adds to the last steps. */
export function adding(hypothesis: string): Watched {
  return {
    of: (network) => memoryFor(network, hypothesis)?.adds ?? 0,
    print: (share) => (share <= 0 ? 'nothing' : roundPercent(share)),
    does: 'adds',
    did: 'added',
  };
}

/** A whole number of percent where it is one. */
function roundPercent(share: number): string {
  const whole = Math.round(100 * share);
  return Math.abs(100 * share - whole) < 1e-9 ? `${whole}%` : percent(share);
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];
const numberWord = (count: number) => NUMBERS[count] ?? integer(count);

/** `31 and 27 cells do`, `1 cell does` or `none does`. */
function cellsDo(counts: readonly number[]): string {
  if (counts.every((count) => count === 0)) return 'none does';
  const isOne = counts.length === 1 && counts[0] === 1;
  return `${inWords(counts.map(integer))} ${isOne ? 'cell does' : 'cells do'}`;
}

/**
 * How many cells of other networks remember something, after a sentence that says what their cells do.
 * @returns null where no such network was measured, or where the study is not of the gallery as it is
 */
export function othersSentence(study: GalleryStudy | null): string | null {
  const counted = networksBeside(study).flatMap(({ kind, memory }) =>
    memory === null ? [] : [{ kind, remembering: memory.remembering }],
  );
  const of = (wanted: StudyNetwork['kind']) =>
    counted.filter(({ kind }) => kind === wanted).map(({ remembering }) => remembering);
  const [seeds, shuffled] = [of('seed'), of('shuffled')];
  const networks =
    seeds.length === 1 ? 'a network from another seed' : `${numberWord(seeds.length)} networks from other seeds`;
  const parts = [
    ...(seeds.length === 0 ? [] : [`in ${networks}, ${cellsDo(seeds)}`]),
    ...(shuffled.length === 0
      ? []
      : [`in ${seeds.length === 0 ? 'a network' : 'one'} trained on shuffled text, ${cellsDo(shuffled)}`]),
  ];
  if (parts.length === 0) return null;
  const [first, ...rest] = parts.join('; ');
  return `${first!.toUpperCase()}${rest.join('')}.`;
}

/** How many cells of each seed remember something; and of the network that learned shuffled text. */
export function rememberingSentence(study: GalleryStudy): string | null {
  const seeds = seedsOf(study).filter(({ memory }) => memory !== null);
  if (seeds.length === 0) return null;
  const counts = inWords(seeds.map(({ memory }) => integer(memory!.remembering)));
  const names = inWords(seeds.map(({ seed }) => String(seed)));
  const where = seeds.length === 1 ? `the network of seed ${names}` : `the networks of seeds ${names}`;
  const shuffled = study.networks.find(({ kind }) => kind === 'shuffled')?.memory;
  const beside = shuffled == null ? '' : `; in the one that learned shuffled text, ${cellsDo([shuffled.remembering])}`;
  return `Of ${integer(study.cells)} cells, ${counts} remember something in ${where}${beside}.`;
}

/** In how many of the seeds cells remember a label, and how much the best ones add. @param steps `characters` or `rows` */
export function recurringSentence(study: GalleryStudy, hypothesis: string, steps: string): string {
  const seeds = seedsOf(study).filter(({ memory }) => memory !== null);
  const found = seeds.map((network) => memoryFor(network, hypothesis));
  const counts = found.map((row) => row?.remembering ?? 0);
  const having = counts.filter((count) => count > 0).length;
  const which =
    having === 0
      ? `In none of the ${seeds.length} seeds does a cell remember it.`
      : `In ${having === seeds.length ? 'all' : `${having} of`} ${seeds.length} seeds cells remember it: ${inWords(counts.map(integer))}.`;
  if (found.every((row) => row === undefined)) return which;
  const most = inWords(found.map((row) => (row === undefined || row.adds <= 0 ? 'nothing' : percent(row.adds))));
  return `${which} The best takes away ${most} of what the last ${study.memory.steps} ${steps} leave open.`;
}

/** How the cells that track a label, and those that add to the last steps, grow more or fewer along the training. */
export function countsSentence(study: GalleryStudy, steps: string): string | null {
  const looks = stepsOf(study).flatMap(({ step, interpretable, memory }) =>
    memory === null ? [] : [{ step, tracking: interpretable.count, adding: memory.adding }],
  );
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const { memory } = study;
  return (
    `From step ${integer(first.step)} to step ${integer(last.step)} the number of cells that track a label ${moves(first.tracking, last.tracking)}, ` +
    `and that of cells that add at least ${roundPercent(memory.adds)} to the last ${memory.steps} ${steps} ${moves(first.adding, last.adding)}.`
  );
}

function moves(from: number, to: number): string {
  if (from === to) return `is ${integer(to)} at both`;
  return `${from < to ? 'rises' : 'falls'} from ${integer(from)} to ${integer(to)}`;
}
