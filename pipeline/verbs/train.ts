// `cellarium train`: from a corpus and a configuration to weights with a card.
import { join } from 'node:path';
import { loadCorpus } from '../content.ts';
import { FOLDERS, findEntry, loadYaml } from '../content-files.ts';
import type { Engine } from '../engines/engine.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { writeCard } from '../formats/card.ts';
import { hashContent, hashFile } from '../formats/hash.ts';
import { writeLog } from '../formats/log.ts';
import { writeParameters } from '../formats/parameters.ts';
import { type Architecture, countParameters } from '../lstm/parameters.ts';
import { createProgress } from '../progress.ts';
import { type Block, cutBlocks, requireBlocks, type Split } from '../text/blocks.ts';
import { toCharacters } from '../text/positions.ts';
import { buildVocabulary, encode } from '../text/vocabulary.ts';
import { meanLoss, positionLosses } from '../trace/loss.ts';
import { characterTargets, type Targets } from '../trace/targets.ts';
import { loadCheckpoint, saveCheckpoint } from '../training/checkpoint.ts';
import { type Configuration, configurationSchema } from '../training/configuration.ts';
import { charactersPerEpoch, freshState, type TrainingState, toParameters, train } from '../training/train.ts';
import { joinRuns } from '../training/windows.ts';

export interface TrainOptions extends EngineChoice {
  /** The folder content/. */
  readonly content: string;
  /** Id of the model: a folder of content/models with a training.yaml. */
  readonly model: string;
  readonly resume?: boolean;
  /** Stop after so many epochs, the schedule staying that of the configuration. */
  readonly epochs?: number | undefined;
}

const nats = (loss: number) => `${loss.toFixed(4)} nats (${(loss / Math.LN2).toFixed(3)} bits)`;

/**
 * Trains and writes model.safetensors, card.md and log.jsonl into the model's folder; a checkpoint after every epoch
 * lies in its folder checkpoints/.
 * @throws InputError unknown ids, a broken configuration, a text that is too short
 */
export async function trainModel({ content, model, resume = false, epochs, ...choice }: TrainOptions): Promise<void> {
  const folder = findEntry(content, 'model', model);
  const configuration = loadYaml(join(folder, 'training.yaml'), configurationSchema);
  const corpus = loadCorpus(content, configuration.corpus);
  const characters = toCharacters(corpus.text);
  const blocks = cutBlocks(characters);
  requireBlocks(blocks, join(content, FOLDERS.corpus, `${corpus.id}.md`));
  const vocabulary = buildVocabulary(corpus.text);
  const architecture: Architecture = {
    inputs: vocabulary.length,
    units: configuration.units,
    outputs: vocabulary.length,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
  const targets = characterTargets(encode(characters, vocabulary), architecture.outputs);
  const engine = await chooseEngine(choice);
  const run = hashContent(JSON.stringify([configuration, corpus.text, engine.name, choice.threads ?? null]));
  const checkpoint = join(folder, 'checkpoints', 'last.safetensors');
  const state =
    (resume ? loadCheckpoint(checkpoint, run, architecture) : undefined) ?? freshState(architecture, configuration);
  const of = (split: Split) => blocks.filter((block) => block.split === split);
  const runs = joinRuns(of('train'));
  console.log(
    `Training ${model}: ${countParameters(architecture).toLocaleString('en')} parameters on ` +
      `${characters.length.toLocaleString('en')} characters, ${engine.name} on ${engine.device}` +
      (state.epoch > 0 ? `, going on after epoch ${state.epoch}` : ''),
  );

  const perEpoch = charactersPerEpoch({ runs, configuration });
  const lastEpoch = Math.min(epochs ?? configuration.epochs, configuration.epochs);
  const progress = createProgress({
    title: `Training ${model}`,
    total: Math.max(1, perEpoch * (lastEpoch - state.epoch)),
    unit: 'characters',
  });
  try {
    await train(
      {
        engine,
        architecture,
        configuration,
        targets,
        runs,
        validation: of('validation'),
        clock: () => performance.now() / 1000,
        progress: (read) => progress.advance(read),
        save(saved) {
          saveCheckpoint(checkpoint, run, architecture, saved);
          writeLog(folder, saved.log);
          const { epoch, trainLoss, validationLoss, charactersPerSecond } = saved.log.at(-1)!;
          progress.print(
            `epoch ${String(epoch).padStart(3)}  training ${nats(trainLoss)}  validation ${nats(validationLoss)}  ` +
              `${Math.round(charactersPerSecond).toLocaleString('en')} characters/s`,
          );
        },
      },
      state,
      lastEpoch,
    );
  } finally {
    progress.finish();
  }
  await publishModel({ folder, architecture, vocabulary, configuration, engine, targets, blocks, state, choice });
}

export interface Outcome {
  readonly folder: string;
  readonly architecture: Architecture;
  readonly vocabulary: string[];
  readonly configuration: Configuration;
  readonly engine: Engine;
  readonly targets: Targets;
  readonly blocks: readonly Block[];
  readonly state: TrainingState;
  readonly choice: EngineChoice;
}

/** Measures the best epoch's weights in one pass over the text, and writes them with their card. */
export async function publishModel(outcome: Outcome): Promise<void> {
  const { folder, architecture, vocabulary, configuration, engine, targets, blocks, state, choice } = outcome;
  const parameters = toParameters(architecture, state.best.weights);
  const losses = await positionLosses({ engine, architecture, parameters, targets });
  const lossOf = (split: Split) =>
    meanLoss(
      losses,
      blocks.filter((block) => block.split === split),
    );
  const loss = { train: lossOf('train'), validation: lossOf('validation'), 'held-out': lossOf('held-out') };
  const weightsPath = join(folder, 'model.safetensors');
  writeParameters(weightsPath, architecture, parameters);
  writeLog(folder, state.log);
  const run = Object.entries(configuration).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  writeCard(folder, {
    vocabulary,
    architecture,
    weights: { file: 'model.safetensors', sha256: hashFile(weightsPath) },
    chosenEpoch: state.best.epoch,
    loss,
    run: {
      ...Object.fromEntries(run),
      epochsDone: state.epoch,
      engine: engine.name,
      device: engine.device,
      ...(choice.threads === undefined ? {} : { threads: choice.threads }),
    },
    body: cardBody(architecture, configuration, state, loss),
  });
  console.log(`epoch ${state.best.epoch} is best; held out: ${nats(loss['held-out'])} a character`);
}

function cardBody(
  architecture: Architecture,
  configuration: Configuration,
  state: TrainingState,
  loss: Record<Split, number>,
): string {
  const layers = architecture.units.map((units) => `${units} cells`).join(', then ');
  return [
    `A character model of ${architecture.units.length} LSTM layers (${layers}) with dropout and a dense softmax over`,
    `${architecture.outputs} characters, ${countParameters(architecture).toLocaleString('en')} parameters, trained on the`,
    `corpus \`${configuration.corpus}\` by \`cellarium train\`.`,
    '',
    `Of ${state.epoch} epochs, number ${state.best.epoch} had the lowest loss on the validation blocks. Over one stateful`,
    'pass through the whole text, its averaged weights cost, a character:',
    '',
    '| split | nats | bits |',
    '|---|---|---|',
    ...Object.entries(loss).map(
      ([split, value]) => `| ${split} | ${value.toFixed(4)} | ${(value / Math.LN2).toFixed(4)} |`,
    ),
    '',
    'The held-out blocks were neither trained on nor chosen on. `log.jsonl` beside this file has a line for every epoch,',
    'and `training.yaml` every number of the run with its reason.',
    '',
  ].join('\n');
}
