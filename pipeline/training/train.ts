// `cellarium train`: from a dataset and a configuration to weights with a card.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { evenlySpaced } from '../base/lists.ts';
import { createProgress } from '../base/progress.ts';
import { findEntry, loadYaml } from '../content/files.ts';
import { TOKENISER_FILES } from '../content/tokens.ts';
import type { Split } from '../datasets/blocks.ts';
import { writeWords } from '../datasets/tokens/words.ts';
import type { Engine } from '../engines/engine.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { requireWritable, writeAtomically } from '../files/files.ts';
import { hashContent, hashFile } from '../files/hash.ts';
import { takeLock } from '../files/lock.ts';
import { countParameters } from '../lstm/parameters.ts';
import { tokeniserEntry, writeCard, writeLog } from '../models/formats/own/card.ts';
import { writeParameters, writeStarts } from '../models/formats/own/parameters.ts';
import { meanLoss, readLosses } from '../trace/loss.ts';
import { charactersToRead } from '../trace/streams.ts';
import { cardBody, LOSS_WORDS, type Outcome } from './card-body.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { type Configuration, configurationSchema } from './configuration.ts';
import { charactersPerEpoch, freshState, type TrainingState, toParameters, train } from './loop.ts';
import { inStreams, streamsFor } from './streams.ts';
import { loadTrainingSet, type TrainingSet } from './training-set.ts';
import { joinSegments } from './windows.ts';

export interface TrainOptions extends EngineChoice {
  /** The folder content/. */
  readonly content: string;
  /** Id of the model: a folder of content/models with a training.yaml. */
  readonly model: string;
  readonly resume?: boolean;
  /** Stop after so many epochs, the schedule staying that of the configuration. */
  readonly epochs?: number | undefined;
  /** Streams in place of those of the configuration, `auto` as many as suit the device; see `inStreams`. */
  readonly streams?: number | 'auto' | undefined;
}

/**
 * Trains and writes model.safetensors, card.md and log.jsonl into the model's folder; a checkpoint after every epoch
 * lies in its folder checkpoints/.
 * @throws InputError unknown ids, a broken configuration, a text or a series that is too short
 */
export async function trainModel(options: TrainOptions): Promise<void> {
  const { content, model, resume = false, epochs, streams, ...choice } = options;
  const folder = findEntry(content, 'model', model);
  const written = loadYaml(join(folder, 'training.yaml'), configurationSchema);
  const trainingSet = loadTrainingSet(content, written);
  const engine = await chooseEngine(choice);
  const training = trainingSet.blocks.filter(({ split }) => split === 'train');
  const count = streams === 'auto' ? streamsFor(engine.device, written, training) : streams;
  const configuration = inStreams(written, count ?? written.streams);
  if (configuration !== written) {
    const { learningRate } = configuration;
    console.log(
      `${count} streams in place of ${written.streams}, so a learning rate of ${learningRate.toPrecision(3)}`,
    );
  }
  await trainInto({ folder, title: model, configuration, trainingSet, engine, choice, resume, epochs });
}

/** One run: what is trained, on what, and where it is written. */
export interface TrainingRun {
  /** Receives the weights, the card and the log, and the folder checkpoints/. */
  readonly folder: string;
  /** What the progress line calls it. */
  readonly title: string;
  readonly configuration: Configuration;
  /** What it is judged on. */
  readonly trainingSet: TrainingSet;
  /** What it is trained on, where that is something else in the same blocks. */
  readonly lessons?: TrainingSet;
  readonly engine: Engine;
  readonly choice: EngineChoice;
  readonly resume: boolean;
  /** Stop after so many epochs. */
  readonly epochs?: number | undefined;
  /** As {@link train} calls it; the same at every step of a run that was resumed. */
  stepped?(state: TrainingState): void;
}

/**
 * Trains, or goes on where a checkpoint is and `resume` is set, and publishes what came of it.
 * @throws InputError a text or a series that is too short, a checkpoint of another run, a folder that cannot be written, another
 * process that trains the same model, training that diverges
 */
export async function trainInto(job: TrainingRun): Promise<void> {
  const release = takeLock(join(job.folder, 'checkpoints', 'lock'), 'trains this model');
  try {
    requireWritable(job.folder);
    await trainAlone(job);
  } finally {
    release();
  }
}

