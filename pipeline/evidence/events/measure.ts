// The signals of each cell around the beginnings and ends of its best hypothesis's spans on the held-out text.

import { mean } from 'd3-array';
import { type Domain, domainOf, fromByte } from '../../base/bytes.ts';
import type { Label } from '../../scoring/plan/labels.ts';
import { type EvidenceContext, type EvidenceMeasure, type SampledSignals, scoresOf, signalOf } from '../context.ts';
import { alignedAverage, countEvents, distinctEvents, type Events, findEvents, spanLengths } from './events.ts';
import type { EventAverages } from './schema.ts';

/** Steps before and after each event. */
const REACH = 40;
/** Decimals of a mean that are worth keeping: a byte is 0.004 of its domain at most. */
const DECIMALS = 4;

export const events: EvidenceMeasure<EventAverages> = {
  module: import.meta.url,

  applies: ({ scores }) => scores.scores.length > 0,

  measure(context) {
    const { cells, scores, labelled } = context;
    const own = scoresOf(context);
    const hypotheses = new Map(labelled.labels.map((hypothesis) => [hypothesis.id, hypothesis]));
    const found = new Map<string, Occasions>();
    const sample = context.heldOut();
    return {
      cells: cells.map(({ id }, cell): EventAverages | null => {
        const best = own.get(id)?.[0];
        if (best === undefined) return null;
        const occasions = found.get(best.hypothesis) ?? occasionsOf(hypotheses.get(best.hypothesis)!, context);
        found.set(best.hypothesis, occasions);
        return { hypothesis: best.hypothesis, reach: REACH, ...averagesOf(cell, occasions, sample, scores.domains) };
      }),
    };
  },
};

/** What does not depend on the cell. */
interface Occasions {
  readonly medianLength: number | null;
  readonly moments: readonly Events[];
}

function occasionsOf(hypothesis: Label, { labelled, scores: { positions } }: EvidenceContext): Occasions {
  const moments = findEvents(hypothesis, { positions, blocks: labelled.blocks, reach: REACH });
  const lengths = hypothesis.kind === 'binary' ? spanLengths(hypothesis, moments[0]!, positions) : [];
  const middle = lengths.slice(Math.ceil(lengths.length / 2) - 1, Math.floor(lengths.length / 2) + 1);
  const medianLength = lengths.length === 0 ? null : middle.reduce((sum, value) => sum + value, 0) / middle.length;
  return { medianLength, moments: distinctEvents(moments.filter(({ clusters }) => clusters.length > 0)) };
}

function averagesOf(
  cell: number,
  { medianLength, moments }: Occasions,
  sample: SampledSignals,
  domains: EvidenceContext['scores']['domains'],
): Pick<EventAverages, 'medianLength' | 'overall' | 'moments'> {
  const signals = sample.signals.map((signal) => ({
    signal,
    bytes: signalOf(sample, cell, signal),
    read: valuesOf(domainOf(domains, signal)),
  }));
  return {
    medianLength,
    overall: signals.map(({ signal, bytes, read }) => ({ signal, mean: read.value(mean(bytes)!) })),
    moments: moments.map((moment) => ({
      kind: moment.kind,
      events: countEvents(moment),
      blocks: moment.clusters.length,
      signals: signals.map(({ signal, bytes, read }) => {
        const average = alignedAverage(bytes, moment);
        return {
          signal,
          mean: average.map((at) => (Number.isNaN(at.mean) ? null : read.value(at.mean))),
          half: average.map((at) => (Number.isFinite(at.half) ? read.difference(at.half) : null)),
        };
      }),
    })),
  };
}

/** From bytes to what they stand for, rounded. */
function valuesOf(domain: Domain) {
  const rounded = (value: number) => Number(value.toFixed(DECIMALS));
  const width = { low: 0, high: domain.high - domain.low };
  return {
    value: (bytes: number) => rounded(fromByte(bytes, domain)),
    difference: (bytes: number) => rounded(fromByte(bytes, width)),
  };
}
