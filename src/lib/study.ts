// What a study says, in sentences and in rows that figures draw: every word of it computed.
import type { GalleryStudy, StudyNetwork } from '../../pipeline/contract/study.ts';
import { integer, percent, scoreValue } from '../shared/format.ts';

/** The cell that the training text chose for a hypothesis; undefined where it could not be scored. */
export function bestFor(network: StudyNetwork, hypothesis: string): StudyNetwork['best'][number] | undefined {
  return network.best.find((row) => row.hypothesis === hypothesis);
}

/** The trained networks, each from a seed of its own. */
export function seedsOf({ networks }: GalleryStudy): StudyNetwork[] {
  return networks.filter(({ kind }) => kind === 'seed');
}

/** The run that was watched, by rising steps, its end included where that is counted. */
export function stepsOf(study: GalleryStudy): (StudyNetwork & { step: number })[] {
  const { networks } = study;
  const watched = networks.find(({ kind }) => kind === 'step')?.seed;
  return networks
    .filter((network): network is StudyNetwork & { step: number } => {
      const { kind, seed, step } = network;
      return seed === watched && step !== null && (kind === 'step' || kind === 'seed');
    })
    .sort((a, b) => a.step - b.step);
}

/** A network's name where there are several. */
export function networkName({ kind, seed, step }: StudyNetwork): string {
  if (kind === 'untrained') return 'untrained';
  if (kind === 'shuffled') return 'shuffled text';
  return kind === 'seed' ? `seed ${seed}` : `seed ${seed}, step ${step === null ? '–' : integer(step)}`;
}

/** `a`, `a and b` or `a, b and c`. */
export function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** In how many of the seeds cells are interpretable by a hypothesis. */
export function seedsSentence(study: GalleryStudy, hypothesis: string): string {
  const seeds = seedsOf(study);
  const counts = seeds.map((network) => bestFor(network, hypothesis)?.interpretable ?? 0);
  const having = counts.filter((count) => count > 0).length;
  if (having === 0) return `In none of the ${seeds.length} seeds is any cell interpretable by it.`;
  const cells = `${inWords(counts.map(integer))} ${counts.at(-1) === 1 ? 'cell' : 'cells'}`;
  if (having === seeds.length) return `In all ${having} seeds cells are interpretable by it: ${cells}.`;
  return `In ${having} of ${seeds.length} seeds cells are interpretable by it: ${cells}.`;
}

/** What a network's best cell is watched by: a number, how that is printed, and what the cell does with it. */
export interface Watched {
  of(network: StudyNetwork): number;
  print(value: number): string;
  readonly does: string;
  readonly did: string;
}

/** How well its best cell tracks a label: its AUROC or |ρ|. */
export function tracking(hypothesis: string): Watched {
  return { of: (network) => bestFor(network, hypothesis)?.value ?? 0, print: scoreValue, does: 'is at', did: 'was at' };
}

/** When along its training the watched run's best cell first reaches a bar, and stays there. */
export function appearanceSentence(study: GalleryStudy, { of, print, does, did }: Watched, bar: number): string {
  const steps = stepsOf(study);
  const values = steps.map(of);
  const last = steps.at(-1);
  if (last === undefined) return '';
  let first = steps.length;
  while (first > 0 && values[first - 1]! >= bar) first -= 1;
  if (first === steps.length) {
    return `By step ${integer(last.step)} its best cell has not reached ${print(bar)}; it ${does} ${print(values.at(-1)!)}.`;
  }
  const since = `its best cell ${does} ${print(bar)} or more`;
  if (first === 0) return `From the first look on, at step ${integer(steps[0]!.step)}, ${since}.`;
  const before = steps[first - 1]!;
  return `From step ${integer(steps[first]!.step)} on ${since}; at step ${integer(before.step)} it ${did} ${print(values[first - 1]!)}.`;
}

/** Probes of one hypothesis in one network, by rising size. */
export function probesFor(network: StudyNetwork, hypothesis: string): StudyNetwork['probes'] {
  return network.probes.filter((probe) => probe.hypothesis === hypothesis).sort((a, b) => a.size - b.size);
}

/** A cell that alone gives so much of what the largest probe gives beyond chance is said to hold the label. */
export const HOLDS = 0.95;

/** Whether one cell does, or several together do better: over the seeds, what the smallest and the largest probe reach. */
export function sharingSentence(study: GalleryStudy, hypothesis: string): string {
  const ends = seedsOf(study).flatMap((network) => {
    const probes = probesFor(network, hypothesis);
    return probes.length < 2 ? [] : [{ one: probes[0]!.auroc, many: probes.at(-1)!.auroc, size: probes.at(-1)!.size }];
  });
  const [first] = ends;
  if (first === undefined) return '';
  const shares = ends.map(({ one, many }) => (one - 0.5) / Math.max(1e-9, many - 0.5));
  const list = (values: readonly number[]) => inWords(values.map(scoreValue));
  const held = shares.filter((share) => share >= HOLDS).length;
  const networks = ends.length === 1 ? 'the network' : `${held} of the ${ends.length} networks`;
  const verdict =
    held === ends.length
      ? 'one cell holds it.'
      : held === 0
        ? 'several cells share it.'
        : `in ${networks} one cell holds it, in the others several share it.`;
  return (
    `One cell alone reaches ${list(ends.map(({ one }) => one))}; ${first.size} together reach ${list(ends.map(({ many }) => many))}. ` +
    `Beyond chance, the one gives ${inWords(shares.map((share) => percent(Math.min(1, share))))} of what the ${first.size} give: ${verdict}`
  );
}

/** What is no longer what it was, as a sentence; null where all is. */
export function changeSentence({ changed, gallery }: GalleryStudy): string | null {
  if (changed.length === 0) return null;
  const words = { text: 'the text', labels: 'the labels', weights: 'the gallery’s own weights' };
  const what = inWords(changed.map((part) => words[part]));
  return `Since this study was made, ${what} ${changed.length === 1 && changed[0] === 'text' ? 'has' : 'have'} changed: its numbers are from before that, until it is made again with npx cellarium study ${gallery}.`;
}

/** Heights of labels that stand at least a line apart, in the order in which they came. @param lowest where the last may stand */
export function apart(heights: readonly number[], line = 15, lowest = Number.POSITIVE_INFINITY): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => heights[a]! - heights[b]!);
  const placed = heights.slice();
  for (let k = 1; k < order.length; k++) {
    const [above, own] = [order[k - 1]!, order[k]!];
    placed[own] = Math.max(placed[own]!, placed[above]! + line);
  }
  // As far down as they were pushed, half of it goes back up.
  const pushed = Math.max(0, ...placed.map((height, index) => height - heights[index]!));
  const back = placed.map((height) => height - pushed / 2);
  let limit = lowest;
  for (const own of order.reverse()) {
    back[own] = Math.min(back[own]!, limit);
    limit = back[own]! - line;
  }
  return back;
}

/** Those of rising values that can be written below an axis without touching; the last is always among them. */
export function sparse(values: readonly number[], place: (value: number) => number, least: number): number[] {
  const kept: number[] = [];
  for (const value of [...values].reverse()) {
    if (kept.length === 0 || place(kept[0]!) - place(value) >= least) kept.unshift(value);
  }
  return kept;
}