async function trainAlone(job: TrainingRun): Promise<void> {
  const { folder, title, configuration, trainingSet, lessons = trainingSet, engine, choice, resume, epochs } = job;
  const { architecture, blocks, unit, reads } = trainingSet;
  const { shown } = LOSS_WORDS[reads];
  const { targets, identity } = lessons;
  const run = hashContent(JSON.stringify([configuration, identity]));
  const checkpoint = join(folder, 'checkpoints', 'last.safetensors');
  const state =
    (resume ? loadCheckpoint(checkpoint, run, architecture) : undefined) ?? freshState(architecture, configuration);
  noteComputer(state, computerOf(engine, choice));
  const of = (split: Split) => blocks.filter((block) => block.split === split);
  const runs = joinSegments(of('train'));
  const validation = of('validation');
  console.log(
    `Training ${title}: ${countParameters(architecture).toLocaleString('en')} parameters on ` +
      `${targets.sequence.length.toLocaleString('en')} ${unit}, ${engine.name} on ${engine.device}` +
      (state.epoch > 0 ? `, going on after epoch ${state.epoch}` : ''),
  );

  const perEpoch = charactersPerEpoch({ runs, configuration });
  const lastEpoch = Math.min(epochs ?? configuration.epochs, configuration.epochs);
  const progress = createProgress({
    title: `Training ${title}`,
    total: Math.max(1, perEpoch * (lastEpoch - state.epoch)),
    unit,
  });
  try {
    await train(
      {
        engine,
        architecture,
        configuration,
        targets,
        runs,
        validation: evenlySpaced(validation, configuration.validationBlocks ?? validation.length),
        clock: () => performance.now() / 1000,
        progress: (read) => progress.advance(read),
        ...(job.stepped === undefined ? {} : { stepped: job.stepped }),
        save(saved) {
          saveCheckpoint(checkpoint, run, architecture, saved);
          writeLog(folder, saved.log);
          const { epoch, trainLoss, validationLoss, charactersPerSecond } = saved.log.at(-1)!;
          progress.print(
            `epoch ${String(epoch).padStart(3)}  training ${shown(trainLoss)}  ` +
              `validation ${shown(validationLoss)}  ${Math.round(charactersPerSecond).toLocaleString('en')} ${unit}/s`,
          );
        },
      },
      state,
      lastEpoch,
    );
  } finally {
    progress.finish();
  }
  await publishModel({ folder, trainingSet, configuration, engine, state, choice });
}

/** As in `onnx on cpu with 2 threads`. */
function computerOf(engine: Engine, { threads = availableParallelism() }: EngineChoice): string {
  return `${engine.name} on ${engine.device} with ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** Says it where a run goes on with another engine or on another number of threads, whose sums are rounded otherwise. */
function noteComputer(state: TrainingState, computer: string): void {
  const before = state.computers.at(-1);
  if (before === computer) return;
  state.computers = [...state.computers, computer];
  if (before === undefined) return;
  console.log(
    `note: it was begun by ${before}; ${computer} rounds otherwise, so the weights may differ from those of an unbroken run in their last digits`,
  );
}

/** Measures the best epoch's weights in one pass over all there is to read, and writes them with their card. */
export async function publishModel(outcome: Outcome): Promise<void> {
  const { folder, trainingSet, configuration, engine, state, choice } = outcome;
  const { architecture, targets, blocks, unit } = trainingSet;
  const parameters = toParameters(architecture, state.best.weights);
  const progress = createProgress({ title: 'Judging it', total: charactersToRead(targets.sequence.length), unit });
  const reading = { engine, architecture, parameters, targets, progress: (read: number) => progress.advance(read) };
  const { losses, starts } = await readLosses(reading).finally(() => progress.finish());
  const lossOf = (split: Split) =>
    meanLoss(
      losses,
      blocks.filter((block) => block.split === split),
    );
  const loss = { train: lossOf('train'), validation: lossOf('validation'), 'held-out': lossOf('held-out') };
  const weightsPath = join(folder, 'model.safetensors');
  writeParameters(weightsPath, architecture, trainingSet.finish(parameters));
  const weights = hashFile(weightsPath);
  const { tokeniser } = trainingSet;
  if (tokeniser !== undefined) writeAtomically(join(folder, TOKENISER_FILES.json), writeWords(tokeniser));
  if (trainingSet.text !== undefined) writeStarts(folder, { weights, text: trainingSet.text }, architecture, starts);
  writeLog(folder, state.log);
  const run = Object.entries(configuration).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  writeCard(folder, {
    ...trainingSet.card,
    ...(tokeniser === undefined ? {} : { tokeniser: tokeniserEntry(folder) }),
    architecture,
    weights: { file: 'model.safetensors', sha256: weights },
    chosenEpoch: state.best.epoch,
    loss,
    run: {
      ...Object.fromEntries(run),
      epochsDone: state.epoch,
      engine: engine.name,
      device: engine.device,
      ...(choice.threads === undefined ? {} : { threads: choice.threads }),
      ...(state.computers.length > 1 ? { resumedOn: state.computers.join(', then ') } : {}),
    },
    body: cardBody(outcome, loss),
  });
  console.log(`epoch ${state.best.epoch} is best; held out: ${LOSS_WORDS[trainingSet.reads].shown(loss['held-out'])}`);
}
