// Scores activations out of their file, which streams into the scorer and is nowhere kept whole.

import { createProgress } from '../base/progress.ts';
import type { Signal } from '../base/signals.ts';
import { planScoring, type ScoringPlan } from '../scoring/plan/plan.ts';
import type { ShardRange } from '../scoring/plan/segments.ts';
import { createScorer } from '../scoring/scorer.ts';
import type { SignalWindow } from '../scoring/tally/staging.ts';
import { segmentsAt } from '../trace/read.ts';
import { type Layout, layOut } from '../trace/streams.ts';
import type { LabelledActivations } from './activations.ts';
import type { Activations } from './activations-file.ts';
import { createBook, createTrainingSample, type SegmentedWindow, trainingPositions } from './kept-signals.ts';
import { type Measurement, SCORING_SEED } from './measure.ts';
import type { Measured } from './measured.ts';

export interface ActivationsMeasurement extends Pick<Measurement, 'title' | 'book' | 'training' | 'workers'> {
  readonly labelled: LabelledActivations;
}

/** Values that are read at a time, at most: what a window takes of memory. */
const WINDOW_VALUES = 2 ** 25;

/** The same plan, of rows, shifts and replicates, that a network's reading of the text would get. */
export function planActivations(labelled: LabelledActivations): ScoringPlan {
  const { activations, labels, texts, given } = labelled;
  const { perStream } = layOut(texts.length);
  return planScoring(labelled, labels, activations.layers, SCORING_SEED, given, perStream);
}

/** @throws InputError a value that is not finite */
export async function measureActivations(measurement: ActivationsMeasurement): Promise<Measured> {
  const { labelled, title, workers } = measurement;
  const { activations, texts, given } = labelled;
  const { layers } = activations;
  const book = measurement.book ? createBook(layers, texts.length, given.domains.h) : null;
  const plan = planActivations(labelled);
  const training = measurement.training ? createTrainingSample(layers, trainingPositions(plan.trainRows), plan) : null;
  const scorer = createScorer(plan, workers);
  const progress = createProgress({ title, total: texts.length, unit: 'characters' });
  try {
    for (const { pieced, rows } of readWindows(activations)) {
      const added = scorer.add(rows);
      book?.add(pieced, rows.layers);
      training?.add(rows);
      progress.advance(pieced.segments.reduce((sum, { length }) => sum + length, 0));
      await added;
    }
    return { scoring: await scorer.finish(), book: book?.bytes ?? null, training };
  } finally {
    progress.finish();
    await scorer.close();
  }
}

/** A window of the text, and what the file has there. */
export interface FileWindow {
  readonly pieced: SegmentedWindow;
  readonly rows: SignalWindow;
}

/** Reads the file window by window. @param part where only some segments of the text are wanted */
export function* readWindows(activations: Activations, part?: ShardRange): Generator<FileWindow> {
  const { rows: length } = activations;
  const whole = layOutFile(activations);
  const { start, end, streams } = part
    ? { ...part, streams: part.last - part.first }
    : { ...whole, start: 0, end: length };
  const layout = { ...whole, streams };
  for (let offset = 0; offset < layout.perStream; offset += layout.steps) {
    const segments = segmentsAt(layout, offset, end - start).map((segment) => ({
      ...segment,
      start: start + segment.start,
    }));
    if (segments.length === 0) continue;
    const pieced = { streams, segments };
    yield { pieced, rows: readWindow(activations, pieced) };
  }
}

/**
 * The windows in which a network reads such a text, so that the same values get the same bins; shorter ones where the
 * rows are wide.
 */
function layOutFile({ rows, signals, layers }: Activations): Layout {
  const layout = layOut(rows);
  const row = signals.length * layers.reduce((sum, units) => sum + units, 0);
  const fits = Math.max(1, Math.floor(WINDOW_VALUES / (layout.streams * row)));
  let steps = Math.min(layout.steps, fits);
  while (layout.perStream % steps !== 0) steps -= 1;
  return { ...layout, steps };
}

/** Reads the segments side by side, each signal's columns divided among the layers. */
function readWindow(activations: Activations, { streams, segments }: SegmentedWindow): SignalWindow {
  const { layers, signals } = activations;
  const rows = streams * Math.max(...segments.map(({ length }) => length));
  const width = layers.reduce((sum, units) => sum + units, 0);
  const positions = new Int32Array(rows).fill(-1);
  const window = layers.map((units) =>
    Object.fromEntries(signals.map((signal) => [signal, new Float32Array(rows * units)])),
  ) as Partial<Record<Signal, Float32Array>>[];
  for (const { stream, start, length } of segments) {
    for (let t = 0; t < length; t++) positions[t * streams + stream] = start + t;
    for (const signal of signals) {
      const values = activations.read(signal, start, length);
      let column = 0;
      layers.forEach((units, layer) => {
        const to = window[layer]![signal]!;
        for (let t = 0; t < length; t++) {
          const from = t * width + column;
          to.set(values.subarray(from, from + units), (t * streams + stream) * units);
        }
        column += units;
      });
    }
  }
  return { positions, layers: window };
}
