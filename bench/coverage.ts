// Takes some minutes: node bench/coverage.ts [trials, 1000]
// How often a 95% interval holds what is true, of cells whose truth is known: noise, of which it is chance, and a cell that
// misses a tenth of the quotations. And how often noise passes for more than chance, on texts of several lengths.
import { mixedRandom, normal, type Random } from '../pipeline/base/random.ts';
import { loadGallery, loadLabelled, type ModelGallery } from '../pipeline/content/content.ts';
import { loadHypotheses } from '../pipeline/content/corpora.ts';
import type { LabelledDataset } from '../pipeline/datasets/dataset.ts';
import { labelCharacters } from '../pipeline/datasets/text/text.ts';
import { associations, createJudge, intervalOf, type Judge } from '../pipeline/scoring/judge/judge.ts';
import { planScoring, type ScoringPlan } from '../pipeline/scoring/plan/plan.ts';
import { familywiseP } from '../pipeline/statistics/familywise.ts';
import { centredMidranks, orderRows } from '../pipeline/statistics/ordered.ts';
import { drawShifts, runsOf } from '../pipeline/statistics/shifts.ts';
import { autoregression, type Noise } from '../test/scoring/noise.ts';

const TRIALS = Number(process.argv[2] ?? 1000);
const SEED = 5;

/** Binary ones of long spans and of short ones, and counts. */
const LABELS = ['inside-quotes', 'after-quotes', 'sentence-initial', 'position-in-line', 'since-opening-quote'];
const QUOTES = 'inside-quotes';

/** Characters after which nothing is left of a memory, all but a third. */
const MEMORIES = [30, 300, 1000];
const independent: Noise = (positions, random) => Float32Array.from(positions, () => random.uniform());

/** High where the label is, but for a tenth of its spans, and noise of this deviation besides. */
function missing(label: ArrayLike<number>, deviation: number): Noise {
  return (positions, random) => {
    let isMissed = false;
    return Float32Array.from(positions, (position, row) => {
      const isOn = label[position] === 1;
      const goesOn = row > 0 && positions[row - 1] === position - 1 && label[position - 1] === 1;
      if (isOn && !goesOn) isMissed = random.uniform() < 0.1;
      return Number(isOn && !isMissed) + deviation * normal(random);
    });
  };
}

function textOf(name: string): LabelledDataset {
  const whole = loadLabelled('content', loadGallery('content', name === 'novels' ? name : 'alice') as ModelGallery);
  const length = Number(name);
  if (Number.isNaN(length)) return whole;
  return labelCharacters(
    whole.source,
    whole.texts.slice(0, length),
    loadHypotheses('content', loadGallery('content', 'alice').hypotheses),
  );
}

function judgeOf(plan: ScoringPlan, random: Random): Judge {
  const shifts = plan.untested === null ? drawShifts(runsOf(plan.judge.positions), random) : [];
  return createJudge({ ...plan.judge, shifts });
}

const percent = (share: number) => (100 * share).toFixed(1).padStart(5);

/** Shares of the trials whose interval holds the truth, for each scorable label. */
function coverage(noise: Noise, plan: ScoringPlan, judge: Judge, truth: (kind: 'binary' | 'real') => number): number[] {
  const random = mixedRandom(SEED);
  const labels = judge.judged.reading;
  const held = labels.map(() => 0);
  for (let trial = 0; trial < TRIALS; trial++) {
    const ordered = orderRows(noise(plan.judge.positions, random));
    const ranks = centredMidranks(ordered);
    labels.forEach((label, k) => {
      const [low, high] = intervalOf(ordered, ranks, label, judge) ?? [Number.NaN, Number.NaN];
      if (low <= truth(label.kind) && truth(label.kind) <= high) held[k]! += 1;
    });
  }
  return held.map((count) => count / TRIALS);
}

/** The mean AUROC of many draws of a cell, which its interval ought to hold. */
function meanArea(noise: Noise, plan: ScoringPlan, judge: Judge, label: number): number {
  const random = mixedRandom(SEED + 1);
  let sum = 0;
  for (let trial = 0; trial < 5 * TRIALS; trial++) {
    const ranks = centredMidranks(orderRows(noise(plan.judge.positions, random)));
    sum += (associations(ranks, [judge.judged.reading[label]!], judge, 1)[0]![0]! + 1) / 2;
  }
  return sum / (5 * TRIALS);
}

function printCoverage(name: string): void {
  const text = textOf(name);
  const plan = planScoring(
    text,
    LABELS.map((id) => text.labels.find((label) => label.id === id)!),
    [1],
    SEED,
  );
  const judge = judgeOf(plan, mixedRandom(SEED));
  const ids = plan.scorable.map(({ id }) => id);
  console.log(`\n${name}: ${judge.blocks.count} held-out blocks, ${plan.judge.positions.length} characters`);
  console.log(`${'95% intervals that hold the truth'.padEnd(36)}${ids.join('  ')}`);
  const line = (title: string, shares: readonly number[]) =>
    console.log(title.padEnd(36) + shares.map((share, k) => percent(share).padEnd(ids[k]!.length)).join('  '));
  const chance = (kind: 'binary' | 'real') => (kind === 'binary' ? 0.5 : 0);
  line('independent noise', coverage(independent, plan, judge, chance));
  for (const memory of MEMORIES) {
    line(`noise that remembers ${memory}`, coverage(autoregression(memory), plan, judge, chance));
  }
  const quotes = ids.indexOf(QUOTES);
  const { values } = plan.scorable[quotes]!;
  for (const [title, deviation] of [
    ['misses a tenth', 0.05],
    ['the same, and is noisy', 0.5],
  ] as const) {
    const cell = missing(values, deviation);
    const truth = meanArea(cell, plan, judge, quotes);
    const share = coverage(cell, plan, judge, () => truth)[quotes]!;
    console.log(`${`${title}, AUROC ${truth.toFixed(3)}`.padEnd(36)}${percent(share)}`);
  }
}

/** Networks of five cells that know nothing, and how many of them have a corrected p of at most 5%. */
function printFalsePositives(name: string): void {
  const text = textOf(name);
  const plan = planScoring(text, text.labels, [1], SEED);
  const blocks = plan.judge.blocks.count;
  if (plan.untested !== null) {
    console.log(`${name.padEnd(10)} ${plan.untested}`);
    return;
  }
  const random = mixedRandom(SEED);
  const cells = [independent, ...MEMORIES.map(autoregression), autoregression(100)];
  let found = 0;
  let judge = judgeOf(plan, random);
  for (let trial = 0; trial < TRIALS; trial++) {
    if (trial % 10 === 9) judge = judgeOf(plan, random);
    const rows = cells.flatMap((noise) => {
      const ranks = centredMidranks(orderRows(noise(plan.judge.positions, random)));
      return associations(ranks, judge.judged.reading, judge).map((all) => all.map(Math.abs));
    });
    const shifts = judge.shifts.length - 1;
    const strengths = Float32Array.from(rows.flatMap((all) => [...all.subarray(1)]));
    const p = familywiseP(
      rows.map((all) => all[0]!),
      { shifts, strengths },
    );
    if (p.some((own) => own <= 0.05)) found += 1;
  }
  console.log(`${name.padEnd(10)} ${percent(found / TRIALS)}%  (${blocks} blocks, ${plan.scorable.length} hypotheses)`);
}

for (const name of ['alice', 'novels', '60000', '20000']) printCoverage(name);
console.log('\nnetworks of noise in which something passes at 5%');
for (const name of ['10000', '15000', '20000', '60000', 'alice']) printFalsePositives(name);
